using System.Text;

namespace SafeClaw.Privacy;

/// <summary>A value no reply may repeat, and the forms in which it is looked for.</summary>
internal sealed class Taint
{
    /// <summary>Shorter values are not looked for: they stand in too many texts.</summary>
    public const int MinBytes = 4;

    /// <summary>From here on a value is looked for in its encodings too.</summary>
    public const int MinEncodedBytes = 8;

    private const int MinMaskedLength = 12;
    private const int ShownTail = 4;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Taint(string type, byte[] value, bool isSecret) => (Type, Value, IsSecret, Plain) = (type, value, isSecret, Decode(value));

    public string Type { get; }

    /// <summary>True for an injected secret, false for a person's own value.</summary>
    public bool IsSecret { get; }

    public byte[] Value { get; }

    /// <summary>The value as text; null if it is not UTF-8.</summary>
    public string? Plain { get; }

    public static Taint? TryCreate(string type, ReadOnlySpan<byte> value, bool isSecret) =>
        value.Length < MinBytes ? null : new Taint(type, value.ToArray(), isSecret);

    /// <summary>What stands in its place.</summary>
    public string Replacement(LeakAction action)
    {
        var shows = action == LeakAction.Mask && !IsSecret && Type is "payment-card" or "iban" or "phone" && Plain is { Length: >= MinMaskedLength };
        return action == LeakAction.Mask && shows ? $"****{LooseForm(Plain!)[^ShownTail..]}" : $"[redacted {Type}]";
    }

    /// <summary>
    /// Its forms as letters and digits only, in lower case: plain, reversed, hexadecimal, and base64 at the three positions it can have inside a longer
    /// encoded text (the characters its neighbours share are left off). Forms under eight characters are not among them.
    /// </summary>
    public IEnumerable<string> LooseForms()
    {
        if (Value.Length < MinEncodedBytes) yield break;
        if (Plain is not null)
        {
            var plain = LooseForm(Plain);
            if (plain.Length >= MinEncodedBytes)
            {
                yield return plain;
                yield return Reverse(plain);
            }
        }

        yield return Convert.ToHexStringLower(Value);
        for (var offset = 0; offset < 3; offset++)
        {
            var encoded = LooseForm(Base64At(offset));
            if (encoded.Length >= MinEncodedBytes) yield return encoded;
        }
    }

    /// <summary>Itself, folded, and from eight bytes on also reversed, if it must be looked for sign by sign: it is short, or has few letters and digits.</summary>
    public IEnumerable<string> ExactForms()
    {
        if (Plain is null || Value.Length >= MinEncodedBytes && LooseForm(Plain).Length >= MinEncodedBytes) yield break;
        var folded = string.Create(Plain.Length, Plain, static (folded, plain) => { for (var i = 0; i < folded.Length; i++) folded[i] = LeakFolding.Fold(plain[i]); });
        yield return folded;
        if (Value.Length >= MinEncodedBytes) yield return Reverse(folded);
    }

    private static string LooseForm(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
            if (LeakFolding.Fold(c) is var folded && char.IsLetterOrDigit(folded)) kept.Append(folded);
        return kept.ToString();
    }

    private static string Reverse(string text)
    {
        var characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    private string Base64At(int offset)
    {
        var padded = new byte[offset + Value.Length];
        Value.CopyTo(padded, offset);
        var encoded = Convert.ToBase64String(padded).TrimEnd('=');
        var first = (offset * 8 + 5) / 6;
        var whole = padded.Length * 8 / 6;
        return encoded[first..whole];
    }

    private static string? Decode(byte[] value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
