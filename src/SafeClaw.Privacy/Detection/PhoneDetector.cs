using System.Buffers;
using PhoneNumbers;

namespace SafeClaw.Privacy;

/// <summary>
/// Telephone numbers (ITU-T E.164): with a country code as the library of Google's numbering plans finds valid; told as a phone number and valid in some
/// country; or grouped as one country writes its own and valid there. Never a bare run of digits.
/// </summary>
internal sealed class PhoneDetector : Detector
{
    private const int WordsWithin = 40, WordsAfter = 24, WordsNear = 16;

    /// <summary>Runs of digits for which all regions are asked; in a text with more, a told number of telephone length counts as one.</summary>
    private const int MaxAsked = 32;

    private static readonly string[] Before =
    [
        "phone", "telephone", "cellphone", "smartphone", "call", "calling", "tel", "mobile", "cell", "whatsapp", "viber", "sms", "text me", "fax", "reach me", "reach us", "number is", "my number", "ring", "dial", "contact:", "contact me", "hotline", "reach",
        "handy", "nummer", "rufnummer", "telefonnummer", "handynummer", "mobilnummer", "anrufen", "ruf", "erreichbar", "numéro", "tél", "appelez", "portable", "joindre", "telefon", "teléfono", "telefono", "número", "numero", "llámame", "llama", "celular", "móvil", "cellulare", "chiamami",
        "telefone", "ligue", "telemóvel", "telefoon", "bel me", "telefonnr", "mobil", "puhelin", "komórka", "numer", "cep", "telefonu", "номер", "телефон", "тел", "звони", "звоните", "τηλέφωνο", "هاتف", "جوال", "טלפון", "मोबाइल", "फोन",
        "携帯", "電話", "전화", "연락처", "电话", "手机", "手機", "座机", "微信", "联系", "số điện thoại", "โทร",
    ];

    private static readonly string[] After = ["phone", "cell", "mobile", "my number", "handy", "handynummer", "telefon", "téléphone", "portable", "celular", "móvil", "(home)", "(work)", "(office)", "(h)", "(w)", "(m)", "whatsapp", "ist meine", "call me", "text me", "手机", "电话"];

    /// <summary>All of them, to be done with most figures at once.</summary>
    private static readonly SearchValues<string> AnyWord = SearchValues.Create([.. Before, .. After], StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a told number may belong: the countries with most speakers of the languages above first.</summary>
    private static readonly string[] Regions =
    [
        "US", "GB", "CN", "DE", "FR", "IN", "ES", "IT", "BR", "MX", "JP", "KR", "RU", "AU", "NL", "PL", "TR", "CH", "AT", "BE", "SE", "NO", "DK", "FI", "PT", "IE", "ZA", "NG", "KE", "EG", "SA", "AE", "IL", "GR",
        "CZ", "HU", "RO", "UA", "AR", "CO", "CL", "PE", "SG", "MY", "ID", "PH", "TH", "VN", "HK", "TW", "NZ", "PK", "BD",
    ];

    /// <summary>Loaded with the first candidate: the plans of all countries take a while to read.</summary>
    private static readonly Lazy<PhoneNumberUtil> Plans = new(() => PhoneNumberUtil.GetInstance());

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        var asked = 0;
        foreach (var run in scan.DigitRuns)
        {
            if (run.Digits.Length is < 7 or > 16) continue;
            var start = run.Start;
            while (start > 0 && scan.Text[start - 1] is '+' or '(') start--;
            if (!scan.StartsAt(start) || !scan.EndsAt(run.End)) continue;
            if (IsInternational(scan, run, start) || IsNorthAmerican(scan, run) || IsNationallyWritten(scan, run) || IsTold(scan, start, run) && (IsTelephoneShaped(run) || ++asked > MaxAsked || IsValidSomewhere(run.Digits)))
                found.Add(new SensitiveSpan("phone", start, run.End, SensitivityLevel.Sensitive));
        }
    }

