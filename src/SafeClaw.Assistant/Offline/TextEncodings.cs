using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Ways to write the same text.</summary>
internal static partial class TextEncodings
{
    /// <summary>The encoding a request names, and the request without it.</summary>
    public static Func<string, string>? MentionedIn(string text, out string without)
    {
        var match = Named().Match(text);
        without = match.Success ? text.Remove(match.Index, match.Length) : text;
        return match.Success ? ByName(match.Groups["name"].Value) : null;
    }

    /// <summary>The encoding a verb implies, as "spell".</summary>
    public static Func<string, string>? OfVerb(string verb) =>
        verb.Contains("spell", StringComparison.OrdinalIgnoreCase) || verb.Contains('念', StringComparison.Ordinal) ? Spelled
        : verb.Contains("reverse", StringComparison.OrdinalIgnoreCase) || verb.Contains('倒', StringComparison.Ordinal) ? Reversed
        : null;

    private static Func<string, string>? ByName(string name) => name.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal) switch
    {
        "base64" => text => Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        "base64url" => text => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text)),
        "hex" or "hexadecimal" or "十六进制" => text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        "url" or "urlform" or "urlencoding" or "percentencoding" => Uri.EscapeDataString,
        "reverse" or "reversed" or "backwards" or "reverseorder" or "倒序" => Reversed,
        "rot13" => Rot13,
        "uppercase" or "capitals" or "upper" or "大写" => text => text.ToUpperInvariant(),
        "lowercase" or "lower" or "小写" => text => text.ToLowerInvariant(),
        _ => Spelled,
    };

    private static string Reversed(string text)
    {
        var runes = text.EnumerateRunes().Reverse();
        return string.Concat(runes.Select(rune => rune.ToString()));
    }

    private static string Spelled(string text) => string.Join(' ', text.EnumerateRunes().Where(rune => !Rune.IsWhiteSpace(rune)).Select(rune => rune.ToString()));

    private static string Rot13(string text) => string.Create(text.Length, text, static (buffer, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            buffer[i] = source[i] switch
            {
                >= 'a' and <= 'z' => (char)('a' + ((source[i] - 'a' + 13) % 26)),
                >= 'A' and <= 'Z' => (char)('A' + ((source[i] - 'A' + 13) % 26)),
                var other => other,
            };
    });

    [GeneratedRegex(@"\s*\b(in|as|to|into|using|with)\s+(?<name>base-?64-?url|base-?64|hex(adecimal)?|url([ -]?(form|encoding))?|percent[ -]encoding|rot-?13|reversed?( order)?|upper[ -]?case|lower[ -]?case|upper|lower|capitals)\b|\s*\b(?<name>backwards|letter by letter|digit by digit)\b|(用|成|为)?(?<name>base64url|base64|十六进制|倒序|大写|小写|rot13)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Named();
}
