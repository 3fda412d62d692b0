using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>An intermediate (ASK or ASVK) and the root above it.</summary>
internal sealed record AuthorityPair(CertificateFacts Intermediate, CertificateFacts Root)
{
    /// <summary>Both from DER; null unless the root is trusted and the intermediate is the root's.</summary>
    public static AuthorityPair? TryRead(ReadOnlyMemory<byte> intermediate, ReadOnlyMemory<byte> root, Func<ReadOnlyMemory<byte>, bool> trustsRoot)
    {
        if (CertificateFacts.TryRead(root) is not { } above || !trustsRoot(root)) return null;
        return CertificateFacts.TryRead(intermediate) is { } below && below.IsIssuedBy(above) ? new(below, above) : null;
    }

    /// <summary>From the PEM that the key distribution service calls <c>cert_chain</c>: the intermediate first, the root second, nothing else.</summary>
    public static AuthorityPair? TryReadPem(ReadOnlyMemory<byte> pem, Func<ReadOnlyMemory<byte>, bool> trustsRoot)
    {
        var text = System.Text.Encoding.ASCII.GetString(pem.Span);
        var certificates = new List<byte[]>();
        foreach (var (rest, field) in Fields(text))
        {
            if (certificates.Count == 2 || !text.AsSpan(rest)[field.Label].SequenceEqual("CERTIFICATE")) return null;
            certificates.Add(Convert.FromBase64String(text[rest..][field.Base64Data]));
        }

        return certificates is [var intermediate, var root] ? TryRead(intermediate, root, trustsRoot) : null;
    }

    /// <summary>What <see cref="TryReadPem"/> reads.</summary>
    public string ToPem() => PemEncoding.WriteString("CERTIFICATE", Intermediate.Der.Span) + "\n" + PemEncoding.WriteString("CERTIFICATE", Root.Der.Span) + "\n";

    private static IEnumerable<(int Start, PemFields Field)> Fields(string text)
    {
        var start = 0;
        while (PemEncoding.TryFind(text.AsSpan(start), out var field))
        {
            yield return (start, field);
            start += field.Location.End.Value;
        }
    }
}
