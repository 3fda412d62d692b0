namespace SafeClaw.Privacy;

/// <summary>
/// Payment cards (PCI DSS "PAN"): an issuer's prefix with one of its lengths (ISO/IEC 7812 issuer ranges), a valid check digit, and the shape of a card
/// rather than of a number that happens to pass the check.
/// </summary>
internal sealed class PaymentCardDetector : Detector
{
    public const string Type = "payment-card";

    private const int WordsWithin = 40;

    /// <summary>Cards of 12 and 13 digits are rare, and time stamps and stock numbers of that length are not: these must be told.</summary>
    private static readonly string[] CardWords = ["card", "visa", "maestro", "credit", "debit", "pan", "karte", "carte", "tarjeta", "carta", "cartão", "卡"];

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (var run in scan.DigitRuns)
        {
            if (run.Digits.Length is < 12 or > 64) continue;
            foreach (var (from, length) in Candidates(run))
            {
                var (start, end) = (run.Positions[from], run.Positions[from + length - 1] + 1);
                if (!scan.StartsAt(start) || !scan.EndsAt(end) || IsPartOfNumber(scan, start, end)) continue;
                if (length < 14 && !Words.StandIn($"{scan.Before(start, WordsWithin)}\n{scan.After(end, WordsWithin)}", CardWords)) continue;
                found.Add(new SensitiveSpan(Type, start, end, SensitivityLevel.HighlySensitive));
            }
        }
    }

    /// <summary>True if these digits are a card number by prefix, length and check digit.</summary>
    public static bool IsCard(ReadOnlySpan<char> digits) => HasIssuer(digits) && Luhn.Holds(digits) && digits.IndexOfAnyExcept(digits[0]) >= 0;

    /// <summary>The whole run, or consecutive whole groups of it: a card is not a slice out of a longer number.</summary>
    private static IEnumerable<(int From, int Length)> Candidates(DigitRun run)
    {
        var groups = run.Groups;
        for (int first = 0, from = 0; first < groups.Count; from += groups[first], first++)
        {
            var longest = 0;
            for (int last = first, length = 0; last < groups.Count && (length += groups[last]) <= 19; last++)
                if (length >= 12 && IsCard(run.Digits.AsSpan(from, length))) longest = length;
            if (longest == 0) continue;
            yield return (from, longest);
            yield break;
        }
    }

    private static bool HasIssuer(ReadOnlySpan<char> d)
    {
        if (d.Length is < 12 or > 19) return false;
        var four = int.Parse(d[..4], System.Globalization.CultureInfo.InvariantCulture);
        var two = four / 100;
        return d.Length switch
        {
            13 => d[0] == '4',
            14 => two is 36 or 38 or 39 || four is >= 3000 and <= 3059 or 3095,
            15 => two is 34 or 37 || four is 2014 or 2149 || four is 1800 or 2131,
            16 => d[0] == '4' || two is >= 51 and <= 55 || four is >= 2221 and <= 2720 || four is 6011 || two is 64 or 65 or 62 or 60 or 81 or 82
                || four is >= 3528 and <= 3589 || two is 50 or 56 or 57 or 58 or 63 or 67 || four is >= 2200 and <= 2204 || two is 35 or 36 or 38 or 39 || four is 9792,
            12 or 17 or 18 or 19 => two is 62 or 50 or 56 or 57 or 58 or 63 or 67 || four is 6011 || two is 64 or 65 || d.Length == 19 && (d[0] == '4' || two is 36),
            _ => false,
        };
    }

    /// <summary>A decimal point or sign glued to it makes it a quantity, and a letter-digit code glued by dashes an identifier.</summary>
    private static bool IsPartOfNumber(Scan scan, int start, int end) =>
        start >= 2 && scan.Text[start - 1] is '.' or ',' && char.IsAsciiDigit(scan.Text[start - 2])
        || end + 1 < scan.Text.Length && scan.Text[end] is '.' or ',' && char.IsAsciiDigit(scan.Text[end + 1])
        || start >= 2 && scan.Text[start - 1] == '-' && char.IsAsciiLetter(scan.Text[start - 2])
        || end + 1 < scan.Text.Length && scan.Text[end] == '-' && char.IsAsciiLetter(scan.Text[end + 1]);
}
