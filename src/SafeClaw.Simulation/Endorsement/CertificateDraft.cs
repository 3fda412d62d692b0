using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace SafeClaw.Simulation;

/// <summary>A certificate before it is signed: every part can be made wrong on purpose.</summary>
public sealed record CertificateDraft
{
    /// <summary>DER Name of the issuer.</summary>
    public required byte[] Issuer { get; init; }

    /// <summary>DER Name of the subject.</summary>
    public required byte[] Subject { get; init; }

    /// <summary>DER SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>AMD's leaves all have 0.</summary>
    public BigInteger Serial { get; init; } = BigInteger.Zero;

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    public IReadOnlyList<CertificateExtension> Extensions { get; init; } = [];

    /// <summary>How it is signed and what the signed part says about it.</summary>
    public RsaScheme Scheme { get; init; } = RsaScheme.Amd;

    /// <summary>The AlgorithmIdentifier outside the signed part, where it shall differ.</summary>
    public RsaScheme? OuterScheme { get; init; }

    /// <summary>DER of the signed certificate.</summary>
    public byte[] Sign(RSA issuer)
    {
        var body = Body();
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(body);
            writer.WriteEncodedValue((OuterScheme ?? Scheme).AlgorithmIdentifier);
            writer.WriteBitString(Scheme.Sign(issuer, body));
        }

        return writer.Encode();
    }

    private byte[] Body()
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteInteger(2); // v3
            writer.WriteInteger(Serial);
            writer.WriteEncodedValue(Scheme.AlgorithmIdentifier);
            writer.WriteEncodedValue(Issuer);
            using (writer.PushSequence())
            {
                WriteTime(writer, NotBefore);
                WriteTime(writer, NotAfter);
            }

            writer.WriteEncodedValue(Subject);
            writer.WriteEncodedValue(PublicKey);
            if (Extensions.Count > 0) WriteExtensions(writer);
        }

        return writer.Encode();
    }

    /// <summary>RFC 5280 §4.1.2.5: UTCTime through 2049.</summary>
    internal static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        if (time.UtcDateTime.Year < 2050) writer.WriteUtcTime(time);
        else writer.WriteGeneralizedTime(time, omitFractionalSeconds: true);
    }

    private void WriteExtensions(AsnWriter writer)
    {
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3)))
        using (writer.PushSequence())
            foreach (var extension in Extensions) WriteExtension(writer, extension);
    }

    internal static void WriteExtension(AsnWriter writer, CertificateExtension extension)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical) writer.WriteBoolean(true);
            writer.WriteOctetString(extension.Value);
        }
    }
}
