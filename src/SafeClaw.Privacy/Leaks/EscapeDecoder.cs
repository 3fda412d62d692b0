using System.Globalization;
using System.Text;

namespace SafeClaw.Privacy;

/// <summary>A sign of a reply and the part of the raw text it came from.</summary>
internal readonly record struct Sign(char Value, long From, long To);

/// <summary>
/// Undoes URL percent-encoding (RFC 3986), JSON and C escapes (RFC 8259) and HTML character references while text streams through. What turns out to be no
/// escape is passed on as it was.
/// </summary>
internal sealed class EscapeDecoder
{
    private const int MaxEscape = 12;

    private static readonly (string Name, char Value)[] References = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&apos;", '\''), ("&nbsp;", ' ')];

    private readonly List<Sign> _pending = new(MaxEscape);

    /// <summary>Where the raw text of an unfinished escape begins; null if there is none.</summary>
    public long? PendingFrom => _pending.Count == 0 ? null : _pending[0].From;

    /// <summary>Takes a sign and adds what is decided to <paramref name="output"/>.</summary>
    public void Push(Sign sign, List<Sign> output)
    {
        if (_pending.Count == 0 && sign.Value is not ('%' or '\\' or '&'))
        {
            output.Add(sign);
            return;
        }

        _pending.Add(sign);
        Settle(output, final: false);
    }

    /// <summary>Passes on what was held.</summary>
    public void Complete(List<Sign> output) => Settle(output, final: true);

    private void Settle(List<Sign> output, bool final)
    {
        Span<char> buffer = stackalloc char[MaxEscape + 1];
        while (_pending.Count > 0)
        {
            var text = buffer[..Math.Min(_pending.Count, buffer.Length)];
            for (var i = 0; i < text.Length; i++) text[i] = _pending[i].Value;
            var (outcome, decoded) = text[0] switch
            {
                '%' => Percent(text),
                '\\' => Backslash(text),
                '&' => Reference(text),
                _ => (Outcome.No, ""),
            };
            if (outcome == Outcome.Unfinished && !final) return;
            if (outcome == Outcome.Yes)
            {
                foreach (var c in decoded) output.Add(new Sign(c, _pending[0].From, _pending[^1].To));
                _pending.Clear();
            }
            else
            {
                output.Add(_pending[0]);
                _pending.RemoveAt(0);
                while (_pending.Count > 0 && _pending[0].Value is not ('%' or '\\' or '&'))
                {
                    output.Add(_pending[0]);
                    _pending.RemoveAt(0);
                }
            }
        }
    }

    private enum Outcome
    {
        No,
        Unfinished,
        Yes,
    }

    /// <summary>One percent-encoded character, which takes one to four octets of UTF-8.</summary>
    private static (Outcome, string) Percent(ReadOnlySpan<char> text)
    {
        Span<byte> octets = stackalloc byte[4];
        var count = 0;
        for (var i = 0; i < text.Length; i += 3)
        {
            if (text[i] != '%') return (Outcome.No, "");
            for (var digit = i + 1; digit < Math.Min(i + 3, text.Length); digit++)
                if (!char.IsAsciiHexDigit(text[digit])) return (Outcome.No, "");
            if (i + 3 > text.Length) return (Outcome.Unfinished, "");
            octets[count++] = byte.Parse(text.Slice(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        var status = Rune.DecodeFromUtf8(octets[..count], out var rune, out _);
        return status switch
        {
            System.Buffers.OperationStatus.Done => (Outcome.Yes, rune.ToString()),
            System.Buffers.OperationStatus.NeedMoreData when count < 4 => (Outcome.Unfinished, ""),
            _ => (Outcome.No, ""),
        };
    }

    private static (Outcome, string) Backslash(ReadOnlySpan<char> text)
    {
        if (text.Length == 1) return (Outcome.Unfinished, "");
        var digits = text[1] switch { 'u' => 4, 'x' => 2, _ => 0 };
        if (digits > 0)
        {
            for (var i = 2; i < text.Length; i++)
                if (!char.IsAsciiHexDigit(text[i])) return (Outcome.No, "");
            return text.Length < 2 + digits
                ? (Outcome.Unfinished, "")
                : (Outcome.Yes, ((char)ushort.Parse(text.Slice(2, digits), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString());
        }

        return text[1] switch
        {
            'n' or 'r' or 't' or 'b' or 'f' => (Outcome.Yes, " "),
            '"' or '\\' or '/' or '\'' => (Outcome.Yes, text[1].ToString()),
            _ => (Outcome.No, ""),
        };
    }

    private static (Outcome, string) Reference(ReadOnlySpan<char> text)
    {
        if (text.Length == 1) return (Outcome.Unfinished, "");
        if (text[1] == '#') return NumericReference(text);
        foreach (var (name, value) in References)
            if (name.AsSpan().StartsWith(text, StringComparison.Ordinal)) return text.Length == name.Length ? (Outcome.Yes, value.ToString()) : (Outcome.Unfinished, "");
        return (Outcome.No, "");
    }

    private static (Outcome, string) NumericReference(ReadOnlySpan<char> text)
    {
        if (text.Length == 2) return (Outcome.Unfinished, "");
        var isHex = text[2] is 'x' or 'X';
        var digits = text[(isHex ? 3 : 2)..];
        var ends = digits.Length > 1 && digits[^1] == ';';
        if (ends) digits = digits[..^1];
        foreach (var digit in digits)
            if (!(isHex ? char.IsAsciiHexDigit(digit) : char.IsAsciiDigit(digit))) return (Outcome.No, "");
        if (!ends) return text.Length < MaxEscape ? (Outcome.Unfinished, "") : (Outcome.No, "");
        return int.TryParse(digits, isHex ? NumberStyles.HexNumber : NumberStyles.None, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code)
            ? (Outcome.Yes, new Rune(code).ToString())
            : (Outcome.No, "");
    }
}
