using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Makes evidence that is wrong in one place and right, signature included, everywhere else; and says what the verifier thinks of it.</summary>
internal static class Forge
{
    public static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, Lazy<SimulatedPlatform>> Platforms = SimulatedProduct.All.ToDictionary(product => product.Name,
        product => new Lazy<SimulatedPlatform>(() => new SimulatedPlatform(new SimulatedAuthority(product, SimulatedName.Organization))));

    /// <summary>Structure, signature and chain; simulated roots allowed.</summary>
    public static AttestationPolicy Lenient { get; } = AttestationPolicy.Any with { AllowSimulated = true };

    public static SimulatedPlatform Platform(string product = "Genoa") => Platforms[product].Value;

    public static SnpVerifier Verifier(string product = "Genoa") => new(TrustAnchors.Amd.WithSimulated(Platform(product).Authority.Ark));

    /// <summary>Changes the report before it is signed.</summary>
    public static Evidence Signed(Action<SimulatedReport> change, string product = "Genoa", uint version = 5, string? csp = null) =>
        Platform(product).Make(new EvidenceDraft { At = At, Version = version, CspId = csp, Report = change });

    /// <summary>Changes the report after it was signed.</summary>
    public static Evidence Unsigned(Action<SimulatedReport> change) => Platform().Make(new EvidenceDraft { At = At, SignedReport = change });

    public static Verdict Judge(Evidence evidence, AttestationPolicy? policy = null, VerificationContext? context = null, string product = "Genoa") =>
        Verifier(product).Verify(evidence, policy ?? Lenient, context ?? new VerificationContext { At = At });

    /// <summary>Refused, with one of these codes as the first reason; and there is no evidence to use.</summary>
    public static void Refused(Verdict verdict, params string[] codes)
    {
        Assert.False(verdict.Accepted);
        Assert.Null(verdict.Evidence);
        Assert.True(codes.Contains(verdict.FirstFailure?.Code), $"expected {string.Join(" or ", codes)}, was {verdict.FirstFailure?.Code}: {verdict.FirstFailure?.Check} ({verdict.FirstFailure?.Expected}/{verdict.FirstFailure?.Actual})");
    }

    /// <summary>Accepted as it is, so that a refusal of a variant is the variant's doing.</summary>
    public static void Accepted(Verdict verdict) => Assert.True(verdict.Accepted, string.Join("; ", verdict.Findings.Where(finding => !finding.Ok)));
}
