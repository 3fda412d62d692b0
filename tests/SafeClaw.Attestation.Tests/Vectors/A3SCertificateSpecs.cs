using System.Security.Cryptography.X509Certificates;

namespace SafeClaw.Attestation.Tests;

/// <summary>Certificates of A3S Box: its own are read, its simulation is what it is, and what its verifier lets through is refused.</summary>
public sealed class A3SCertificateSpecs
{
    private static readonly AttestationPolicy AllowSimulated = AttestationPolicy.Any with { AllowSimulated = true };

    [VectorTheory]
    [InlineData("ratls_server_bbeb6640-http.cert.der")]
    [InlineData("ratls_server_HEAD-frame.cert.der")]
    [InlineData("ratls_server_HEAD_with_runtime_binding.cert.der")]
    public void A_simulated_A3S_guest_is_accepted_only_where_simulation_is(string file)
    {
        var accepted = Judge(file, AllowSimulated);
        accepted.IsAccepted();
        Assert.True(accepted.Simulated);
        Judge(file, AttestationPolicy.Any).RefusedOnly(AttestationCodes.SimulatedRejected, "simulation");
    }

    [VectorTheory]
    [InlineData("forged_hw_report_be.cert.der")]
    [InlineData("forged_hw_report_le.cert.der")]
    [Trait("neg", "E15")]
    public void A_forged_hardware_report_is_refused_even_where_simulation_is_allowed(string file) =>
        Judge(file, AllowSimulated).RefusedOnly(AttestationCodes.EvidenceUnsupported, "signature-algorithm");

    [VectorFact]
    [Trait("neg", "E35")]
    public void A_replayed_report_is_refused_even_where_simulation_is_allowed() =>
        Judge("rogue_replayed_report.cert.der", AllowSimulated).Refused(AttestationCodes.BindingMismatch, "key-binding");

    private static Verdict Judge(string file, AttestationPolicy policy)
    {
        var der = File.ReadAllBytes(Path.Combine(Repository.Vectors, "a3s", file));
        using var certificate = X509CertificateLoader.LoadCertificate(der);
        DateTimeOffset at = certificate.NotBefore.ToUniversalTime().AddSeconds(1);
        Assert.True(RaTlsCertificate.TryRead(der, at, out var evidence, out var failure), failure?.Hint);
        return new SnpVerifier(TrustAnchors.Amd).Verify(evidence.Evidence, policy, new VerificationContext { At = at, SpkiSha256 = evidence.SpkiSha256 });
    }
}
