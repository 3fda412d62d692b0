using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace SafeClaw.Simulation;

/// <summary>A certificate revocation list before it is signed (RFC 5280 §5), in the shape of AMD's: version 2, AKI and CRL number.</summary>
public sealed record CrlDraft
{
    /// <summary>DER Name of the issuer.</summary>
    public required byte[] Issuer { get; init; }

    public required DateTimeOffset ThisUpdate { get; init; }

    /// <summary>Null leaves it out, which a verifier must not take for "for ever".</summary>
    public required DateTimeOffset? NextUpdate { get; init; }

    public IReadOnlyList<BigInteger> RevokedSerials { get; init; } = [];

    public BigInteger Number { get; init; } = 1;

    public byte[] AuthorityKeyIdentifier { get; init; } = [];

    public RsaScheme Scheme { get; init; } = RsaScheme.Amd;

    /// <summary>DER of the signed list.</summary>
    public byte[] Sign(RSA issuer)
    {
        var body = Body();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(body);
            writer.WriteEncodedValue(Scheme.AlgorithmIdentifier);
            writer.WriteBitString(Scheme.Sign(issuer, body));
        }

        return writer.Encode();
    }

    private byte[] Body()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1); // v2
            writer.WriteEncodedValue(Scheme.AlgorithmIdentifier);
            writer.WriteEncodedValue(Issuer);
            CertificateDraft.WriteTime(writer, ThisUpdate);
            if (NextUpdate is { } next) CertificateDraft.WriteTime(writer, next);
            if (RevokedSerials.Count > 0) WriteRevoked(writer);
            WriteExtensions(writer);
        }

        return writer.Encode();
    }

    private void WriteRevoked(AsnWriter writer)
    {
        using (writer.PushSequence())
            foreach (var serial in RevokedSerials)
                using (writer.PushSequence())
                {
                    writer.WriteInteger(serial);
                    CertificateDraft.WriteTime(writer, ThisUpdate);
                }
    }

    private void WriteExtensions(AsnWriter writer)
    {
        var number = new AsnWriter(AsnEncodingRules.DER);
        number.WriteInteger(Number);
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence())
        {
            if (AuthorityKeyIdentifier.Length > 0) CertificateDraft.WriteExtension(writer, CertificateExtension.AuthorityKeyIdentifier(AuthorityKeyIdentifier));
            CertificateDraft.WriteExtension(writer, new CertificateExtension("2.5.29.20", false, number.Encode()));
        }
    }
}
