using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SafeClaw.Tee.Wire;

/// <summary>
/// One text per value (RFC 4648 §3.5, §4): the standard alphabet, full padding, zero trailing bits and no white space, which the
/// framework's decoder would skip.
/// </summary>
public static class StrictBase64
{
    /// <summary>Decodes into <paramref name="destination"/> (3/4 of the text's length is enough); false for anything not canonical.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, Span<byte> destination, out int written)
    {
        written = 0;
        if (utf8.Length % 4 != 0 || utf8.IndexOfAnyExcept(Alphabet) >= 0) return false;
        return Base64.DecodeFromUtf8(utf8, destination, out var consumed, out written) == OperationStatus.Done
            && consumed == utf8.Length && HasZeroTrailingBits(utf8);
    }

    /// <summary>Decodes text; false for anything not canonical or decoding to more than <paramref name="maxBytes"/>.</summary>
    public static bool TryDecode(string text, int maxBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length > (maxBytes + 2) / 3 * 4 || !Ascii.IsValid(text)) return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!TryDecode(Encoding.ASCII.GetBytes(text), buffer, out var written) || written > maxBytes) return false;
        bytes = written == buffer.Length ? buffer : buffer[..written];
        return true;
    }

    private static readonly SearchValues<byte> Alphabet = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    private static bool HasZeroTrailingBits(ReadOnlySpan<byte> utf8) => utf8 switch
    {
        [.., var last, (byte)'=', (byte)'='] => (Value(last) & 0b1111) == 0,
        [.., var last, (byte)'='] => (Value(last) & 0b11) == 0,
        _ => true,
    };

    private static int Value(byte symbol) => symbol switch
    {
        >= (byte)'A' and <= (byte)'Z' => symbol - 'A',
        >= (byte)'a' and <= (byte)'z' => symbol - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => symbol - '0' + 52,
        (byte)'+' => 62,
        _ => 63,
    };
}
