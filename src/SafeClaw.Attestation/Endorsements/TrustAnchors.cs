using System.Collections.Immutable;
using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>
/// The roots that evidence may lead to: the SHA-256 fingerprints of AMD's three ARK certificates (the same as AMD's key distribution serves; compared
/// with two independent implementations), and, said explicitly, a simulated one. Names never count, and neither the network nor the operating
/// system's store is asked.
/// </summary>
public sealed record TrustAnchors
{
    private static readonly ImmutableDictionary<string, SnpProduct> AmdRoots = new Dictionary<string, SnpProduct>
    {
        ["69d063b45344d26a2e94e1f4210de49ef555308287d4c174445c95639a540bcd"] = SnpProduct.Milan,
        ["4c6598d19c18719c5dfd4a7d335f674e5bfe1d8f800cea2cf270c10d103db2f1"] = SnpProduct.Genoa,
        ["1f084161a44bb6d93778a904877d4819cafa5d05ef4193b2ded9dd9c73dd3f6a"] = SnpProduct.Turin,
    }.ToImmutableDictionary(StringComparer.Ordinal);

    private ImmutableHashSet<string> _simulated = [];

    /// <summary>AMD's three roots and nothing else.</summary>
    public static TrustAnchors Amd { get; } = new();

    /// <summary>AMD's roots and this one, whose every verdict says "simulated".</summary>
    /// <param name="arkDer">The root certificate of a software secure processor, DER.</param>
    public TrustAnchors WithSimulated(ReadOnlyMemory<byte> arkDer) => this with { _simulated = _simulated.Add(Fingerprint(arkDer.Span)) };

    /// <summary>True if this certificate is an anchor at all.</summary>
    internal bool Contains(ReadOnlySpan<byte> arkDer, out bool simulated, out SnpProduct? product)
    {
        var fingerprint = Fingerprint(arkDer);
        simulated = _simulated.Contains(fingerprint);
        product = AmdRoots.TryGetValue(fingerprint, out var known) ? known : null;
        return simulated || product is not null;
    }

    private static string Fingerprint(ReadOnlySpan<byte> der) => Convert.ToHexStringLower(SHA256.HashData(der));
}
