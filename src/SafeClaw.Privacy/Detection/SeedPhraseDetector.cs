using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>
/// Wallet recovery phrases (BIP-39): 12, 15, 18, 21 or 24 lower-case words of three to eight letters, told as one or standing alone in their line. The word
/// list has no word of the small grammar below, which every English sentence of that length has.
/// </summary>
internal sealed partial class SeedPhraseDetector : Detector
{
    private static readonly string[] Triggers = ["seed phrase", "recovery phrase", "mnemonic", "seed words", "recovery words", "wallet phrase", "secret phrase", "助记词", "助記詞"];

    private static readonly HashSet<string> Grammar = new(StringComparer.Ordinal)
    {
        "the", "and", "for", "are", "was", "not", "but", "his", "her", "our", "from", "has", "had", "were", "been", "your", "him", "its", "who", "how", "did", "does", "could", "would",
        "them", "their", "these", "those", "which", "don", "isn", "let",
    };

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (!HasTwelveInARow(scan.Text)) return;
        foreach (var match in Run().EnumerateMatches(scan.Text))
        {
            var told = Words.StandIn(scan.Before(match.Index, 64).ToString(), Triggers);
            var words = scan.Text.AsSpan(match.Index, match.Length).ToString().Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (Length(words, told) is { } count) found.Add(new SensitiveSpan("seed-phrase", match.Index, EndOf(scan.Text, match.Index, count), SensitivityLevel.HighlySensitive));
        }
    }

    /// <summary>How many of the words belong to a phrase; null if they are none. Told ones may be followed by ordinary text.</summary>
    private static int? Length(string[] words, bool told)
    {
        var grammar = Array.FindIndex(words, Grammar.Contains);
        var usable = grammar < 0 ? words.Length : grammar;
        if (!told) return grammar < 0 && words.Length is 12 or 15 or 18 or 21 or 24 && words.Length == usable ? usable : null;
        return usable >= 12 ? usable >= 24 ? 24 : usable / 3 * 3 : null;
    }

    /// <summary>Twelve lower-case words of three to eight letters one after the other.</summary>
    private static bool HasTwelveInARow(ReadOnlySpan<char> text)
    {
        var (row, length) = (0, 0);
        foreach (var c in text)
        {
            if (c is >= 'a' and <= 'z') length++;
            else if (c is not (' ' or '\n' or '\r')) (row, length) = (0, 0);
            else if (length > 0)
            {
                row = length is >= 3 and <= 8 ? row + 1 : 0;
                length = 0;
            }

            if (row == 11 && length == 3) return true;
        }

        return false;
    }

    private static int EndOf(string text, int start, int words)
    {
        var at = start;
        for (var word = 0; word < words; word++)
        {
            while (!char.IsAsciiLetterLower(text[at])) at++;
            while (at < text.Length && char.IsAsciiLetterLower(text[at])) at++;
        }

        return at;
    }

    [GeneratedRegex(@"\b(?:[a-z]{3,8}[ \r\n]{1,2}){11,30}[a-z]{3,8}\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Run();
}
