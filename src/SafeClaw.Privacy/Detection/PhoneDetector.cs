using PhoneNumbers;

namespace SafeClaw.Privacy;

/// <summary>
/// Telephone numbers (ITU-T E.164): with a country code as the library of Google's numbering plans finds valid, or told as a phone number; never a bare
/// run of digits.
/// </summary>
internal sealed class PhoneDetector : Detector
{
    private static readonly string[] Words = ["phone", "call", "tel", "mobile", "cell", "whatsapp", "sms", "text me", "fax", "reach me", "number is", "ring", "dial", "handy", "numéro", "telefon", "teléfono", "telefono", "número", "celular", "móvil", "cellulare", "portable", "номер", "телефон", "मोबाइल", "携帯", "전화", "电话", "手机", "電話", "手機"];
    /// <summary>Loaded with the first candidate: the plans of all countries take a while to read.</summary>
    private static readonly Lazy<PhoneNumberUtil> Plans = new(() => PhoneNumberUtil.GetInstance());

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (var run in scan.DigitRuns)
        {
            if (run.Digits.Length is < 7 or > 15) continue;
            var start = run.Start;
            while (start > 0 && scan.Text[start - 1] is '+' or '(') start--;
            if (!scan.StartsAt(start) || !scan.EndsAt(run.End)) continue;
            var international = scan.Text.AsSpan(start, run.Start - start + 1).Contains('+') || run.Digits.StartsWith("00", StringComparison.Ordinal) && run.Digits.Length >= 10;
            if (international ? IsValid("+" + run.Digits.TrimStart('0'), null) : IsTold(scan, start) && (IsValid(run.Digits, "US") || IsTelephoneShaped(run)) || IsNorthAmerican(scan, run))
                found.Add(new SensitiveSpan("phone", start, run.End, SensitivityLevel.Sensitive));
        }
    }

    private static bool IsValid(string number, string? region)
    {
        try
        {
            return Plans.Value.IsValidNumber(Plans.Value.Parse(number, region));
        }
        catch (NumberParseException)
        {
            return false;
        }
    }

    /// <summary>(212) 555-0123 and 212-555-0123: the North American plan's own way of writing.</summary>
    private static bool IsNorthAmerican(Scan scan, DigitRun run) =>
        run.Groups is [3, 3, 4] or [1, 3, 3, 4] && run.Digits[^10] is >= '2' && run.Digits[^7] is >= '2'
        && scan.Text.AsSpan(run.Positions[^8], run.Positions[^4] - run.Positions[^8] + 1).IndexOfAny("-. )") >= 0;

    private static bool IsTelephoneShaped(DigitRun run) => run.Digits.Length is >= 8 and <= 13 && (run.Digits[0] == '0' || run.Groups.Count > 1 || run.Digits is ['1', >= '3', ..] && run.Digits.Length == 11);

    private static bool IsTold(Scan scan, int start)
    {
        if (!scan.HasEastAsian && !scan.Mentions(Trigger.Phone)) return false;
        var before = scan.Before(start, 40);
        foreach (var word in Words)
            if (before.Contains(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