    /// <summary>+49 (0)30 …: the digit in brackets is not dialled from abroad, so the library reads the number as it is written.</summary>
    private static bool IsInternational(Scan scan, DigitRun run, int start)
    {
        if (scan.Text.AsSpan(start, run.Start - start + 1).Contains('+')) return IsValid(string.Concat("+", scan.Text.AsSpan(run.Start, run.End - run.Start).ToString().Replace("(0)", "", StringComparison.Ordinal)), null);
        if (run.Digits.StartsWith("011", StringComparison.Ordinal) && run.Groups is [3, ..] && IsValid("+" + run.Digits[3..], null)) return true;
        return run.Digits.StartsWith("00", StringComparison.Ordinal) && run.Digits.Length >= 10 && IsValid("+" + run.Digits[2..], null);
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

    private static bool IsValidSomewhere(string digits) => Array.Exists(Regions, region => IsValid(digits, region));

    /// <summary>(212) 555-0123 and 212-555-0123: the North American plan's own way of writing.</summary>
    private static bool IsNorthAmerican(Scan scan, DigitRun run) =>
        run.Groups is [3, 3, 4] or [1, 3, 3, 4] or [3, 3, 4, <= 5] && run.Digits[0] != '0' && run.Positions.Count >= 10 && IsNorthAmericanBody(scan, run, run.Groups[0] == 1 ? 1 : 0);

    private static bool IsNorthAmericanBody(Scan scan, DigitRun run, int from) =>
        run.Digits[from] is >= '2' && run.Digits[from + 3] is >= '2' && scan.Text.AsSpan(run.Positions[from + 2], run.Positions[from + 6] - run.Positions[from + 2] + 1).IndexOfAny("-. )") >= 0;

    /// <summary>
    /// Groups as countries write their own numbers, from the trunk prefix 0 (or Russia's 8, or an area code in brackets) on. Two dots or dashes between pairs
    /// would also be a date, but that has no five groups and no ten digits.
    /// </summary>
    private static bool IsNationallyWritten(Scan scan, DigitRun run)
    {
        var d = run.Digits;
        if (d.Length is < 9 or > 12 || run.Groups.Count == 1) return false;
        var bracketed = run.Start > 0 && scan.Text[run.Start - 1] == '(' && run.Groups[0] is >= 2 and <= 5 && scan.Text[run.Positions[run.Groups[0] - 1] + 1] == ')';
        if (bracketed) return d.Length is 10 or 11;
        if (d.Length == 11 && run.Groups is [1, 3, 3, 2, 2] && d[0] == '8') return IsValid(d, "RU");
        if (d.Length == 11 && run.Groups is [3, 4, 4] && d[0] == '1') return IsValid(d, "CN");
        if (d[0] != '0' || d[1] == '0') return false;
        return run.Groups switch
        {
            [2, 2, 2, 2, 2] => IsValid(d, "FR"),
            [3, 4, 4] => IsValid(d, "JP") || IsValid(d, "KR") || IsValid(d, "GB") || IsValid(d, "CN") || IsValid(d, "NG"),
            [3, 3, 4] or [2, 4, 4] => IsValid(d, "JP") || IsValid(d, "KR") || IsValid(d, "AU") || IsValid(d, "ZA") || IsValid(d, "TH"),
            [4, 3, 3] => IsValid(d, "AU") || IsValid(d, "GB") || IsValid(d, "KE"),
            [4, 3, 4] => IsValid(d, "GB") || IsValid(d, "NG") || IsValid(d, "PH"),
            [5, 6] or [5, 3, 3] => IsValid(d, "GB"),
            [4, >= 6 and <= 8] or [3, >= 7 and <= 8] => IsValid(d, "DE") || IsValid(d, "IT") || IsValid(d, "AT") || IsValid(d, "CN"),
            [2, 8] => IsValid(d, "NL"),
            [3, 3, 2, 2] => IsValid(d, "CH") || IsValid(d, "SE") || IsValid(d, "UA"),
            [4, 2, 2, 2] => IsValid(d, "BE"),
            _ => false,
        };
    }

    private static bool IsTelephoneShaped(DigitRun run) => run.Digits.Length is >= 9 and <= 13 && (run.Digits[0] == '0' || run.Groups.Count > 1 || run.Digits is ['1', >= '3', ..] && run.Digits.Length == 11);

    /// <summary>Short numbers only right behind the word, and never where they are a date.</summary>
    private static bool IsTold(Scan scan, int start, DigitRun run) => (scan.Before(start, WordsWithin).ContainsAny(AnyWord) || scan.After(run.End, WordsAfter).ContainsAny(AnyWord)) && (run.Digits.Length < 9
        ? Words.StandIn(scan.Before(start, WordsNear).ToString(), Before) && !(run.Groups.Count is 1 or 3 && (DateOnly.TryParseExact(run.Digits, "yyyyMMdd", out _) || DateOnly.TryParseExact(run.Digits, "ddMMyyyy", out _)))
        : Words.StandIn(scan.Before(start, WordsWithin).ToString(), Before) || Words.StandIn(scan.After(run.End, WordsAfter).ToString(), After));
}
