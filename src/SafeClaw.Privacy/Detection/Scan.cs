using System.Text;

namespace SafeClaw.Privacy;

/// <summary>
/// A text prepared for detectors: every UTF-16 code unit folded to its plain form at the same offset (full-width and other digits to ASCII, odd spaces to a
/// space), and the runs of digits in it, found once.
/// </summary>
internal sealed class Scan
{
    private const int MaxSeparators = 3;
    private const char FirstEastAsian = '\u2E80';

    private List<DigitRun>? _runs;
    private Trigger? _triggers;
    private bool? _hasForeignLetters;
    private bool? _hasEastAsian;
    private (int Code, int Any)? _longest;

    public Scan(string text)
    {
        Original = text;
        Text = string.Create(text.Length, text, static (folded, original) =>
        {
            for (var i = 0; i < folded.Length; i++) folded[i] = Fold(original[i]);
        });
    }

    /// <summary>As it was sent.</summary>
    public string Original { get; }

    /// <summary>Folded; offsets are those of <see cref="Original"/>.</summary>
    public string Text { get; }

    /// <summary>True if there are letters of scripts from U+2E80 on: Chinese, Japanese, Korean.</summary>
    public bool HasEastAsian => _hasEastAsian ??= Text.AsSpan().ContainsAnyInRange(FirstEastAsian, '\uFFFF');

    /// <summary>True if there is a digit at all.</summary>
    public bool HasDigits => Text.AsSpan().ContainsAnyInRange('0', '9');

    /// <summary>Most ASCII letters and digits in a part that has both, where parts end at spaces and other alphabets: codes and wallets are such.</summary>
    public int LongestCode => (_longest ??= MeasureLongest()).Code;

    /// <summary>Length of the longest such part, whatever it is made of: keys are long.</summary>
    public int LongestPart => (_longest ??= MeasureLongest()).Any;

    /// <summary>
    /// True if a word of that kind stands anywhere, or letters with accents or of Greek to Indic scripts, whose words are not looked for one by one: worth a
    /// closer look.
    /// </summary>
    public bool Mentions(Trigger trigger)
    {
        _triggers ??= TriggerWords.All.In(Text);
        return (_triggers & trigger) != 0 || HasForeignLetters;
    }

    private bool HasForeignLetters => _hasForeignLetters ??= Text.AsSpan().ContainsAnyInRange('\u00C0', (char)(FirstEastAsian - 1)) && Text.Any(c => c is >= '\u00C0' and < FirstEastAsian && char.IsLetter(c));

    /// <summary>Maximal runs of digits with at most three separators between neighbours.</summary>
    public IReadOnlyList<DigitRun> DigitRuns => _runs ??= FindRuns();

    /// <summary>True if the code unit before <paramref name="index"/> neither is nor continues a word or number.</summary>
    public bool StartsAt(int index) => index == 0 || !Continues(Text[index - 1]);

    /// <summary>True if the code unit at <paramref name="index"/> neither is nor continues a word or number.</summary>
    public bool EndsAt(int index) => index >= Text.Length || !Continues(Text[index]);

    /// <summary>The folded text up to <paramref name="length"/> code units before <paramref name="index"/>.</summary>
    public ReadOnlySpan<char> Before(int index, int length) => Text.AsSpan(Math.Max(0, index - length), Math.Min(index, length));

    /// <summary>The folded text from <paramref name="index"/> on, at most <paramref name="length"/> code units.</summary>
    public ReadOnlySpan<char> After(int index, int length) => Text.AsSpan(index, Math.Min(length, Text.Length - index));

    public static bool IsSeparator(char c) => c is ' ' or '-' or '.' or '/' or '(' or ')' or '_' or '\u2010' or '\u2011' or '\u2012' or '\u2013' or '\u2014' or '\u00B7' or '\u2022'
        or '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF' or '\u00AD';

    /// <summary>Scripts written without spaces put a value right beside a word.</summary>
    private static bool Continues(char c) => c < FirstEastAsian && (char.IsLetterOrDigit(c) || c == '_');

    private (int Code, int Any) MeasureLongest()
    {
        var (code, any, from, letters, digits) = (0, 0, 0, 0, 0);
        for (var i = 0; i <= Text.Length; i++)
        {
            var c = i < Text.Length ? Text[i] : ' ';
            if (c is > ' ' and < '\u007F')
            {
                if (char.IsAsciiDigit(c)) digits++;
                else if (char.IsAsciiLetter(c)) letters++;
                continue;
            }

            any = Math.Max(any, i - from);
            if (letters > 0 && digits > 0) code = Math.Max(code, letters + digits);
            (from, letters, digits) = (i + 1, 0, 0);
        }

        return (code, any);
    }

    private static char Fold(char c) => c switch
    {
        < '\u0080' => c == '\t' ? ' ' : c,
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        '\u00A0' or '\u3000' or '\u202F' or '\u2007' or (>= '\u2000' and <= '\u200A') => ' ',
        _ => char.IsDigit(c) ? (char)('0' + (int)char.GetNumericValue(c)) : c,
    };

    private List<DigitRun> FindRuns()
    {
        var runs = new List<DigitRun>();
        for (var i = 0; i < Text.Length; i++)
        {
            if (!char.IsAsciiDigit(Text[i])) continue;
            var digits = new StringBuilder();
            var positions = new List<int>();
            var gap = 0;
            for (; i < Text.Length && gap <= MaxSeparators; i++)
            {
                if (char.IsAsciiDigit(Text[i]))
                {
                    digits.Append(Text[i]);
                    positions.Add(i);
                    gap = 0;
                }
                else if (IsSeparator(Text[i])) gap++;
                else break;
            }

            runs.Add(new DigitRun(digits.ToString(), positions));
            i = positions[^1];
        }

        return runs;
    }
}

/// <summary>Digits that stand together, and where each of them is.</summary>
internal sealed record DigitRun(string Digits, IReadOnlyList<int> Positions)
{
    public int Start => Positions[0];

    public int End => Positions[^1] + 1;

    /// <summary>The lengths of the groups between separators, as in 4-4-4-4.</summary>
    public IReadOnlyList<int> Groups
    {
        get
        {
            var groups = new List<int>();
            for (int from = 0, i = 1; i <= Positions.Count; i++)
            {
                if (i < Positions.Count && Positions[i] == Positions[i - 1] + 1) continue;
                groups.Add(i - from);
                from = i;
            }

            return groups;
        }
    }
}
