using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Simulation.Tests;

/// <summary>What the simulation makes goes through the verifier unchanged: accepted where the root is trusted, refused everywhere else.</summary>
public sealed class SimulatedEvidenceTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, uint, bool> Matrix()
    {
        var data = new TheoryData<string, uint, bool>();
        foreach (var product in SimulatedProduct.All)
            foreach (var version in new uint[] { 2, 3, 4, 5 })
                foreach (var vlek in new[] { false, true })
                    data.Add(product.Name, version, vlek);
        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Every_product_version_and_kind_of_key_is_accepted_under_its_own_root_only(string productName, uint version, bool vlek)
    {
        using var platform = Platform(productName);
        var evidence = platform.Make(new EvidenceDraft { At = Now, Version = version, CspId = vlek ? "CN=cc-us-east-2.amazonaws.com" : null });
        var policy = AttestationPolicy.Any with { AllowSimulated = true };
        var context = new VerificationContext { At = Now };

        var accepted = new SnpVerifier(TrustAnchors.Amd.WithSimulated(platform.Authority.Ark)).Verify(evidence, policy, context);
        Assert.Null(accepted.FirstFailure);
        Assert.True(accepted.Accepted);
        Assert.True(accepted.Simulated);
        Assert.Equal(productName, accepted.Product);

        Refused(AttestationCodes.ChainUntrusted, new SnpVerifier(TrustAnchors.Amd).Verify(evidence, policy, context));
        Refused(AttestationCodes.SimulatedRejected, new SnpVerifier(TrustAnchors.Amd.WithSimulated(platform.Authority.Ark)).Verify(evidence, AttestationPolicy.Any, context));
    }

    [Theory]
    [InlineData("Milan")]
    [InlineData("Genoa")]
    [InlineData("Turin")]
    public void A_simulated_platform_meets_the_production_profile_but_for_being_simulated(string productName)
    {
        using var platform = Platform(productName);
        var evidence = platform.Make(new EvidenceDraft { At = Now });
        var policy = AttestationPolicy.Production(Digest.From(EvidenceDraft.DefaultMeasurement.Span));
        var crl = platform.Authority.CrlDraft(Now).Sign(platform.Authority.ArkKey);
        var verifier = new SnpVerifier(TrustAnchors.Amd.WithSimulated(platform.Authority.Ark));
        var verdict = verifier.Verify(evidence, policy, new VerificationContext { At = Now, RevocationList = crl });
        Assert.Equal(["simulation"], verdict.Findings.Where(finding => !finding.Ok).Select(finding => finding.Check));
        Assert.True(verifier.Verify(evidence, policy with { AllowSimulated = true }, new VerificationContext { At = Now, RevocationList = crl }).Accepted);
    }

    [Fact]
    public void What_the_processor_reports_of_a_launch_is_what_a_connection_demands()
    {
        var product = SimulatedProduct.Genoa;
        var secret = new byte[32];
        using var platform = new SimulatedPlatform(Authorities.Genoa, new SimulatedChip(product, secret));
        var chain = new EndorsementChain { Vcek = platform.Vcek(product.CurrentTcb, Now), Ask = Authorities.Genoa.Ask, Ark = Authorities.Genoa.Ark };
        using var processor = new SimulatedProcessor(new SimulatedChip(product, secret), chain, ProcessorSettings.For(product));
        processor.Launch(new LaunchRequest(new('a', 96), new('b', 64), 0x30000));
        var spki = Enumerable.Repeat((byte)9, 32).ToArray();
        var evidence = processor.Report((byte[])[.. spki, .. new byte[32]]);

        var verifier = new SnpVerifier(TrustAnchors.Amd.WithSimulated(Authorities.Genoa.Ark));
        var policy = AttestationPolicy.Development(Digest.Parse(new string('a', 96), 48)) with { AllowSimulated = true };
        var context = new VerificationContext { At = Now, SpkiSha256 = spki, HostData = Convert.FromHexString(new string('b', 64)) };
        Assert.True(verifier.Verify(evidence, policy, context).Accepted);
        Refused(AttestationCodes.InstanceMismatch, verifier.Verify(evidence, policy, context with { HostData = new byte[32] }));
        Refused(AttestationCodes.BindingMismatch, verifier.Verify(evidence, policy, context with { SpkiSha256 = new byte[32] }));
    }

    private static SimulatedPlatform Platform(string product) => new(Authorities.Of(SimulatedProduct.All.Single(candidate => candidate.Name == product)));

    private static void Refused(string code, Verdict verdict)
    {
        Assert.False(verdict.Accepted);
        Assert.Contains(verdict.Findings, finding => !finding.Ok && finding.Code == code);
    }
}
