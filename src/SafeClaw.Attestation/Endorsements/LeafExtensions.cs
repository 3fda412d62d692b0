using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace SafeClaw.Attestation;

/// <summary>
/// AMD's private extensions of a VCEK or VLEK (AMD 57230, OID arc 1.3.6.1.4.1.3704.1): what the endorsement says about the chip and its TCB. Every one
/// that the kind of leaf must have is required; a missing one must never skip its check.
/// </summary>
/// <param name="ProductName">For example "Milan-B0", "Genoa", "Turin".</param>
/// <param name="Tcb">The security patch levels the key was derived for.</param>
/// <param name="HardwareId">hwID: the chip, 64 or 8 bytes; empty in a VLEK.</param>
/// <param name="CspId">CSP_ID: the cloud provider; null in a VCEK.</param>
internal sealed record LeafExtensions(string ProductName, TcbVersion Tcb, ReadOnlyMemory<byte> HardwareId, string? CspId)
{
    private const string Arc = "1.3.6.1.4.1.3704.1.";

    public static bool TryRead(StrictCertificate leaf, bool isVlek, SnpProduct product, [NotNullWhen(true)] out LeafExtensions? extensions, [NotNullWhen(false)] out string? problem)
    {
        extensions = null;
        try
        {
            var name = Text(leaf, Arc + "2", "product name");
            var fmc = product.HasFmc() ? Spl(leaf, "9", "FMC") : (byte)0;
            var tcb = new TcbVersion(fmc, Spl(leaf, "1", "boot loader"), Spl(leaf, "2", "TEE"), Spl(leaf, "3", "SNP"), Spl(leaf, "8", "microcode"));
            if (isVlek && leaf.Extensions.ContainsKey(Arc + "4")) throw new AsnContentException("a VLEK has no hwID");
            if (!isVlek && leaf.Extensions.ContainsKey(Arc + "5")) throw new AsnContentException("a VCEK has no CSP_ID");
            extensions = new LeafExtensions(name, tcb, isVlek ? default : HardwareIdOf(leaf, product.ChipIdBytes()), isVlek ? Text(leaf, Arc + "5", "CSP_ID") : null);
            problem = null;
            return true;
        }
        catch (AsnContentException malformed)
        {
            problem = malformed.Message;
            return false;
        }
    }

    private static byte Spl(StrictCertificate leaf, string number, string name)
    {
        var reader = Reader(leaf, Arc + "3." + number, name + " SPL");
        return Whole(reader, reader.TryReadUInt32(out var value) && value <= byte.MaxValue ? (byte)value
            : throw new AsnContentException($"its {name} SPL is not a number from 0 to 255"));
    }

    private static string Text(StrictCertificate leaf, string oid, string name)
    {
        var reader = Reader(leaf, oid, name);
        return Whole(reader, reader.ReadCharacterString(UniversalTagNumber.IA5String));
    }

    /// <summary>AMD writes the bytes without a DER wrapper; some tools wrap them in an OCTET STRING. Both are unambiguous by their length.</summary>
    private static ReadOnlyMemory<byte> HardwareIdOf(StrictCertificate leaf, int length)
    {
        var value = Value(leaf, Arc + "4", "hwID");
        if (value.Length == length) return value;
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        var wrapped = Whole(reader, reader.ReadOctetString());
        return wrapped.Length == length ? wrapped : throw new AsnContentException($"its hwID has {wrapped.Length} bytes instead of {length}");
    }

    private static AsnReader Reader(StrictCertificate leaf, string oid, string name) => new(Value(leaf, oid, name), AsnEncodingRules.DER);

    private static ReadOnlyMemory<byte> Value(StrictCertificate leaf, string oid, string name) =>
        leaf.Extensions.TryGetValue(oid, out var value) ? value : throw new AsnContentException($"it has no {name} extension");

    private static T Whole<T>(AsnReader reader, T value) => reader.HasData ? throw new AsnContentException("an extension has bytes left over") : value;
}
