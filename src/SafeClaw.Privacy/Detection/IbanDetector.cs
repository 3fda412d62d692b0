using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>International bank account numbers (ISO 13616): a country's length from the registry and the check digits by ISO 7064 MOD 97-10.</summary>
internal sealed partial class IbanDetector : Detector
{
    private static readonly Dictionary<string, int> Lengths = new(StringComparer.Ordinal)
    {
        ["AD"] = 24,
        ["AE"] = 23,
        ["AL"] = 28,
        ["AT"] = 20,
        ["AZ"] = 28,
        ["BA"] = 20,
        ["BE"] = 16,
        ["BG"] = 22,
        ["BH"] = 22,
        ["BI"] = 27,
        ["BR"] = 29,
        ["BY"] = 28,
        ["CH"] = 21,
        ["CR"] = 22,
        ["CY"] = 28,
        ["CZ"] = 24,
        ["DE"] = 22,
        ["DJ"] = 27,
        ["DK"] = 18,
        ["DO"] = 28,
        ["EE"] = 20,
        ["EG"] = 29,
        ["ES"] = 24,
        ["FI"] = 18,
        ["FK"] = 18,
        ["FO"] = 18,
        ["FR"] = 27,
        ["GB"] = 22,
        ["GE"] = 22,
        ["GI"] = 23,
        ["GL"] = 18,
        ["GR"] = 27,
        ["GT"] = 28,
        ["HN"] = 28,
        ["HR"] = 21,
        ["HU"] = 28,
        ["IE"] = 22,
        ["IL"] = 23,
        ["IQ"] = 23,
        ["IS"] = 26,
        ["IT"] = 27,
        ["JO"] = 30,
        ["KW"] = 30,
        ["KZ"] = 20,
        ["LB"] = 28,
        ["LC"] = 32,
        ["LI"] = 21,
        ["LT"] = 20,
        ["LU"] = 20,
        ["LV"] = 21,
        ["LY"] = 25,
        ["MC"] = 27,
        ["MD"] = 24,
        ["ME"] = 22,
        ["MK"] = 19,
        ["MN"] = 20,
        ["MR"] = 27,
        ["MT"] = 31,
        ["MU"] = 30,
        ["NI"] = 28,
        ["NL"] = 18,
        ["NO"] = 15,
        ["OM"] = 23,
        ["PK"] = 24,
        ["PL"] = 28,
        ["PS"] = 29,
        ["PT"] = 25,
        ["QA"] = 29,
        ["RO"] = 24,
        ["RS"] = 22,
        ["RU"] = 33,
        ["SA"] = 24,
        ["SC"] = 31,
        ["SD"] = 18,
        ["SE"] = 24,
        ["SI"] = 19,
        ["SK"] = 24,
        ["SM"] = 27,
        ["SO"] = 23,
        ["ST"] = 25,
        ["SV"] = 28,
        ["TL"] = 23,
        ["TN"] = 24,
        ["TR"] = 26,
        ["UA"] = 29,
        ["VA"] = 22,
        ["VG"] = 24,
        ["XK"] = 20,
        ["YE"] = 30,
    };

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.LongestCode < 4 || !scan.DigitRuns.Any(run => run.Digits.Length >= 2)) return;
        foreach (var match in Start().EnumerateMatches(scan.Text))
        {
            if (!Lengths.TryGetValue(scan.Text.Substring(match.Index, 2).ToUpperInvariant(), out var length)) continue;
            if (End(scan, match.Index, length) is { } end && scan.StartsAt(match.Index))
                found.Add(new SensitiveSpan("iban", match.Index, end, SensitivityLevel.HighlySensitive));
        }
    }

    /// <summary>Where the IBAN ends that starts here, or null if the characters are not one. Groups may be parted by one space or dash.</summary>
    private static int? End(Scan scan, int start, int length)
    {
        Span<char> characters = stackalloc char[length];
        var count = 0;
        var i = start;
        for (; i < scan.Text.Length && count < length; i++)
        {
            var c = char.ToUpperInvariant(scan.Text[i]);
            if (char.IsAsciiLetterOrDigit(c)) characters[count++] = c;
            else if (c is not (' ' or '-') || !char.IsAsciiLetterOrDigit(scan.Text[i - 1])) return null;
        }

        return count == length && scan.EndsAt(i) && Mod97(characters) == 1 ? i : null;
    }

    private static int Mod97(ReadOnlySpan<char> characters)
    {
        var rest = 0;
        for (var i = 0; i < characters.Length; i++)
        {
            var c = characters[(i + 4) % characters.Length];
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + (c - '0')) % 97 : ((rest * 100) + (c - 'A' + 10)) % 97;
        }

        return rest;
    }

    [GeneratedRegex(@"\b[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Start();
}
