using System.Formats.Asn1;
using System.Text;

namespace SafeClaw.Simulation;

/// <summary>One certificate extension with the bytes that go into its OCTET STRING, well-formed or not.</summary>
public sealed record CertificateExtension(string Oid, bool Critical, byte[] Value)
{
    private const string AmdArc = "1.3.6.1.4.1.3704.1.";

    public const string StructVersionOid = AmdArc + "1", ProductNameOid = AmdArc + "2", HardwareIdOid = AmdArc + "4", CspIdOid = AmdArc + "5";
    public const string BootLoaderSplOid = AmdArc + "3.1", TeeSplOid = AmdArc + "3.2", SnpSplOid = AmdArc + "3.3";
    public const string MicrocodeSplOid = AmdArc + "3.8", FmcSplOid = AmdArc + "3.9";

    /// <summary>AMD's extensions in the order genuine leaves have them; a VCEK carries the chip's id, a VLEK the cloud provider's.</summary>
    public static List<CertificateExtension> ForVcek(SimulatedProduct product, SimulatedTcb tcb, ReadOnlySpan<byte> hardwareId) =>
        [.. ForLeaf(product, tcb, product.VcekProductName), new(HardwareIdOid, false, hardwareId.ToArray())];

    /// <inheritdoc cref="ForVcek"/>
    public static List<CertificateExtension> ForVlek(SimulatedProduct product, SimulatedTcb tcb, string cspId) =>
        [.. ForLeaf(product, tcb, product.Name), new(CspIdOid, false, Ia5(cspId))];

    public static CertificateExtension BasicConstraints(bool isAuthority, int? pathLength = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (isAuthority) writer.WriteBoolean(true);
            if (pathLength is { } length) writer.WriteInteger(length);
        }

        return new("2.5.29.19", true, writer.Encode());
    }

    /// <param name="bits">RFC 5280 §4.2.1.3: 0 is digitalSignature, 5 keyCertSign, 6 cRLSign.</param>
    public static CertificateExtension KeyUsage(params int[] bits)
    {
        var octet = (byte)bits.Aggregate(0, (sum, bit) => sum | 0x80 >> bit);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteBitString([octet], System.Numerics.BitOperations.TrailingZeroCount(octet));
        return new("2.5.29.15", true, writer.Encode());
    }

    public static CertificateExtension CrlDistributionPoint(string address)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            writer.WriteCharacterString(UniversalTagNumber.IA5String, address, new Asn1Tag(TagClass.ContextSpecific, 6));
        return new("2.5.29.31", false, writer.Encode());
    }

    public static CertificateExtension SubjectKeyIdentifier(ReadOnlySpan<byte> identifier)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteOctetString(identifier);
        return new("2.5.29.14", false, writer.Encode());
    }

    public static CertificateExtension AuthorityKeyIdentifier(ReadOnlySpan<byte> identifier)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence()) writer.WriteOctetString(identifier, new Asn1Tag(TagClass.ContextSpecific, 0));
        return new("2.5.29.35", false, writer.Encode());
    }

    /// <summary>A security patch level: a DER INTEGER, two content bytes from 80h on.</summary>
    public static CertificateExtension Spl(string oid, int value) => new(oid, false, Integer(value));

    private static IEnumerable<CertificateExtension> ForLeaf(SimulatedProduct product, SimulatedTcb tcb, string productName)
    {
        yield return Spl(StructVersionOid, product.StructVersion);
        yield return new(ProductNameOid, false, Ia5(productName));
        if (product.HasFmc) yield return Spl(FmcSplOid, tcb.Fmc);
        yield return Spl(BootLoaderSplOid, tcb.BootLoader);
        yield return Spl(TeeSplOid, tcb.Tee);
        if (product.HasFmc) yield return Spl(SnpSplOid, tcb.Snp);
        for (var reserved = product.HasFmc ? 5 : 4; reserved <= 7; reserved++) yield return Spl($"{AmdArc}3.{reserved}", 0);
        if (!product.HasFmc) yield return Spl(SnpSplOid, tcb.Snp);
        yield return Spl(MicrocodeSplOid, tcb.Microcode);
    }

    private static byte[] Integer(int value)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        writer.WriteInteger(value);
        return writer.Encode();
    }

    private static byte[] Ia5(string text)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        if (Encoding.ASCII.GetByteCount(text) != text.Length) throw new ArgumentException("An IA5String holds ASCII.", nameof(text));
        writer.WriteCharacterString(UniversalTagNumber.IA5String, text);
        return writer.Encode();
    }
}
