using System.Numerics;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Revocation lists: what one names is refused, and one that does not count is never taken for an empty one.</summary>
public sealed class RevocationSpecs
{
    private static readonly AttestationPolicy Require = Forge.AnySimulated with { Revocation = RevocationMode.Require };

    [Fact]
    [Trait("neg", "C25")]
    public void An_intermediate_on_the_list_is_revoked()
    {
        Judge(List() with { RevokedSerials = [1, Forge.Genoa.Authority.AskSerial, 99] }, Require).RefusedOnly(AttestationCodes.ChainRevoked, "revocation");
        Judge(List() with { RevokedSerials = [1, Forge.Genoa.Authority.AskSerial + 1] }, Require).IsAccepted();
        var vlek = Forge.Genoa.Judge(Forge.Draft with { CspId = "CN=a" }, Require,
            new VerificationContext { At = Forge.Now, RevocationList = (List() with { RevokedSerials = [Forge.Genoa.Authority.AsvkSerial] }).Sign(Forge.Genoa.Authority.ArkKey) });
        vlek.RefusedOnly(AttestationCodes.ChainRevoked, "revocation");
    }

    [VectorTheory]
    [InlineData("crl-2022-10-31.der", "2023-01-01")]
    [InlineData("crl-2024-10-23.der", "2025-01-01")]
    [Trait("neg", "C25")]
    public void AMDs_own_list_revokes_AMDs_first_Genoa_intermediate(string list, string at)
    {
        Assert.True(StrictCertificate.TryParse(GenuineReports.Read("certs/genoa/ark.der"), out var root, out _));
        Assert.True(StrictCertificate.TryParse(GenuineReports.Read("certs/genoa/ask-REVOKED-serial-020001.der"), out var revoked, out _));
        Assert.True(StrictCertificate.TryParse(GenuineReports.Read("certs/genoa/ask.der"), out var current, out _));
        Assert.True(RevocationList.TryRead(GenuineReports.Read($"certs/genoa/{list}"), root, GenuineReports.Time(at), out var read, out var problem), problem);
        Assert.True(read.Revokes(revoked));
        Assert.False(read.Revokes(current));
        Assert.False(RevocationList.TryRead(GenuineReports.Read($"certs/genoa/{list}"), root, GenuineReports.Time("2026-11-22"), out _, out _));
    }

    [Fact]
    [Trait("neg", "C26")]
    public void A_list_by_somebody_else_or_cut_short_does_not_count()
    {
        Unavailable(List().Sign(Forge.Genoa.Authority.AskKey));
        Unavailable((List() with { Issuer = Forge.Genoa.Authority.AskName }).Sign(Forge.Genoa.Authority.ArkKey));
        Unavailable((List() with { Scheme = RsaScheme.Wrong[0] }).Sign(Forge.Genoa.Authority.ArkKey));
        var good = List().Sign(Forge.Genoa.Authority.ArkKey);
        for (var length = 0; length < good.Length; length += 13) Unavailable(good[..length]);
        Unavailable([.. good, 0]);
        for (var at = 0; at < good.Length; at += 29)
        {
            byte[] flipped = [.. good];
            flipped[at] ^= 1;
            Unavailable(flipped);
        }
    }

    [Fact]
    [Trait("neg", "C27")]
    public void A_list_out_of_date_without_an_end_or_from_the_future_does_not_count()
    {
        Unavailable((List() with { NextUpdate = Forge.Now.AddSeconds(-1) }).Sign(Forge.Genoa.Authority.ArkKey));
        Unavailable((List() with { NextUpdate = null }).Sign(Forge.Genoa.Authority.ArkKey));
        Unavailable((List() with { ThisUpdate = Forge.Now.AddSeconds(1) }).Sign(Forge.Genoa.Authority.ArkKey));
    }

    [Fact]
    [Trait("neg", "C28")]
    public void Without_a_list_each_mode_says_what_it_does()
    {
        var none = new VerificationContext { At = Forge.Now };
        var amd = AttestationPolicy.Production(Digest.From(EvidenceDraft.DefaultMeasurement.Span));
        Assert.Equal(RevocationMode.Require, amd.Revocation);
        foreach (var mode in new[] { RevocationMode.PreferCached, RevocationMode.Off })
            Assert.Contains(Forge.Genoa.Judge(Forge.Draft, Forge.AnySimulated with { Revocation = mode }, none).Findings, finding => finding is { Check: "revocation", Ok: true, Actual: "not checked" });
    }

    [VectorFact]
    [Trait("neg", "C28")]
    public void Production_refuses_genuine_evidence_without_a_list() =>
        new SnpVerifier(TrustAnchors.Amd).Verify(GenuineReports.Evidence("genoa/routex-genoa-v5"), AttestationPolicy.Any with { Revocation = RevocationMode.Require },
            new VerificationContext { At = GenuineReports.At("genoa/") }).RefusedOnly(AttestationCodes.CollateralUnavailable, "revocation");

    private static CrlDraft List() => Forge.Genoa.Authority.CrlDraft(Forge.Now);

    private static void Unavailable(byte[] list) => Judge(list, Require).RefusedOnly(AttestationCodes.CollateralUnavailable, "revocation");

    private static Verdict Judge(CrlDraft list, AttestationPolicy policy) => Judge(list.Sign(Forge.Genoa.Authority.ArkKey), policy);

    private static Verdict Judge(byte[] list, AttestationPolicy policy) =>
        Forge.Genoa.Judge(Forge.Draft, policy, new VerificationContext { At = Forge.Now, RevocationList = list });
}
