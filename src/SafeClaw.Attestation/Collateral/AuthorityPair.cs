using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Attestation;

/// <summary>
/// An intermediate (ASK or ASVK) under a pinned root. Says whether a leaf is the one asked for: a filter for what is fetched and kept, so that
/// a damaged file or a wrong answer is not mistaken for an attack. The verdict is the verifier's alone.
/// </summary>
internal sealed record AuthorityPair(StrictCertificate Intermediate, StrictCertificate Root)
{
    /// <summary>Both from DER; null unless the root is pinned and the intermediate is that root's, of this product and kind.</summary>
    public static AuthorityPair? TryRead(ReadOnlyMemory<byte> intermediate, ReadOnlyMemory<byte> root, SnpProduct product, KdsKeyKind kind, TrustAnchors anchors)
    {
        if (!anchors.Contains(root.Span, out _, out var rootOf) || (rootOf is not null && rootOf != product)) return null;
        if (!StrictCertificate.TryParse(root, out var above, out _) || !StrictCertificate.TryParse(intermediate, out var below, out _)) return null;
        return below.CommonName == NameOf(product, kind) && IsIssuedBy(below, above) ? new(below, above) : null;
    }

    /// <summary>Common name of an intermediate.</summary>
    public static string NameOf(SnpProduct product, KdsKeyKind kind) => $"SEV-{(kind is KdsKeyKind.Vlek ? "VLEK-" : "")}{product}";

    /// <summary>From the PEM that the key distribution service calls <c>cert_chain</c>: the intermediate first, the root second, nothing else.</summary>
    public static AuthorityPair? TryReadPem(ReadOnlyMemory<byte> pem, SnpProduct product, KdsKeyKind kind, TrustAnchors anchors)
    {
        var rest = Encoding.ASCII.GetString(pem.Span);
        var certificates = new List<byte[]>();
        while (PemEncoding.TryFind(rest, out var field))
        {
            if (certificates.Count == 2 || rest[field.Label] != "CERTIFICATE") return null;
            certificates.Add(Convert.FromBase64String(rest[field.Base64Data]));
            rest = rest[field.Location.End..];
        }

        return certificates is [var intermediate, var root] ? TryRead(intermediate, root, product, kind, anchors) : null;
    }

    /// <summary>What <see cref="TryReadPem"/> reads.</summary>
    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", Intermediate.Der.Span) + "\n" + PemEncoding.WriteString("CERTIFICATE", Root.Der.Span) + "\n";

    /// <summary>True if this is the VCEK of that chip and TCB, issued by the intermediate.</summary>
    public bool Endorses(ReadOnlyMemory<byte> vcek, EndorsementKeyId id) =>
        StrictCertificate.TryParse(vcek, out var leaf, out _)
        && LeafExtensions.TryRead(leaf, isVlek: false, id.Product, out var said, out _)
        && said.Tcb == id.Tcb && Convert.ToHexStringLower(said.HardwareId.Span) == id.HardwareId
        && IsIssuedBy(leaf, Intermediate);

    /// <summary>Names equal byte for byte, and the issuer's key made the signature.</summary>
    private static bool IsIssuedBy(StrictCertificate certificate, StrictCertificate issuer) =>
        certificate.Issuer.Span.SequenceEqual(issuer.Subject.Span)
        && PssSignature.Problem(issuer.PublicKey, certificate.SignatureAlgorithm, certificate.Tbs, certificate.Signature) is null;
}
