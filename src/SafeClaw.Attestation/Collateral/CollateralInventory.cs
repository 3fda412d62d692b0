namespace SafeClaw.Attestation;

/// <summary>What is in a store, each entry judged anew.</summary>
/// <param name="store">The store; only read.</param>
/// <param name="anchors">The roots authorities must lead to.</param>
/// <param name="clock">For validity.</param>
public sealed class CollateralInventory(CollateralStore store, TrustAnchors anchors, TimeProvider clock)
{
    /// <summary>Every entry, in the order of its path.</summary>
    public IReadOnlyList<CollateralItem> List() => [.. store.Entries().Select(Judge)];

    private CollateralItem Judge(string entry)
    {
        if (store.Open(entry) is not { } bytes) return CollateralItem.Refused(entry, $"cannot be read, is not ours alone, or has more than {CollateralStore.MaxEntryBytes} bytes");
        if (CollateralStore.HierarchyOf(entry) is not var (product, kind)) return Leaf(entry, bytes);
        if (entry.StartsWith("ca/", StringComparison.Ordinal))
            return AuthorityPair.TryReadPem(bytes, product, kind, anchors) is { } pair ? CollateralItem.Authorities(entry, product, kind, pair, Now) : CollateralItem.Refused(entry, "not under a pinned root");
        if (Authorities(product, kind) is not { } authorities) return CollateralItem.Refused(entry, "the authorities that signed it are not in the store");
        return RevocationList.TryRead(bytes, authorities.Root, Now, out var list, out var problem) ? CollateralItem.List(entry, product, kind, list) : CollateralItem.Refused(entry, problem);
    }

    private CollateralItem Leaf(string entry, ReadOnlyMemory<byte> der)
    {
        if (EndorsedLeaf.TryRead(der, out var id, out var leaf) is { } problem) return CollateralItem.Refused(entry, problem);
        if (Authorities(id!.Product, KdsKeyKind.Vcek) is not { } authorities) return CollateralItem.Refused(entry, "the authorities that signed it are not in the store");
        return authorities.Endorses(der, id) ? CollateralItem.Leaf(entry, id, leaf!, Now) : CollateralItem.Refused(entry, "not signed by its authorities");
    }

    private AuthorityPair? Authorities(SnpProduct product, KdsKeyKind kind) =>
        store.FindChain(product, kind) is { } pem ? AuthorityPair.TryReadPem(pem, product, kind, anchors) : null;

    private DateTimeOffset Now => clock.GetUtcNow();
}
