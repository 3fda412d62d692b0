using SafeClaw.Attestation;
using SafeClaw.Simulation;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors.Tests;

/// <summary>Evidence that the real verifier accepted, made once for all tests: there is no other way to make it.</summary>
internal static class SomeEvidence
{
    private static readonly Lazy<VerifiedEvidence> Made = new(() =>
    {
        using var authority = new SimulatedAuthority(SimulatedProduct.Genoa, SimulatedName.Organization);
        using var platform = new SimulatedPlatform(authority);
        var spki = new byte[32];
        var evidence = platform.Make(new EvidenceDraft { ReportData = spki });
        return new SnpVerifier(TrustAnchors.Amd.WithSimulated(authority.Ark))
            .Verify(evidence, AttestationPolicy.Any with { AllowSimulated = true }, new VerificationContext { At = DateTimeOffset.UtcNow, SpkiSha256 = spki }).Evidence!;
    });

    public static VerifiedEvidence Accepted => Made.Value;

    /// <summary>What a guest of ours answers to <c>GET /status</c>.</summary>
    public static StatusReply Status { get; } = new("ok", Tee: true, Simulated: true, "1.0.0", Protocol: new ProtocolFeatures(Dedupe: true, Attest: true, Stream: true));
}
