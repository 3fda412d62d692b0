using System.Text;

namespace SafeClaw.Attestation;

/// <summary>
/// Certificates and revocation lists on disk: the cache, and the offline store of a site without network. VCEKs lie as Trustee has them,
/// <c>vcek/{hwid}/bl.._tee.._snp.._ucode..[_fmc..]_vcek.der</c>; chains in <c>ca/{product}/</c>, lists in <c>crl/{product}/</c>.
/// Nothing in it is trusted: whoever reads an entry judges it again, and drops it if it does not fit.
/// </summary>
/// <param name="directory">Made 0700 when first written to.</param>
public sealed class CollateralStore(string directory)
{
    /// <summary>Largest entry in bytes.</summary>
    public const int MaxEntryBytes = 64 * 1024;

    /// <summary>Where it is.</summary>
    public string Directory { get; } = Path.GetFullPath(directory);

    /// <summary>The certificate kept for that key, unjudged; null if there is none, or none that is safely ours.</summary>
    public ReadOnlyMemory<byte>? FindVcek(EndorsementKeyId id) => Read(id.StorePath) ?? Read(LegacyPath(id));

    public void SaveVcek(EndorsementKeyId id, ReadOnlyMemory<byte> der) => OwnedFile.Write(Directory, id.StorePath, der.Span);

    public void DropVcek(EndorsementKeyId id)
    {
        OwnedFile.Delete(Directory, id.StorePath);
        OwnedFile.Delete(Directory, LegacyPath(id));
    }

    /// <summary>PEM of intermediate and root, unjudged.</summary>
    public ReadOnlyMemory<byte>? FindChain(SnpProduct product, KdsKeyKind kind) => Read(ChainPath(product, kind));

    public void SaveChain(SnpProduct product, KdsKeyKind kind, string pem) => OwnedFile.Write(Directory, ChainPath(product, kind), Encoding.ASCII.GetBytes(pem));

    public void DropChain(SnpProduct product, KdsKeyKind kind) => OwnedFile.Delete(Directory, ChainPath(product, kind));

    /// <summary>DER of a revocation list, unjudged, and when it was written.</summary>
    public (ReadOnlyMemory<byte> Der, DateTimeOffset At)? FindCrl(SnpProduct product, KdsKeyKind kind)
    {
        if (Read(CrlPath(product, kind)) is not { } der) return null;
        return (der, File.GetLastWriteTimeUtc(Path.Combine(Directory, CrlPath(product, kind))));
    }

    /// <param name="product">Product line.</param>
    /// <param name="kind">Hierarchy.</param>
    /// <param name="der">The list.</param>
    /// <param name="at">When it was fetched.</param>
    public void SaveCrl(SnpProduct product, KdsKeyKind kind, ReadOnlyMemory<byte> der, DateTimeOffset at)
    {
        OwnedFile.Write(Directory, CrlPath(product, kind), der.Span);
        File.SetLastWriteTimeUtc(Path.Combine(Directory, CrlPath(product, kind)), at.UtcDateTime);
    }

    public void DropCrl(SnpProduct product, KdsKeyKind kind) => OwnedFile.Delete(Directory, CrlPath(product, kind));

    /// <summary>Relative paths of everything in the store that has a name of ours, in order; at most 100,000.</summary>
    public IReadOnlyList<string> Entries() => !System.IO.Directory.Exists(Directory) ? [] :
    [
        .. System.IO.Directory.EnumerateFiles(Directory, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3, AttributesToSkip = FileAttributes.ReparsePoint })
            .Select(path => Path.GetRelativePath(Directory, path).Replace('\\', '/'))
            .Where(IsEntry).Order(StringComparer.Ordinal).Take(100_000),
    ];

    /// <summary>The bytes of an entry that <see cref="Entries"/> listed.</summary>
    public ReadOnlyMemory<byte>? Open(string entry) => IsEntry(entry) ? Read(entry) : null;

    private ReadOnlyMemory<byte>? Read(string relative)
    {
        if (OwnedFile.TryRead(Directory, relative, MaxEntryBytes) is { } bytes) return bytes;
        return null; // not in one expression: there null would become an empty entry
    }

    /// <summary>The product and hierarchy that a chain's or list's path names; null for a leaf's.</summary>
    internal static (SnpProduct Product, KdsKeyKind Kind)? HierarchyOf(string entry) => entry.Split('/') is ["ca" or "crl", var product, var file] && IsEntry(entry)
        ? (Enum.Parse<SnpProduct>(product), file.StartsWith("vlek", StringComparison.Ordinal) ? KdsKeyKind.Vlek : KdsKeyKind.Vcek)
        : null;

    private static bool IsEntry(string relative) => relative.Split('/') switch
    {
        ["vcek", var chip, var file] => chip.Length is 16 or 128 && chip.AsSpan().IndexOfAnyExcept(Hex) < 0 && file.EndsWith("vcek.der", StringComparison.Ordinal),
        ["ca", var product, "vcek_cert_chain.pem" or "vlek_cert_chain.pem"] => Enum.IsDefined(typeof(SnpProduct), product),
        ["crl", var product, "vcek.crl" or "vlek.crl"] => Enum.IsDefined(typeof(SnpProduct), product),
        _ => false,
    };

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdef");

    /// <summary>Trustee's older layout, read and never written.</summary>
    private static string LegacyPath(EndorsementKeyId id) => $"vcek/{id.HardwareId}/vcek.der";

    private static string ChainPath(SnpProduct product, KdsKeyKind kind) => $"ca/{product}/{Name(kind)}_cert_chain.pem";

    private static string CrlPath(SnpProduct product, KdsKeyKind kind) => $"crl/{product}/{Name(kind)}.crl";

    private static string Name(KdsKeyKind kind) => kind is KdsKeyKind.Vcek ? "vcek" : "vlek";
}
