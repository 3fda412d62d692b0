namespace SafeClaw.Privacy;

/// <summary>Whether trigger words stand in a text: as words where the script has spaces, anywhere where it has none.</summary>
internal static class Words
{
    private const char FirstEastAsian = '\u2E80';

    public static bool StandIn(string text, ReadOnlySpan<string> words)
    {
        foreach (var word in words)
            for (var at = text.IndexOf(word, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.OrdinalIgnoreCase))
                if (word[0] >= FirstEastAsian || (at == 0 || !char.IsLetter(text[at - 1])) && (at + word.Length == text.Length || !char.IsLetter(text[at + word.Length]) || word.Length >= 5)) return true;
        return false;
    }
}
