using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SafeClaw.Attestation;

/// <summary>
/// A self-signed P-384 certificate that carries evidence about its own key, in the two extensions of A3S Box: the report and the chain, both as raw
/// extension content without a further wrapper.
/// </summary>
public static class RaTlsCertificate
{
    /// <summary>The extension with the 1184 report bytes.</summary>
    public const string ReportOid = "1.3.6.1.4.1.58270.1.1";

    /// <summary>The extension with the chain as JSON (<see cref="ChainJson"/>).</summary>
    public const string ChainOid = "1.3.6.1.4.1.58270.1.2";

    /// <summary>How long a certificate made here is valid. Evidence is challenged anew, so this bounds nothing but a forgotten process.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>SHA-256 of the key's DER SubjectPublicKeyInfo: what REPORT_DATA[0..32) must be.</summary>
    public static byte[] SpkiSha256(ECDsa key) => SHA256.HashData(key.ExportSubjectPublicKeyInfo());

    /// <summary>Makes the certificate of a guest's TLS key, with the private key.</summary>
    /// <param name="key">A P-384 key.</param>
    /// <param name="report">1184 bytes whose REPORT_DATA is bound to <paramref name="key"/>.</param>
    /// <param name="chain">The report's endorsements.</param>
    /// <param name="at">Now; the certificate is valid from an hour earlier, for clocks that differ.</param>
    public static X509Certificate2 Create(ECDsa key, ReadOnlyMemory<byte> report, EndorsementChain chain, DateTimeOffset at)
    {
        var request = new CertificateRequest("CN=SafeClaw guest, O=SafeClaw", key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509Extension(ReportOid, report.ToArray(), critical: false));
        request.CertificateExtensions.Add(new X509Extension(ChainOid, ChainJson.Write(chain), critical: false));
        return request.CreateSelfSigned(at - TimeSpan.FromHours(1), at + Lifetime);
    }

    /// <summary>Makes it as of now.</summary>
    public static X509Certificate2 Create(ECDsa key, ReadOnlyMemory<byte> report, EndorsementChain chain) => Create(key, report, chain, DateTimeOffset.UtcNow);

    /// <summary>
    /// Reads the evidence of a peer's certificate: strict DER, valid at <paramref name="at"/>, a P-384 key, exactly one extension of each kind. That the
    /// peer holds the key is for TLS to prove.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> certificateDer, DateTimeOffset at, [NotNullWhen(true)] out RaTlsEvidence? evidence, [NotNullWhen(false)] out Finding? failure)
    {
        evidence = null;
        failure = Read(certificateDer, at, out var read);
        if (failure is not null) return false;
        evidence = read!;
        return true;
    }

    private static Finding? Read(ReadOnlyMemory<byte> der, DateTimeOffset at, out RaTlsEvidence? evidence)
    {
        evidence = null;
        if (!StrictCertificate.TryParse(der, MaxBytes, out var certificate, out var problem)) return Refused($"The guest's certificate is refused: {problem}.");
        if (at < certificate.NotBefore || at > certificate.NotAfter)
            return Refused($"The guest's certificate is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}, not at {at:u}; check both clocks.");
        using var key = LeafKey.Read(certificate.PublicKey);
        if (key is null) return Refused("The guest's certificate has another key than P-384.");
        if (!certificate.Extensions.TryGetValue(ReportOid, out var report)) return Refused("The guest's certificate carries no attestation report.");
        if (!certificate.Extensions.TryGetValue(ChainOid, out var chain)) return Refused("The guest's certificate carries no certificate chain.");
        if (ChainJson.TryRead(chain, out var endorsements) is { } malformed)
            return Finding.Failed("structure", AttestationCodes.EvidenceMalformed, $"The guest's certificate chain is not valid: {malformed}.");
        evidence = new RaTlsEvidence(new Evidence(report, endorsements!), SHA256.HashData(certificate.PublicKey.Span));
        return null;
    }

    /// <summary>TLS carries at most about 100 KiB of certificate; evidence is capped below that.</summary>
    private const int MaxBytes = 64 * 1024;

    private static Finding Refused(string hint) => Finding.Failed("certificate", AttestationCodes.HandshakeFailed, hint);
}

/// <summary>Evidence as a certificate carried it.</summary>
/// <param name="Evidence">Report and chain.</param>
/// <param name="SpkiSha256">SHA-256 of the certificate's DER SubjectPublicKeyInfo, 32 bytes.</param>
public sealed record RaTlsEvidence(Evidence Evidence, ReadOnlyMemory<byte> SpkiSha256);
