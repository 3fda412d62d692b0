namespace SafeClaw.Attestation;

/// <summary>
/// Leaf ← intermediate ← root, to a pinned root. On success it knows the product, whether the root was simulated, and the leaf; on failure the one
/// finding that says why.
/// </summary>
internal sealed class ChainVerification
{
    private const string Check = "chain";

    /// <summary>The verified leaf (VCEK or VLEK).</summary>
    public required StrictCertificate Leaf { get; init; }

    /// <summary>The intermediate (ASK or ASVK), whose serial a revocation list may name.</summary>
    public required StrictCertificate Intermediate { get; init; }

    /// <summary>The root (ARK), which signs revocation lists.</summary>
    public required StrictCertificate Root { get; init; }

    public required bool IsVlek { get; init; }

    public required bool Simulated { get; init; }

    public required SnpProduct Product { get; init; }

    public static ChainVerification? Verify(EndorsementChain chain, TrustAnchors anchors, DateTimeOffset at, KeyCache keys, out Finding finding)
    {
        var isVlek = !chain.Vlek.IsEmpty;
        finding = Missing(chain) ?? new Finding(Check, true);
        if (!finding.Ok) return null;
        if (!Read(isVlek ? "VLEK" : "VCEK", isVlek ? chain.Vlek : chain.Vcek, out var leaf, ref finding)) return null;
        if (!Read(isVlek ? "ASVK" : "ASK", chain.Ask, out var intermediate, ref finding)) return null;
        if (!Read("ARK", chain.Ark, out var root, ref finding)) return null;
        if (!anchors.Contains(chain.Ark.Span, out var simulated, out var product))
        {
            finding = Untrusted("The root certificate is not one of AMD's pinned ARKs; its name does not matter.", "a pinned ARK", Shorten(root!.Fingerprint));
            return null;
        }

        product ??= ProductOfRoot(root!);
        var problem = product is null ? "the simulated root names no product" : Problem(leaf!, intermediate!, root!, isVlek, product.Value, at, keys);
        finding = problem is null
            ? Finding.Passed(Check, $"{product} {(isVlek ? "VLEK" : "VCEK")} to {(simulated ? "a simulated root" : "AMD's ARK")}")
            : Untrusted($"The certificate chain is refused: {problem}.");
        return problem is null
            ? new ChainVerification { Leaf = leaf!, Intermediate = intermediate!, Root = root!, IsVlek = isVlek, Simulated = simulated, Product = product!.Value }
            : null;
    }

    private static Finding? Missing(EndorsementChain chain) => chain switch
    {
        { Vcek.IsEmpty: false, Vlek.IsEmpty: false } => Untrusted("The chain holds both a VCEK and a VLEK."),
        { Vcek.IsEmpty: true, Vlek.IsEmpty: true } => Untrusted("The chain has no leaf certificate (VCEK or VLEK)."),
        { Ask.IsEmpty: true } => Untrusted("The chain has no intermediate certificate (ASK or ASVK)."),
        { Ark.IsEmpty: true } => Untrusted("The chain has no root certificate (ARK)."),
        _ => null,
    };

    private static bool Read(string role, ReadOnlyMemory<byte> der, out StrictCertificate? certificate, ref Finding finding)
    {
        if (StrictCertificate.TryParse(der, out certificate, out var problem)) return true;
        finding = Untrusted($"The {role} certificate is refused: {problem}.");
        return false;
    }

    /// <summary>
    /// Every rule in turn; null if all hold. The root's own signature is none of them: its every byte is pinned.
    /// </summary>
    private static string? Problem(StrictCertificate leaf, StrictCertificate intermediate, StrictCertificate root, bool isVlek, SnpProduct product, DateTimeOffset at, KeyCache keys) =>
        Names(leaf, intermediate, root, isVlek, product)
        ?? Authority("ARK", root, pathLength: 1) ?? Authority(isVlek ? "ASVK" : "ASK", intermediate, pathLength: 0)
        ?? (leaf.IsAuthority ? "the leaf may sign certificates" : null)
        ?? Validity("ARK", root, at) ?? Validity(isVlek ? "ASVK" : "ASK", intermediate, at) ?? Validity(isVlek ? "VLEK" : "VCEK", leaf, at)
        ?? Signed(isVlek ? "ASVK" : "ASK", intermediate, root, keys) ?? Signed(isVlek ? "VLEK" : "VCEK", leaf, intermediate, keys);

    private static string? Names(StrictCertificate leaf, StrictCertificate intermediate, StrictCertificate root, bool isVlek, SnpProduct product) => 0 switch
    {
        _ when leaf.CommonName != (isVlek ? "SEV-VLEK" : "SEV-VCEK") => $"the leaf is no {(isVlek ? "VLEK" : "VCEK")} but '{Shown(leaf.CommonName)}'",
        _ when intermediate.CommonName != $"SEV-{(isVlek ? "VLEK-" : "")}{product}" => $"the intermediate is not SEV-{(isVlek ? "VLEK-" : "")}{product} but '{Shown(intermediate.CommonName)}'",
        _ when !leaf.Issuer.Span.SequenceEqual(intermediate.Subject.Span) => "the leaf was issued by another authority",
        _ when !intermediate.Issuer.Span.SequenceEqual(root.Subject.Span) => "the intermediate was issued by another authority",
        _ => null,
    };

    private static string? Authority(string role, StrictCertificate certificate, int pathLength) => 0 switch
    {
        _ when !certificate.MaySignCertificates => $"the {role} may not sign certificates",
        _ when certificate.PathLength < pathLength => $"the {role}'s path length is too short",
        _ => null,
    };

    private static string? Validity(string role, StrictCertificate certificate, DateTimeOffset at) => 0 switch
    {
        _ when at < certificate.NotBefore => $"the {role} is not yet valid at {at:u} (from {certificate.NotBefore:u}); check this machine's clock",
        _ when at > certificate.NotAfter => $"the {role} has expired at {certificate.NotAfter:u} (verified at {at:u})",
        _ => null,
    };

    private static string? Signed(string role, StrictCertificate certificate, StrictCertificate issuer, KeyCache keys) =>
        PssSignature.Problem(keys, issuer.PublicKey, certificate.SignatureAlgorithm, certificate.Tbs, certificate.Signature) is { } problem ? $"the {role}: {problem}" : null;

    private static SnpProduct? ProductOfRoot(StrictCertificate root) =>
        root.CommonName is { } name && name.StartsWith("ARK-", StringComparison.Ordinal) && Enum.TryParse<SnpProduct>(name[4..], out var product) ? product : null;

    private static Finding Untrusted(string hint, string? expected = null, string? actual = null) =>
        Finding.Failed(Check, AttestationCodes.ChainUntrusted, hint, expected, actual);

    private static string Shorten(byte[] fingerprint) => Convert.ToHexStringLower(fingerprint)[..16] + "…";

    /// <summary>A name from a hostile certificate, fit for a line of text.</summary>
    private static string Shown(string? name) => name is null ? "no name" : string.Concat(name.Take(40).Select(c => char.IsControl(c) ? '·' : c));
}
