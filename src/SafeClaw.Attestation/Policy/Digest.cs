using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>A fixed-length value of a policy (measurement, id, digest), compared in fixed time and shown by its first bytes only.</summary>
public readonly record struct Digest
{
    private readonly byte[]? _bytes;

    private Digest(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Takes a copy.</summary>
    public static Digest From(ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>Reads exactly <paramref name="length"/> bytes of hexadecimal digits, upper or lower case.</summary>
    /// <exception cref="FormatException">Another length, or not hexadecimal.</exception>
    public static Digest Parse(string hex, int length) => hex.Length == length * 2
        ? new Digest(Convert.FromHexString(hex))
        : throw new FormatException($"It must have {length * 2} hexadecimal digits; it has {hex.Length} characters.");

    /// <summary>Equal length and, in fixed time, equal bytes.</summary>
    public bool Equals(Digest other) => CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);

    public override int GetHashCode() => Bytes.Length < 4 ? 0 : BitConverter.ToInt32(Bytes);

    /// <summary>All digits, lower case.</summary>
    public string ToHex() => Convert.ToHexStringLower(Bytes);

    public override string ToString() => Bytes.Length > 8 ? $"{Convert.ToHexStringLower(Bytes[..8])}…" : ToHex();

    internal static int Compare(Digest left, Digest right) => left.Equals(right) ? 0 : 1;
}
