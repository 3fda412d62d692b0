using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>How a report answers a challenge: the second half of REPORT_DATA.</summary>
public static class Freshness
{
    /// <summary>Size of a challenge in bytes.</summary>
    public const int NonceBytes = 32;

    /// <summary>
    /// <c>SHA-256("safeclaw-fresh-v1" ‖ nonce ‖ "guest" ‖ runtime binding)</c>. The role is part of it, so that a challenge sent back is no answer.
    /// </summary>
    /// <param name="nonce">32 bytes, fresh for each challenge.</param>
    /// <param name="runtimeBinding">The 32 bytes that stood at REPORT_DATA[32..64) at the handshake.</param>
    /// <exception cref="ArgumentException">Another length: a shorter nonce must never compare as a prefix.</exception>
    public static byte[] Binding(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> runtimeBinding)
    {
        if (nonce.Length != NonceBytes) throw new ArgumentException("A nonce has 32 bytes.", nameof(nonce));
        if (runtimeBinding.Length != 32) throw new ArgumentException("A runtime binding has 32 bytes.", nameof(runtimeBinding));
        return SHA256.HashData([.. "safeclaw-fresh-v1"u8, .. nonce, .. "guest"u8, .. runtimeBinding]);
    }

    /// <summary>REPORT_DATA: <paramref name="spkiSha256"/> and <paramref name="secondHalf"/>, 32 bytes each.</summary>
    public static byte[] ReportData(ReadOnlySpan<byte> spkiSha256, ReadOnlySpan<byte> secondHalf) => spkiSha256.Length == 32 && secondHalf.Length == 32
        ? [.. spkiSha256, .. secondHalf]
        : throw new ArgumentException("Both halves of REPORT_DATA have 32 bytes.");
}
