using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SafeClaw.Attestation;

namespace SafeClaw.Guest;

/// <summary>
/// The guest's TLS key, made at start and never stored, and the certificate that shows evidence for it: REPORT_DATA is
/// SHA-256(SubjectPublicKeyInfo) ‖ 32 zero bytes.
/// </summary>
internal sealed class TlsIdentity : IDisposable
{
    private const int ReportDataBytes = 64;

    private readonly ECDsa _key;
    private readonly X509Certificate2 _certificate;

    private TlsIdentity(ECDsa key, X509Certificate2 certificate, byte[] spkiSha256)
    {
        (_key, _certificate, SpkiSha256) = (key, certificate, spkiSha256);
        Server = new SslServerAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false, // a resumed session proves nothing about the key
            AllowRenegotiation = false,
            ClientCertificateRequired = false,
            ApplicationProtocols = [SslApplicationProtocol.Http11], // a client without ALPN (A3S) is served too
            ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        };
    }

    /// <summary>SHA-256 of the key's SubjectPublicKeyInfo, 32 bytes: the first half of every report of this guest.</summary>
    public ReadOnlyMemory<byte> SpkiSha256 { get; }

    /// <summary>One set of TLS options for all connections.</summary>
    public SslServerAuthenticationOptions Server { get; }

    /// <exception cref="EvidenceException">No report could be had for the key.</exception>
    public static async Task<TlsIdentity> CreateAsync(IEvidenceSource source, CancellationToken cancellationToken)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        try
        {
            var spki = RaTlsCertificate.SpkiSha256(key);
            var reportData = new byte[ReportDataBytes];
            spki.CopyTo(reportData, 0);
            var evidence = await source.ReportAsync(reportData, cancellationToken);
            return new TlsIdentity(key, RaTlsCertificate.Create(key, evidence.Report, evidence.Chain), spki);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
