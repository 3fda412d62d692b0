using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>
/// National identity and tax numbers with published check digits. A number that is only digits must also be told as one (its country's words stand within
/// 48 characters before it), because one in ten or eleven figures would pass its check by chance; a shape with letters of its own needs no words.
/// </summary>
internal sealed partial class NationalIdDetector : Detector
{
    private const string Type = "national-id";
    private const int WordsWithin = 48;

    /// <summary>Words that introduce an identity number in any country.</summary>
    private static readonly string[] Common = ["national id", "id number", "id no", "identity number", "identity card", "id card", "tax id", "tax number", "tin", "personal number", "personal id", "身份证", "證件", "证件"];

    private static readonly DigitRule[] DigitRules =
    [
        new(11, ["steuer", "idnr", "tax id", "german tax"], GermanTaxId),
        new(9, ["sin", "social insurance", "nas"], d => d[0] is not ('0' or '8') && Luhn.Holds(d)),
        new(9, ["bsn", "burgerservice", "sofi"], d => Weighted(d, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 == 0),
        new(9, ["nif", "contribuinte", "niu"], d => d[8] - '0' == (11 - Weighted(d[..8], [9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10),
        new(9, ["tfn", "tax file"], d => Weighted(d, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 == 0),
        new(12, ["aadhaar", "aadhar", "uidai", "आधार"], d => d[0] >= '2' && Verhoeff.Holds(d)),
        new(11, ["cpf", "cadastro"], BrazilianCpf),
        new(11, ["pesel"], d => HasDate(d[..6], "yyMMdd", monthSlack: true) && Weighted(d, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 == 0),
        new(11, ["fødselsnummer", "fodselsnummer", "personnummer", "fnr", "norwegian id"], d => HasDate(d[..6], "ddMMyy") && Weighted(d, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1, 0]) % 11 == 0 && Weighted(d, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0),
        new(10, ["personnummer", "swedish id", "samordningsnummer"], d => HasDate(d[..6], "yyMMdd") && Luhn.Holds(d)),
        new(12, ["personnummer", "swedish id"], d => HasDate(d[..8], "yyyyMMdd") && Luhn.Holds(d.AsSpan()[2..])),
        new(10, ["cpr"], d => HasDate(d[..6], "ddMMyy")),
        new(12, ["my number", "mynumber", "マイナンバー", "個人番号"], JapaneseMyNumber),
        new(13, ["주민등록", "resident registration", "rrn", "korean id"], d => HasDate(d[..6], "yyMMdd") && d[6] is >= '1' and <= '8'),
        new(11, ["rijksregister", "registre national", "insz", "niss", "belgian"], BelgianNumber),
        new(11, ["tc kimlik", "kimlik", "tckn", "turkish id"], TurkishId),
        new(13, ["avs", "ahv", "oasi", "swiss social"], d => d.StartsWith("756", StringComparison.Ordinal) && Weighted(d, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 == 0),
        new(13, ["sa id", "south african", "rsa id"], d => HasDate(d[..6], "yyMMdd") && Luhn.Holds(d)),
        new(15, ["sécurité sociale", "securite sociale", "numéro de sécu", "nir", "insee", "numero de secu"], d => d[0] is '1' or '2' && 97 - (long.Parse(d.AsSpan(0, 13), System.Globalization.CultureInfo.InvariantCulture) % 97) == int.Parse(d.AsSpan(13), System.Globalization.CultureInfo.InvariantCulture)),
        new(10, ["nhs"], d => d[9] - '0' == (11 - Weighted(d[..9], [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11),
        new(11, ["cuil", "cuit"], d => d[10] - '0' == (11 - Weighted(d[..10], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11),
        new(12, ["инн", "inn"], d => d[10] - '0' == Weighted(d[..10], [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10 && d[11] - '0' == Weighted(d[..11], [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10),
        new(9, ["itin"], d => d[0] == '9'),
    ];

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (var run in scan.DigitRuns)
            if (run.Digits.Length is >= 9 and <= 15 && scan.StartsAt(run.Start) && scan.EndsAt(run.End) && IsTold(scan, run)) Add(run.Start, run.End, found);
        if (scan.LongestCode < 9 && !scan.DigitRuns.Any(run => run.Digits.Length is >= 6 and <= 8 && IsBesideLetter(scan.Text, run))) return;
        foreach (var match in Lettered().EnumerateMatches(scan.Text))
            if (scan.StartsAt(match.Index) && scan.EndsAt(match.Index + match.Length) && IsLettered(scan.Text.Substring(match.Index, match.Length), scan, match.Index)) Add(match.Index, match.Index + match.Length, found);
    }

    /// <summary>A letter of its own behind the digits, or one or two before them.</summary>
    private static bool IsBesideLetter(string text, DigitRun run)
    {
        var behind = run.End < text.Length && text[run.End] is ' ' or '-' ? run.End + 1 : run.End;
        if (behind < text.Length && char.IsAsciiLetter(text[behind]) && (behind + 1 == text.Length || !char.IsLetterOrDigit(text[behind + 1]))) return true;
        var before = run.Start > 0 && text[run.Start - 1] is ' ' or '-' ? run.Start - 2 : run.Start - 1;
        return before >= 0 && char.IsAsciiLetter(text[before]) && (before < 2 || !char.IsLetterOrDigit(text[before - 1]) || !char.IsLetterOrDigit(text[before - 2]));
    }

    private static void Add(int start, int end, List<SensitiveSpan> found) => found.Add(new SensitiveSpan(Type, start, end, SensitivityLevel.HighlySensitive));

    private static bool IsTold(Scan scan, DigitRun run)
    {
        var before = scan.Before(run.Start, WordsWithin).ToString();
        var common = Words.StandIn(before, Common);
        foreach (var rule in DigitRules)
            if (rule.Length == run.Digits.Length && (common || Words.StandIn(before, rule.Words)) && rule.Holds(run.Digits)) return true;
        return false;
    }

    private static bool IsLettered(string text, Scan scan, int start)
    {
        var id = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return id.Length switch
        {
            // UK national insurance number (HMRC NIM39110): prefixes that are never used; its spaces or words make it one.
            9 when char.IsAsciiLetter(id[1]) && char.IsAsciiLetter(id[8]) && char.IsAsciiDigit(id[2]) => id[8] <= 'D' && !"DFIQUV".Contains(id[0], StringComparison.Ordinal) && !"DFIQUVO".Contains(id[1], StringComparison.Ordinal)
                && id[..2] is not ("BG" or "GB" or "NK" or "KN" or "TN" or "NT" or "ZZ"),
            // Spanish DNI and NIE: the letter is the number modulo 23.
            9 => SpanishLetter(id),
            // Indian PAN: the fourth letter names the kind of holder.
            10 => "PCHFATBLJG".Contains(id[3], StringComparison.Ordinal) && Words.StandIn(scan.Before(start, WordsWithin).ToString(), ["pan", "tax", .. Common]),
            16 => ItalianCode(id),
            18 => MexicanCurp(id),
            _ => false,
        };
    }

    private static bool SpanishLetter(string id)
    {
        var digits = id[0] switch { 'X' => "0" + id[1..8], 'Y' => "1" + id[1..8], 'Z' => "2" + id[1..8], _ => id[..8] };
        return int.TryParse(digits, out var number) && id[8] == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23];
    }

    /// <summary>Codice fiscale (D.M. 23/12/1976): odd and even places have tables of their own.</summary>
    private static bool ItalianCode(string id)
    {
        const string odd = "BAKPLCQDREVOSFTGUHMINJWZYX"; // the character that is worth 0, 1, 2 … at odd places is at the index of its value
        var sum = 0;
        for (var i = 0; i < 15; i++)
        {
            var value = char.IsAsciiDigit(id[i]) ? id[i] - '0' : id[i] - 'A';
            sum += i % 2 == 0 ? odd.IndexOf((char)('A' + value), StringComparison.Ordinal) : value;
        }

        return id[15] == 'A' + (sum % 26);
    }

    /// <summary>CURP: the last digit over the alphabet with Ñ.</summary>
    private static bool MexicanCurp(string id)
    {
        const string alphabet = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ";
        var sum = 0;
        for (var i = 0; i < 17; i++) sum += alphabet.IndexOf(id[i], StringComparison.Ordinal) * (18 - i);
        return id[17] - '0' == (10 - (sum % 10)) % 10;
    }

    /// <summary>§139b AO: ISO 7064 MOD 11,10, and of the first ten digits one stands twice or thrice.</summary>
    private static bool GermanTaxId(string d)
    {
        if (d[0] == '0' || d[..10].Distinct().Count() is < 8 or > 9) return false;
        var product = 10;
        foreach (var c in d[..10])
        {
            var sum = (c - '0' + product) % 10;
            product = (sum == 0 ? 10 : sum) * 2 % 11;
        }

        return (11 - product) % 10 == d[10] - '0';
    }

    private static bool BrazilianCpf(string d) => d.Distinct().Count() > 1
        && d[9] - '0' == Weighted(d[..9], [10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10
        && d[10] - '0' == Weighted(d[..10], [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;

    private static bool JapaneseMyNumber(string d)
    {
        var rest = Weighted(d[..11], [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        return d[11] - '0' == (rest <= 1 ? 0 : 11 - rest);
    }

    private static bool BelgianNumber(string d)
    {
        var number = long.Parse(d.AsSpan(0, 9), System.Globalization.CultureInfo.InvariantCulture);
        var check = int.Parse(d.AsSpan(9), System.Globalization.CultureInfo.InvariantCulture);
        return 97 - (number % 97) == check || 97 - ((2_000_000_000 + number) % 97) == check;
    }

    private static bool TurkishId(string d)
    {
        var (odd, even) = (d[0] + d[2] + d[4] + d[6] + d[8] - (5 * '0'), d[1] + d[3] + d[5] + d[7] - (4 * '0'));
        return d[0] != '0' && d[9] - '0' == ((odd * 7) - even + 100) % 10 && d[10] - '0' == (odd + even + (d[9] - '0')) % 10;
    }

    /// <param name="monthSlack">Poland adds 20, 40, 60 or 80 to the month for other centuries.</param>
    private static bool HasDate(string digits, string format, bool monthSlack = false)
    {
        if (monthSlack) digits = $"{digits[..2]}{(digits[2] - '0') % 2}{digits[3..]}";
        return DateOnly.TryParseExact(digits, format, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _);
    }

    private static int Weighted(string digits, ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += (digits[i] - '0') * weights[i];
        return sum;
    }

    private sealed record DigitRule(int Length, string[] Words, Func<string, bool> Holds);

    [GeneratedRegex(@"\b(?:[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]|[0-9]{8}[ -]?[A-Za-z]|[XYZxyz][ -]?[0-9]{7}[ -]?[A-Za-z]|[A-Za-z]{5}[0-9]{4}[A-Za-z]|[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]|[A-Za-z]{4}[0-9]{6}[HMhm][A-Za-z]{5}[A-Za-z0-9][0-9])",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Lettered();
}
