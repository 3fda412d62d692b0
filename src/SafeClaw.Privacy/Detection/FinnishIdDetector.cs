using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Finnish personal identity codes: ddMMyy, a sign of the century, a number, and a check character by 31 (Digital and Population Data Services Agency).</summary>
internal sealed partial class FinnishIdDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.LongestPart < 11) return;
        foreach (var match in Shape().EnumerateMatches(scan.Text))
        {
            var id = scan.Text.AsSpan(match.Index, match.Length);
            if (!scan.StartsAt(match.Index) || !scan.EndsAt(match.Index + match.Length)) continue;
            var number = int.Parse($"{id[..6]}{id[7..10]}", System.Globalization.CultureInfo.InvariantCulture);
            if (char.ToUpperInvariant(id[10]) == "0123456789ABCDEFHJKLMNPRSTUVWXY"[number % 31] && DateOnly.TryParseExact(id[..6], "ddMMyy", out _))
                found.Add(new SensitiveSpan("national-id", match.Index, match.Index + match.Length, SensitivityLevel.HighlySensitive));
        }
    }

    [GeneratedRegex(@"\b[0-9]{6}[-+A-FU-Ya-fu-y][0-9]{3}[0-9A-Ya-y]\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
