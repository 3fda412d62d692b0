namespace SafeClaw.Attestation;

/// <summary>A certificate, a pair of authorities or a revocation list, as <c>safeclaw collateral</c> tells of it.</summary>
/// <param name="Name">Its path in the store, or the file it came from.</param>
/// <param name="What">What it is, for people: "VCEK of Genoa 1a2b3c4d…", "authorities of Milan (VCEK)"; "not recognised" if it is none of them.</param>
/// <param name="From">Start of its validity; null if it could not be read.</param>
/// <param name="Until">End of its validity; for authorities the earlier of the two; null if there is none.</param>
/// <param name="Problem">Why it is of no use; null if it is of use.</param>
public sealed record CollateralItem(string Name, string What, DateTimeOffset? From, DateTimeOffset? Until, string? Problem)
{
    internal const string Unknown = "not recognised";

    internal static CollateralItem Refused(string name, string problem) => new(name, Unknown, null, null, problem);

    internal static CollateralItem Authorities(string name, SnpProduct product, KdsKeyKind kind, AuthorityPair pair, DateTimeOffset now)
    {
        var (from, until) = (Later(pair.Intermediate.NotBefore, pair.Root.NotBefore), Earlier(pair.Intermediate.NotAfter, pair.Root.NotAfter));
        return new(name, $"authorities of {product} ({Kind(kind)})", from, until, Dates(from, until, now));
    }

    internal static CollateralItem Leaf(string name, EndorsementKeyId id, StrictCertificate leaf, DateTimeOffset now) =>
        new(name, $"{id}", leaf.NotBefore, leaf.NotAfter, Dates(leaf.NotBefore, leaf.NotAfter, now));

    internal static CollateralItem List(string name, SnpProduct product, KdsKeyKind kind, RevocationList list) =>
        new(name, $"revocation list of {product} ({Kind(kind)})", list.ThisUpdate, list.NextUpdate, null);

    private static string? Dates(DateTimeOffset from, DateTimeOffset until, DateTimeOffset now) => now < from ? "not valid yet" : now > until ? "no longer valid" : null;

    private static string Kind(KdsKeyKind kind) => kind.ToString().ToUpperInvariant();

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
