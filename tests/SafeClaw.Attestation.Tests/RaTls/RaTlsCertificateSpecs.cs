using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>The certificate that carries evidence about its own key: what we make, what A3S Box makes, and what neither would.</summary>
public sealed class RaTlsCertificateSpecs
{
    [Fact]
    public void What_we_make_has_the_two_extensions_raw_and_a_P384_key_as_OpenSSL_reads_it()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var evidence = Bound(key);
        using var made = RaTlsCertificate.Create(key, evidence.Report, evidence.Chain, Forge.Now);
        using var read = X509CertificateLoader.LoadCertificate(made.Export(X509ContentType.Cert)); // OpenSSL on Linux

        Assert.Equal(evidence.Report.ToArray(), read.Extensions.Single(e => e.Oid!.Value == "1.3.6.1.4.1.58270.1.1").RawData);
        Assert.Single(read.Extensions, e => e.Oid!.Value == "1.3.6.1.4.1.58270.1.2");

        Assert.Equal(384, read.GetECDsaPublicKey()!.KeySize);
        Assert.Equal(read.SubjectName.RawData, read.IssuerName.RawData);
    }

    [Fact]
    public void The_report_is_bound_to_the_key_and_another_key_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var evidence = Bound(key);
        Judge(key, evidence).IsAccepted();
        Judge(other, evidence).RefusedOnly(AttestationCodes.BindingMismatch, "key-binding");
    }

    [Fact]
    public void The_second_half_of_REPORT_DATA_is_the_runtime_binding()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var binding = RandomNumberGenerator.GetBytes(32);
        var evidence = Bound(key, binding);
        Judge(key, evidence, Forge.AnySimulated with { RuntimeBinding = RuntimeBinding.Zero }).Refused(AttestationCodes.FreshnessFailed, "freshness");
        Judge(key, evidence, Forge.AnySimulated with { RuntimeBinding = RuntimeBinding.Of(binding) }).IsAccepted();
    }

    [VectorTheory]
    [InlineData("ratls_server_bbeb6640-http.cert.der", "snp_report_bbeb6640-http.bin")]
    [InlineData("ratls_server_HEAD-frame.cert.der", "snp_report_HEAD-frame.bin")]
    public void The_report_in_A3S_Boxs_certificate_is_read_as_it_was_extracted_there(string certificate, string report)
    {
        var der = A3S(certificate);
        using var parsed = X509CertificateLoader.LoadCertificate(der);
        Assert.True(RaTlsCertificate.TryRead(der, parsed.NotBefore.ToUniversalTime().AddSeconds(1), out var evidence, out var failure), failure?.Hint);
        Assert.Equal(A3S(report), evidence.Evidence.Report.ToArray());
        Assert.Equal(SHA256.HashData(parsed.PublicKey.ExportSubjectPublicKeyInfo()), evidence.SpkiSha256.ToArray());
        Assert.Equal(evidence.SpkiSha256.ToArray(), evidence.Evidence.Report.Slice(0x50, 32).ToArray());
    }

    [Fact]
    [Trait("neg", "T13")]
    public void Outside_of_its_dates_it_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var evidence = Bound(key);
        using var certificate = RaTlsCertificate.Create(key, evidence.Report, evidence.Chain, Forge.Now);
        foreach (var at in new[] { Forge.Now.AddHours(-2), Forge.Now.AddDays(31) })
        {
            Assert.False(RaTlsCertificate.TryRead(certificate.RawDataMemory, at, out _, out var failure));
            Assert.Equal((AttestationCodes.HandshakeFailed, "certificate"), (failure.Code, failure.Check));
        }
    }

    private static Evidence Bound(ECDsa key, ReadOnlySpan<byte> binding = default) =>
        Forge.Genoa.Make(Forge.Draft with { ReportData = Freshness.ReportData(RaTlsCertificate.SpkiSha256(key), binding.IsEmpty ? new byte[32] : binding) });

    private static Verdict Judge(ECDsa key, Evidence evidence, AttestationPolicy? policy = null)
    {
        using var certificate = RaTlsCertificate.Create(key, evidence.Report, evidence.Chain, Forge.Now);
        Assert.True(RaTlsCertificate.TryRead(certificate.RawDataMemory, Forge.Now, out var shown, out var failure), failure?.Hint);
        return Forge.Genoa.Judge(shown.Evidence, policy, new VerificationContext { At = Forge.Now, SpkiSha256 = shown.SpkiSha256 });
    }

    private static byte[] A3S(string file) => File.ReadAllBytes(Path.Combine(Repository.Vectors, "a3s", file));
}
