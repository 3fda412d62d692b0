using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>What every kind of TEE owes its callers: the same suite over genuine evidence and over the simulated processor's.</summary>
public abstract class TeeExtensionContract
{
    internal abstract ITeeExtension Extension { get; }

    internal abstract bool IsSimulated { get; }

    internal abstract DateTimeOffset At { get; }

    internal abstract Evidence Fitting();

    private protected virtual AttestationPolicy Policy => AttestationPolicy.Any with { AllowSimulated = IsSimulated };

    private VerificationContext Context => new() { At = At };

    [VectorFact]
    public async Task Fitting_evidence_is_accepted_and_says_whether_it_is_simulated()
    {
        var verdict = (await JudgeAsync(Fitting())).Verdict;
        verdict.IsAccepted();
        Assert.Equal((IsSimulated, IsSimulated), (verdict.Simulated, verdict.Evidence!.Simulated));
    }

    [VectorFact]
    public async Task A_flipped_bit_is_refused()
    {
        var evidence = Fitting();
        var report = evidence.Report.ToArray();
        report[0x90] ^= 1;
        (await JudgeAsync(evidence with { Report = report })).Verdict.Refused(AttestationCodes.SignatureInvalid, "signature");
    }

    [VectorFact]
    public async Task Another_measurement_than_the_policys_is_refused()
    {
        var demanding = Policy with { Measurement = Expect.Exactly(Digest.Parse(new string('a', 96), 48)) };
        (await JudgeAsync(Fitting(), demanding)).Verdict.Refused(AttestationCodes.PolicyViolation, "measurement");
    }

    [VectorFact]
    public async Task Evidence_of_another_key_is_refused() =>
        (await JudgeAsync(Fitting(), context: Context with { SpkiSha256 = new byte[32].Select(_ => (byte)0x5A).ToArray() })).Verdict.Refused(AttestationCodes.BindingMismatch, "key-binding");

    [VectorFact]
    public async Task Another_root_is_refused_whatever_it_is_called()
    {
        using var stranger = new SimulatedPlatform(new SimulatedAuthority(SimulatedProduct.Genoa));
        (await JudgeAsync(stranger.Make(new EvidenceDraft { At = At }))).Verdict.Refused(AttestationCodes.ChainUntrusted, "chain");
    }

    [VectorFact]
    public async Task What_it_rested_on_can_be_judged_again_elsewhere()
    {
        var judged = await JudgeAsync(Fitting());
        var proof = Proof.Parse(System.Text.Encoding.UTF8.GetBytes(judged.ToProof(Policy).ToJson(judged.Verdict)));
        var again = await JudgeAsync(proof.Evidence);
        Assert.Equal(judged.Verdict.Accepted, again.Verdict.Accepted);
        Assert.Equal(judged.Verdict.Findings, again.Verdict.Findings);
    }

    private protected async Task<Appraisal.Judged> JudgeAsync(Evidence evidence, AttestationPolicy? policy = null, VerificationContext? context = null) =>
        Assert.IsType<Appraisal.Judged>(await Extension.AppraiseAsync(evidence, policy ?? Policy, context ?? Context, CancellationToken.None));
}

/// <summary>AMD's own evidence under AMD's roots.</summary>
public sealed class SnpTeeExtensionSpecs : TeeExtensionContract
{
    private const string Case = "genoa/coco-azure-genoa-v3";

    internal override ITeeExtension Extension { get; } = new SnpTeeExtension();

    internal override bool IsSimulated => false;

    internal override DateTimeOffset At => GenuineReports.At(Case);

    internal override Evidence Fitting() => GenuineReports.Evidence(Case);

    [Fact]
    public async Task Simulated_evidence_leads_to_no_root_of_its()
    {
        var appraisal = await Extension.AppraiseAsync(Forge.Genoa.Make(Forge.Draft), Forge.AnySimulated, new VerificationContext { At = Forge.Now }, CancellationToken.None);
        Assert.IsType<Appraisal.Judged>(appraisal).Verdict.Refused(AttestationCodes.ChainUntrusted, "chain");
        Assert.Equal(("sev-snp", TimeSpan.Zero), (Extension.Name, Extension.CollateralBudget));
    }
}

/// <summary>The software secure processor's evidence under its own root.</summary>
public sealed class SimulatedTeeExtensionSpecs : TeeExtensionContract
{
    internal override ITeeExtension Extension { get; } = new SimulatedTeeExtension(Forge.Genoa.Authority.Ark, new SnpTeeExtension());

    internal override bool IsSimulated => true;

    internal override DateTimeOffset At => Forge.Now;

    internal override Evidence Fitting() => Forge.Genoa.Make(Forge.Draft);

    [Fact]
    public async Task A_policy_that_forbids_simulation_refuses_what_is_otherwise_right() =>
        (await JudgeAsync(Fitting(), AttestationPolicy.Any)).Verdict.RefusedOnly(AttestationCodes.SimulatedRejected, "simulation");

    [VectorFact]
    public async Task Genuine_evidence_is_still_judged_by_AMDs_roots()
    {
        const string name = "genoa/coco-azure-genoa-v3";
        var verdict = (await JudgeAsync(GenuineReports.Evidence(name), context: new VerificationContext { At = GenuineReports.At(name) })).Verdict;
        verdict.IsAccepted();
        Assert.False(verdict.Simulated);
    }
}

/// <summary>Evidence that brings no certificates: they are fetched, or there is no verdict.</summary>
public sealed class CollateralInAppraisalSpecs
{
    [Fact]
    public async Task Missing_certificates_are_fetched_and_the_verdict_is_made_with_them()
    {
        await using var kds = new SimulatedKds(Forge.Genoa) { At = Forge.Now };
        using var client = new KdsClient(new KdsOptions { BaseAddress = kds.Address });
        var extension = new SnpTeeExtension(TrustAnchors.Amd.WithSimulated(Forge.Genoa.Authority.Ark), new CollateralOptions { Anchors = TrustAnchors.Amd, Kds = client, Time = new FrozenTime(Forge.Now) });
        var bare = Forge.Genoa.Make(Forge.Draft) with { Chain = new EndorsementChain() };

        var judged = Assert.IsType<Appraisal.Judged>(await extension.AppraiseAsync(bare, Forge.AnySimulated with { Revocation = RevocationMode.Require }, new VerificationContext { At = Forge.Now }, CancellationToken.None));
        judged.Verdict.IsAccepted();
        Assert.False(judged.Evidence.Chain.Vcek.IsEmpty);
        Assert.NotNull(judged.Context.RevocationList);
        Assert.Equal(3, kds.Requests.Count);
        Assert.Equal(TimeSpan.FromSeconds(10), extension.CollateralBudget);
    }

    [Fact]
    public async Task Without_the_service_there_is_no_verdict()
    {
        var extension = new SnpTeeExtension(new CollateralOptions { Anchors = TrustAnchors.Amd });
        var bare = Forge.Genoa.Make(Forge.Draft) with { Chain = new EndorsementChain() };
        var appraisal = await extension.AppraiseAsync(bare, Forge.AnySimulated, new VerificationContext { At = Forge.Now }, CancellationToken.None);
        Assert.Equal("authorities", Assert.IsType<Appraisal.Unavailable>(appraisal).Missing.What);
    }

    private sealed class FrozenTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
