namespace SafeClaw.Attestation.Tests;

/// <summary>Every genuine report is judged rightly.</summary>
public sealed class GenuineReportSpecs
{
    private readonly SnpVerifier _verifier = new(TrustAnchors.Amd);

    [VectorTheory]
    [MemberData(nameof(GenuineReports.Verified), MemberType = typeof(GenuineReports))]
    public void A_genuine_report_is_accepted_under_a_policy_that_looks_at_nothing_else(string name)
    {
        var verdict = _verifier.Verify(GenuineReports.Evidence(name), AttestationPolicy.Any, new VerificationContext { At = GenuineReports.At(name) });
        Assert.True(verdict.Accepted, string.Join("; ", verdict.Findings.Where(f => !f.Ok)));
        Assert.False(verdict.Simulated);
        Assert.Equal(name.Split('/')[0], verdict.Product, ignoreCase: true);
    }
}
