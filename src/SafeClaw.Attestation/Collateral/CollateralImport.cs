using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Attestation;

/// <summary>
/// Puts certificates and revocation lists from files into a store, whatever the files are called and in whatever order they come: single DER, PEM
/// bundles, another store. Only what leads to a pinned root is taken.
/// </summary>
/// <param name="store">Written to.</param>
/// <param name="anchors">The roots.</param>
/// <param name="clock">For validity.</param>
public sealed class CollateralImport(CollateralStore store, TrustAnchors anchors, TimeProvider clock)
{
    /// <summary>Most certificates and lists of one import.</summary>
    public const int MaxObjects = 10_000;

    private readonly List<(string Name, StrictCertificate Certificate)> _certificates = [];
    private readonly List<(string Name, ReadOnlyMemory<byte> Der)> _others = [];

    /// <summary>Takes the files in.</summary>
    /// <param name="files">Names, for the report and to tell VLEK lists from VCEK lists, and contents.</param>
    /// <returns>What each of them was, and what came of it; roots and intermediates are told as the pair they make.</returns>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxObjects"/> objects in them.</exception>
    /// <exception cref="IOException">The store cannot be written.</exception>
    public IReadOnlyList<CollateralItem> Import(IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        foreach (var (name, bytes) in files)
            foreach (var der in Split(bytes)) Sort(name, der);
        // Authorities first: leaves and lists are judged by them.
        var authorities = ImportAuthorities().ToList();
        return [.. authorities, .. _certificates.Where(c => !IsAuthority(c.Certificate)).Select(ImportLeaf), .. _others.Select(ImportList)];
    }

    private void Sort(string name, ReadOnlyMemory<byte> der)
    {
        if (_certificates.Count + _others.Count >= MaxObjects) throw new ArgumentException($"At most {MaxObjects} certificates and lists are imported at once.");
        if (StrictCertificate.TryParse(der, out var certificate, out _)) _certificates.Add((name, certificate));
        else _others.Add((name, der));
    }

    private IEnumerable<CollateralItem> ImportAuthorities()
    {
        var roots = _certificates.Where(c => anchors.Contains(c.Certificate.Der.Span, out _, out _)).ToList();
        // The newest last, so that it stays: an older intermediate of the same name may be a revoked one.
        foreach (var (name, intermediate) in _certificates.Where(c => IsAuthority(c.Certificate) && !anchors.Contains(c.Certificate.Der.Span, out _, out _)).OrderBy(c => c.Certificate.NotBefore))
        {
            var made = roots.SelectMany(root => Hierarchies().Select(h => (h.Product, h.Kind, Pair: AuthorityPair.TryRead(intermediate.Der, root.Certificate.Der, h.Product, h.Kind, anchors)))).FirstOrDefault(m => m.Pair is not null);
            if (made.Pair is null)
            {
                yield return CollateralItem.Refused(name, "no pinned root among the files has issued it");
                continue;
            }

            if (Kept(made.Product, made.Kind) is { } kept && kept.Intermediate.NotBefore > intermediate.NotBefore)
            {
                yield return CollateralItem.Refused(name, "the store has newer authorities of that name");
                continue;
            }

            store.SaveChain(made.Product, made.Kind, made.Pair.ToPem());
            yield return CollateralItem.Authorities(name, made.Product, made.Kind, made.Pair, clock.GetUtcNow());
        }
    }

    private CollateralItem ImportLeaf((string Name, StrictCertificate Certificate) file)
    {
        if (EndorsedLeaf.TryRead(file.Certificate.Der, out var id, out _) is { } problem) return CollateralItem.Refused(file.Name, problem);
        if (Kept(id!.Product, KdsKeyKind.Vcek) is not { } authorities) return CollateralItem.Refused(file.Name, $"the authorities of {id.Product} are neither among the files nor in the store");
        if (!authorities.Endorses(file.Certificate.Der, id)) return CollateralItem.Refused(file.Name, $"the authorities of {id.Product} did not sign it");
        store.SaveVcek(id, file.Certificate.Der);
        return CollateralItem.Leaf(file.Name, id, file.Certificate, clock.GetUtcNow());
    }

    private CollateralItem ImportList((string Name, ReadOnlyMemory<byte> Der) file)
    {
        var kind = Path.GetFileName(file.Name).Contains("vlek", StringComparison.OrdinalIgnoreCase) ? KdsKeyKind.Vlek : KdsKeyKind.Vcek;
        var problem = "neither a certificate nor a revocation list";
        foreach (var product in Enum.GetValues<SnpProduct>())
        {
            if (Kept(product, kind) is not { } authorities) continue;
            if (!RevocationList.TryRead(file.Der, authorities.Root, clock.GetUtcNow(), out var list, out var reason))
            {
                if (reason != RevocationList.OtherIssuer) problem = $"a revocation list of {product} that is not usable: {reason}";
                continue;
            }

            store.SaveCrl(product, kind, file.Der, clock.GetUtcNow());
            return CollateralItem.List(file.Name, product, kind, list);
        }

        return CollateralItem.Refused(file.Name, problem);
    }

    private AuthorityPair? Kept(SnpProduct product, KdsKeyKind kind) => store.FindChain(product, kind) is { } pem ? AuthorityPair.TryReadPem(pem, product, kind, anchors) : null;

    private static bool IsAuthority(StrictCertificate certificate) => certificate.IsAuthority;

    private static IEnumerable<(SnpProduct Product, KdsKeyKind Kind)> Hierarchies() =>
        from product in Enum.GetValues<SnpProduct>() from kind in Enum.GetValues<KdsKeyKind>() select (product, kind);

    /// <summary>The DER objects of a file: itself, or what its PEM blocks hold.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> Split(ReadOnlyMemory<byte> file)
    {
        const string begin = "-----BEGIN ";
        if (file.Span.IndexOf(Encoding.ASCII.GetBytes(begin)) < 0)
        {
            yield return file;
            yield break;
        }

        var rest = Encoding.ASCII.GetString(file.Span);
        while (PemEncoding.TryFind(rest, out var block))
        {
            yield return Convert.FromBase64String(rest[block.Base64Data]);
            rest = rest[block.Location.End..];
        }
    }
}
