using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Attestation;

/// <summary>
/// The parts of a certificate that tell whether it is the one asked for. A filter for what is fetched and kept, so that a damaged file or a
/// wrong answer is not mistaken for an attack; the verdict is the verifier's alone.
/// </summary>
internal sealed record CertificateFacts(
    ReadOnlyMemory<byte> Der, ReadOnlyMemory<byte> Issuer, ReadOnlyMemory<byte> Subject, ReadOnlyMemory<byte> PublicKey,
    IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Extensions, SignedDer Signed)
{
    private const string AmdArc = "1.3.6.1.4.1.3704.1.";

    /// <summary>Null for anything that is not exactly one DER certificate.</summary>
    public static CertificateFacts? TryRead(ReadOnlyMemory<byte> der)
    {
        try
        {
            if (SignedDer.TryRead(der) is not { } signed) return null;
            var body = new AsnReader(signed.Body, AsnEncodingRules.DER).ReadSequence();
            body.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)); // version
            body.ReadIntegerBytes();
            body.ReadEncodedValue(); // signature algorithm
            var issuer = body.ReadEncodedValue();
            body.ReadEncodedValue(); // validity
            var subject = body.ReadEncodedValue();
            var publicKey = body.ReadEncodedValue();
            return new CertificateFacts(der, issuer, subject, publicKey, ReadExtensions(body), signed);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>True if the names fit byte for byte and the issuer's key made the signature (RSASSA-PSS, SHA-384, salt 48).</summary>
    public bool IsIssuedBy(CertificateFacts issuer) => Issuer.Span.SequenceEqual(issuer.Subject.Span) && Signed.IsSignedBy(issuer.PublicKey);

    /// <summary>True if AMD's extensions name this chip and these patch levels.</summary>
    public bool IsFor(EndorsementKeyId id) =>
        Spl("3.1") == id.Spls.BootLoader && Spl("3.2") == id.Spls.Tee && Spl("3.3") == id.Spls.Snp && Spl("3.8") == id.Spls.Microcode
        && (id.Spls.Fmc is not { } fmc || Spl("3.9") == fmc)
        && (id.Kind is KdsKeyKind.Vlek || HardwareId is { } hardwareId && Convert.ToHexStringLower(hardwareId.Span) == id.HardwareId);

    /// <summary>hwID: raw, or wrapped in an OCTET STRING as some tools write it.</summary>
    public ReadOnlyMemory<byte>? HardwareId
    {
        get
        {
            if (!Extensions.TryGetValue(AmdArc + "4", out var value)) return null;
            return value.Length is 66 or 10 && value.Span[0] == 0x04 && value.Span[1] == value.Length - 2 ? value[2..] : value;
        }
    }

    /// <summary>Milan, Genoa or Turin by productName, whose stepping suffix ("Milan-B0") says nothing here; null otherwise.</summary>
    public KdsProduct? Product
    {
        get
        {
            if (!Extensions.TryGetValue(AmdArc + "2", out var value) || value.Length < 2 || value.Span[0] != 0x16) return null;
            var name = Encoding.ASCII.GetString(value.Span[2..]).Split('-')[0];
            return Enum.GetValues<KdsProduct>().Where(product => product.ToString() == name).Select(product => (KdsProduct?)product).FirstOrDefault();
        }
    }

    /// <summary>The patch levels in the extensions; null if one is missing or no INTEGER of 0 to 255.</summary>
    public ReportedSpls? Spls => (Spl("3.1"), Spl("3.2"), Spl("3.3"), Spl("3.8")) is ({ } bl, { } tee, { } snp, { } ucode)
        ? new ReportedSpls(Spl("3.9"), bl, tee, snp, ucode) : null;

    private byte? Spl(string arc)
    {
        try
        {
            return Extensions.TryGetValue(AmdArc + arc, out var value) && new AsnReader(value, AsnEncodingRules.DER).TryReadUInt32(out var level) && level <= byte.MaxValue
                ? (byte)level : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadExtensions(AsnReader body)
    {
        var found = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        var tag = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        if (!body.HasData || !body.PeekTag().HasSameClassAndValue(tag)) return found;
        var list = body.ReadSequence(tag).ReadSequence();
        while (list.HasData)
        {
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean)) extension.ReadBoolean();
            if (!found.TryAdd(oid, extension.ReadOctetString())) throw new AsnContentException("an extension twice");
        }

        return found;
    }
}

/// <summary>The outer SEQUENCE that certificates and revocation lists share: what is signed, how, and the signature.</summary>
internal sealed record SignedDer(ReadOnlyMemory<byte> Body, ReadOnlyMemory<byte> Signature)
{
    public static SignedDer? TryRead(ReadOnlyMemory<byte> der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var body = sequence.ReadEncodedValue();
            sequence.ReadEncodedValue(); // algorithm: only one is tried
            var signature = sequence.ReadBitString(out var unused);
            sequence.ThrowIfNotEmpty();
            return unused == 0 ? new SignedDer(body, signature) : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    public bool IsSignedBy(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out var read);
            return read == subjectPublicKeyInfo.Length && key.VerifyData(Body.Span, Signature.Span, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
