using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Attestation;

/// <summary>
/// The certificate table of an extended guest request (GHCB specification 56421, SNP Extended Guest Request): 24-byte entries of GUID, offset and
/// length (little-endian, from the table's start), ended by a zero entry. The host's administrator fills it, so order and encoding are free: DER as
/// the specification says, or PEM as both known machines have it. Nothing in it is trusted before it was verified.
/// </summary>
public static class CertificateTable
{
    /// <summary>Largest table read, in bytes; real ones have 6.5 KB.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int EntryBytes = 24, MaxEntries = 16;

    // GUIDs lie in the table in printed order (big-endian), unlike in UEFI structures.
    private static readonly Guid VcekId = new("63da758d-e664-4564-adc5-f4b93be8accd"), VlekId = new("a8074bc2-a25a-483e-aae6-39c045a0b8a1"),
        AskId = new("4ab7b379-bbac-4fe4-a02f-05aef327c782"), ArkId = new("c0b406a4-a803-4952-9743-3fb6014cd0ae"), CrlId = new("92f81bc3-5811-4d3d-97ff-d19f88dc67ea");

    /// <summary>Reads the chain and, if there is one, the revocation list. Entries of unknown kind are passed over, a kind given twice is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> table, [NotNullWhen(true)] out EndorsementChain? chain, out ReadOnlyMemory<byte> revocationList, [NotNullWhen(false)] out Finding? failure)
    {
        (chain, revocationList) = (null, default);
        var problem = Read(table, out var entries);
        failure = problem is null ? null : Finding.Failed("certificate-table", AttestationCodes.EvidenceMalformed, $"The certificate table is refused: {problem}.");
        if (failure is not null) return false;
        chain = new EndorsementChain { Vcek = Of(VcekId), Vlek = Of(VlekId), Ask = Of(AskId), Ark = Of(ArkId) };
        revocationList = Of(CrlId);
        return true;

        ReadOnlyMemory<byte> Of(Guid id) => entries.GetValueOrDefault(id);
    }

    private static string? Read(ReadOnlySpan<byte> table, out Dictionary<Guid, byte[]> entries)
    {
        entries = [];
        if (table.Length is 0 or > MaxBytes) return $"it is empty or has more than {MaxBytes} bytes";
        for (var index = 0; ; index++)
        {
            if (index > MaxEntries) return $"it has more than {MaxEntries} entries";
            if ((index + 1) * EntryBytes > table.Length) return "its end is missing";
            var entry = table.Slice(index * EntryBytes, EntryBytes);
            if (entry.IndexOfAnyExcept((byte)0) < 0) return Overlap(table, index) ? "an entry lies over the list of entries" : null;
            var (offset, length) = (BinaryPrimitives.ReadUInt32LittleEndian(entry[16..]), BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]));
            if ((ulong)offset + length > (ulong)table.Length || length == 0) return "an entry lies outside of it";
            if (Der(table.Slice((int)offset, (int)length)) is not { } der) return "an entry is neither DER nor one PEM block";
            if (!entries.TryAdd(new Guid(entry[..16], bigEndian: true), der)) return "it has an entry twice";
        }
    }

    private static bool Overlap(ReadOnlySpan<byte> table, int count)
    {
        for (var index = 0; index < count; index++)
            if (BinaryPrimitives.ReadUInt32LittleEndian(table[(index * EntryBytes + 16)..]) < (uint)((count + 1) * EntryBytes)) return true;
        return false;
    }

    /// <summary>DER as it stands, or the content of exactly one PEM block with nothing but white space and zeros around it; null otherwise.</summary>
    internal static byte[]? Der(ReadOnlySpan<byte> bytes)
    {
        if (bytes is [0x30, ..]) return bytes.ToArray();
        if (!System.Text.Ascii.IsValid(bytes)) return null;
        var text = Encoding.ASCII.GetString(bytes).Trim('\0', ' ', '\t', '\r', '\n');
        if (!PemEncoding.TryFind(text, out var block) || block.Location.Start.Value != 0 || block.Location.End.Value != text.Length) return null;
        return text[block.Label] is "CERTIFICATE" or "X509 CRL" ? Convert.FromBase64String(text[block.Base64Data]) : null;
    }
}
