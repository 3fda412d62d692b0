using System.Collections.Concurrent;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Evidence forged to order and signed as AMD would: what a test changes is the only thing wrong with it.</summary>
internal static class Forge
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly ConcurrentDictionary<string, Lazy<SimulatedPlatform>> Platforms = [];

    public static SimulatedPlatform Milan => Of(SimulatedProduct.Milan);

    public static SimulatedPlatform Genoa => Of(SimulatedProduct.Genoa);

    public static SimulatedPlatform Turin => Of(SimulatedProduct.Turin);

    /// <summary>One platform per product for all tests: RSA-4096 keys take a second each to make.</summary>
    public static SimulatedPlatform Of(SimulatedProduct product) =>
        Platforms.GetOrAdd(product.Name, _ => new(() => new SimulatedPlatform(new SimulatedAuthority(product)))).Value;

    /// <summary>Looks at nothing but what no policy can switch off.</summary>
    public static AttestationPolicy AnySimulated { get; } = AttestationPolicy.Any with { AllowSimulated = true };

    public static EvidenceDraft Draft { get; } = new() { At = Now };

    /// <summary>Judges what the draft makes, as its own root's verifier would.</summary>
    public static Verdict Judge(this SimulatedPlatform platform, EvidenceDraft draft, AttestationPolicy? policy = null, VerificationContext? context = null) =>
        platform.Judge(platform.Make(draft), policy, context);

    /// <inheritdoc cref="Judge(SimulatedPlatform, EvidenceDraft, AttestationPolicy?, VerificationContext?)"/>
    public static Verdict Judge(this SimulatedPlatform platform, Evidence evidence, AttestationPolicy? policy = null, VerificationContext? context = null) =>
        new SnpVerifier(TrustAnchors.Amd.WithSimulated(platform.Authority.Ark)).Verify(evidence, policy ?? AnySimulated, context ?? new VerificationContext { At = Now });

    /// <summary>Judges a report changed before it is signed.</summary>
    public static Verdict JudgeReport(this SimulatedPlatform platform, Action<SimulatedReport> change, AttestationPolicy? policy = null) =>
        platform.Judge(Draft.WithReport(change), policy);

    /// <summary>Refused, and for this reason: the check failed with this code.</summary>
    public static void Refused(this Verdict verdict, string code, string check)
    {
        Assert.False(verdict.Accepted);
        Assert.Null(verdict.Evidence);
        Assert.Contains(verdict.Findings, finding => !finding.Ok && finding.Code == code && finding.Check == check);
    }

    /// <summary>Refused for this reason and no other, so that nothing else hides a missing check.</summary>
    public static void RefusedOnly(this Verdict verdict, string code, string check)
    {
        verdict.Refused(code, check);
        Assert.Equal([check], verdict.Findings.Where(finding => !finding.Ok).Select(finding => finding.Check));
    }

    public static void IsAccepted(this Verdict verdict) =>
        Assert.True(verdict.Accepted, string.Join("; ", verdict.Findings.Where(finding => !finding.Ok)));
}
