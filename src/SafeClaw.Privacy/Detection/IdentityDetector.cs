namespace SafeClaw.Privacy;

/// <summary>
/// US social security numbers (SSA: area 001–899 without 666, group 01–99, serial 0001–9999), written 3-2-4 or told as such.
/// </summary>
internal sealed class SsnDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (var run in scan.DigitRuns)
        {
            if (run.Digits.Length != 9 || !IsIssued(run.Digits) || !scan.StartsAt(run.Start) || !scan.EndsAt(run.End)) continue;
            var written = run.Groups is [3, 2, 4] && scan.Text[run.Positions[3] - 1] is '-' or ' ' or '\u2010' or '\u2011' or '\u2013';
            if (written || IsTold(scan, run.Start)) found.Add(new SensitiveSpan("ssn", run.Start, run.End, SensitivityLevel.HighlySensitive));
        }
    }

    private static bool IsIssued(string d) => d[..3] is not ("000" or "666") && d[0] != '9' && d.AsSpan(3, 2) is not "00" && d.AsSpan(5) is not "0000";

    private static bool IsTold(Scan scan, int start)
    {
        var before = scan.Before(start, 48);
        return before.Contains("ssn", StringComparison.OrdinalIgnoreCase) || before.Contains("social security", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>Chinese resident identity numbers (GB 11643-1999): 17 digits with a date, and a check character by ISO 7064 MOD 11-2.</summary>
internal sealed class ChineseResidentIdDetector : Detector
{
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (var run in scan.DigitRuns)
        {
            if (run.Digits.Length is not (17 or 18) || run.Groups.Count != 1 || !scan.StartsAt(run.Start)) continue;
            var check = run.Digits.Length == 18 ? run.Digits[17] : run.End < scan.Text.Length ? char.ToUpperInvariant(scan.Text[run.End]) : '\0';
            var end = run.Start + 18;
            if (check != Check(run.Digits) || !HasDate(run.Digits) || !scan.EndsAt(end)) continue;
            found.Add(new SensitiveSpan("national-id", run.Start, end, SensitivityLevel.HighlySensitive));
        }
    }

    private static char Check(string digits)
    {
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += (digits[i] - '0') * Weights[i];
        return "10X98765432"[sum % 11];
    }

    private static bool HasDate(string d) => DateOnly.TryParseExact(d.AsSpan(6, 8), "yyyyMMdd", out var born) && born.Year is >= 1800 and <= 2100;
}
