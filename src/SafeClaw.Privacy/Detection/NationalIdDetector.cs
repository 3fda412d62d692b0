using System.Buffers;
using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>
/// National identity and tax numbers with published check digits. A number that is only digits must also be told as one (its country's words stand within
/// 48 characters before it or 40 behind), because one in ten or eleven figures would pass its check by chance; a shape with letters of its own needs no words.
/// </summary>
internal sealed partial class NationalIdDetector : Detector
{
    private const string Type = "national-id";
    private const int WordsWithin = 48, WordsAfter = 40;

    /// <summary>Words that introduce an identity number in any country.</summary>
    private static readonly string[] Common = ["national id", "id number", "id no", "identity number", "identity card", "id card", "tax id", "tax number", "tin", "personal number", "personal id", "身份证", "證件", "证件"];

    private static readonly DigitRule[] DigitRules =
    [
        new(11, ["steuer", "idnr", "tax id", "german tax"], GermanTaxId),
        new(9, ["sin", "social insurance", "nas", "assurance sociale"], d => Luhn.Holds(d)),
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
        new(9, ["teudat zehut", "israeli id", "תעודת זהות", "ת.ז"], d => Luhn.Holds(d)),
        new(15, ["emirates id", "الهوية"], d => d.StartsWith("784", StringComparison.Ordinal)),
        new(16, ["nik", "ktp"], d => HasDate($"{(d[6] - '0') % 4}{d[7..12]}", "ddMMyy")),
        new(13, ["cnic", "nadra"], d => d[0] is >= '1' and <= '7'),
        new(10, ["medicare"], AustralianMedicare),
        new(11, ["medicare"], AustralianMedicare),
        new(8, ["ird"], d => NewZealandIrd("0" + d)),
        new(9, ["ird"], NewZealandIrd),
        new(11, ["снилс", "snils"], d => Weighted(d, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101 % 100 == Number(d[9..])),
        new(10, ["инн", "inn"], d => d[9] - '0' == Weighted(d, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11 % 10),
        new(14, ["cnpj"], BrazilianCnpj),
        new(11, ["amka", "αμκα"], d => HasDate(d[..6], "ddMMyy") && Luhn.Holds(d)),
        new(9, ["afm", "αφμ"], d => d[8] - '0' == Weighted(d, [256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10),
        new(10, ["egn", "егн"], d => d[9] - '0' == Weighted(d, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10),
        new(13, ["cnp", "cod numeric"], d => d[12] - '0' == (Weighted(d, [2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11 is var rest and < 10 ? rest : 1)),
        new(10, ["rodné číslo", "rodne cislo", "birth number"], d => Number(d) % 11 == 0 || Number(d[..9]) % 11 == 10 && d[9] == '0'),
        new(11, ["oib"], d => Mod11And10(d)),
        new(13, ["emšo", "emso", "jmbg", "јмбг"], d => d[12] - '0' == (11 - (Weighted(d, [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11 % 10),
        new(11, ["isikukood", "asmens kodas", "estonian id", "lithuanian id"], BalticCode),
        new(8, ["dni", "documento nacional", "documento de identidad"], d => d[0] != '0'),
        new(8, ["cédula", "cedula"], d => d[0] != '0'),
        new(10, ["cédula", "cedula"], d => d[0] != '0'),
        new(10, ["svnr", "sozialversicherungsnummer", "austrian social"], d => d[3] - '0' == Weighted(d, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11),
        new(10, ["kennitala"], d => d[8] - '0' == (11 - (Weighted(d, [3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11),
        new(13, ["thai id", "บัตรประชาชน"], d => d[12] - '0' == (11 - (Weighted(d, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10),
        new(12, ["mykad", "ic number", "nric", "kad pengenalan"], d => HasDate(d[..6], "yyMMdd")),
        new(12, ["cccd", "căn cước"], d => d[0] == '0'),
        new(11, ["nin", "bvn"], d => d[0] != '0'),
        new(10, ["nip"], d => d[9] - '0' == Weighted(d, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11),
        new(8, ["huduma", "kenyan id"], d => d[0] != '0'),
    ];

    /// <summary>All of them, to be done with most figures at once.</summary>
    private static readonly SearchValues<string> AnyWord = SearchValues.Create([.. Common, .. DigitRules.SelectMany(rule => rule.Words)], StringComparison.OrdinalIgnoreCase);

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (var run in scan.DigitRuns)
            if (run.Digits.Length is >= 8 and <= 16 && scan.StartsAt(run.Start) && scan.EndsAt(run.End) && IsTold(scan, run)) Add(run.Start, run.End, found);
        if (scan.LongestCode < 8 && !scan.DigitRuns.Any(run => run.Digits.Length >= 6 && HasLetterBeside(scan, run))) return;
        foreach (var match in Lettered().EnumerateMatches(scan.Text))
            if (scan.StartsAt(match.Index) && scan.EndsAt(match.Index + match.Length) && IsLettered(scan.Text.Substring(match.Index, match.Length), scan, match.Index)) Add(match.Index, match.Index + match.Length, found);
    }

    /// <summary>A letter glued to the figures, or one or two of them alone beside them, as in AB 12 34 56 C; or a check digit behind a dash.</summary>
    private static bool HasLetterBeside(Scan scan, DigitRun run)
    {
        var before = scan.Before(run.Start, 4);
        var after = scan.After(run.End, 3);
        return before.Length > 0 && char.IsAsciiLetter(before[^1]) || after.Length > 0 && char.IsAsciiLetter(after[0])
            || before.Length > 1 && char.IsAsciiLetter(before[^2]) && (before.Length == 2 || !char.IsAsciiLetter(before[^3]) || before.Length == 3 || !char.IsAsciiLetter(before[^4]))
            || after.Length > 1 && char.IsAsciiLetter(after[1]) && (after.Length == 2 || !char.IsAsciiLetter(after[2]))
            || scan.Text[run.End - 2] == '-';
    }

    private static void Add(int start, int end, List<SensitiveSpan> found) => found.Add(new SensitiveSpan(Type, start, end, SensitivityLevel.HighlySensitive));

    private static bool IsTold(Scan scan, DigitRun run)
    {
        if (!scan.Before(run.Start, WordsWithin).ContainsAny(AnyWord) && !scan.After(run.End, WordsAfter).ContainsAny(AnyWord)) return false;
        var around = $"{scan.Before(run.Start, WordsWithin)}\n{scan.After(run.End, WordsAfter)}";
        var common = run.Digits.Length > 8 && Words.StandIn(around, Common);
        foreach (var rule in DigitRules)
            if (rule.Length == run.Digits.Length && (common || Words.StandIn(around, rule.Words)) && rule.Holds(run.Digits)) return true;
        return false;
    }

    private static bool IsLettered(string text, Scan scan, int start)
    {
        var id = string.Concat(text.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        bool Told(params ReadOnlySpan<string> words) => Words.StandIn($"{scan.Before(start, WordsWithin)}\n{scan.After(start + text.Length, WordsAfter)}", [.. words, .. Common]);
        return id.Length switch
        {
            8 or 9 when text[^1] == ')' => HongKongId(id),
            8 or 9 => NationalInsurance(id) || SpanishLetter(id) || SingaporeNric(id) || ChileanRut(id) && (text.Contains('.', StringComparison.Ordinal) || Told("rut")) || IrishPps(id) && Told("pps", "ppsn"),
            10 => TaiwaneseId(id) && Told("taiwan", "身分證", "身份證") || IndianPan(id) && Told("pan", "tax"),
            // German pension insurance number: area, birth date, initial, serial. Mexican tax number: initials, date, homoclave.
            12 or 13 => char.IsAsciiDigit(id[0]) ? HasDate(id[2..8], "ddMMyy") && Told("versicherung", "sozialversicherung", "rentenversicherung", "svnr", "rvnr") : HasDate(id[^9..^3], "yyMMdd") && Told("rfc"),
            15 => Told("nir", "insee", "sécurité sociale", "sécu", "securite sociale"), // Corsica's departments are 2A and 2B
            16 => ItalianCode(id),
            18 => MexicanCurp(id),
            _ => false,
        };
    }

    /// <summary>UK national insurance number (HMRC NIM39110), without the prefixes that are never used.</summary>
    private static bool NationalInsurance(string id) => id.Length == 9 && char.IsAsciiLetter(id[1]) && id[8] is >= 'A' and <= 'D' && !"DFIQUV".Contains(id[0], StringComparison.Ordinal)
        && !"DFIQUVO".Contains(id[1], StringComparison.Ordinal) && id[..2] is not ("BG" or "GB" or "NK" or "KN" or "TN" or "NT" or "ZZ");

    /// <summary>Indian permanent account number: the fourth letter names the kind of holder.</summary>
    private static bool IndianPan(string id) => char.IsAsciiLetter(id[4]) && "PCHFATBLJG".Contains(id[3], StringComparison.Ordinal);

    /// <summary>Personal public service number (S.I. 2013): the letter is the weighted sum modulo 23, a second letter counts nine times.</summary>
    private static bool IrishPps(string id)
    {
        if (!char.IsAsciiDigit(id[0]) || char.IsAsciiDigit(id[7])) return false;
        var sum = Weighted(id[..7], [8, 7, 6, 5, 4, 3, 2]) + (id.Length == 9 && id[8] != 'W' ? 9 * (id[8] - 'A' + 1) : 0);
        return id[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23];
    }

    /// <summary>Hong Kong identity card: letters count from 10, a missing first one 36; modulo 11, where A is ten. Its check character stands in brackets.</summary>
    private static bool HongKongId(string id)
    {
        var letters = id.Length == 9 ? ((id[0] - 'A' + 10) * 9) + ((id[1] - 'A' + 10) * 8) : (36 * 9) + ((id[0] - 'A' + 10) * 8);
        var check = id[^1] == 'A' ? 10 : id[^1] - '0';
        return (letters + Weighted(id[^7..^1], [7, 6, 5, 4, 3, 2]) + check) % 11 == 0;
    }

    /// <summary>Singapore's identity and foreign identification numbers: weighted sum modulo 11 into the table of the first letter.</summary>
    private static bool SingaporeNric(string id)
    {
        var offset = id[0] switch { 'T' or 'G' => 4, 'M' => 3, _ => 0 };
        var table = id[0] switch { 'S' or 'T' => "JZIHGFEDCBA", 'F' or 'G' => "XWUTRQPNMLK", 'M' => "XWUTRQPNJLK", _ => "" };
        return table.Length > 0 && id.Length == 9 && !char.IsAsciiLetter(id[1]) && id[8] == table[(Weighted(id[1..8], [2, 7, 6, 5, 4, 3, 2]) + offset) % 11];
    }

    /// <summary>Taiwan's identity number: the letter stands for two digits of its area, weights 1 and 9 to 1, modulo 10.</summary>
    private static bool TaiwaneseId(string id)
    {
        if (!char.IsAsciiDigit(id[1])) return false;
        var area = "ABCDEFGHJKLMNPQRSTUVXYWZIO".IndexOf(id[0], StringComparison.Ordinal) + 10;
        return area >= 10 && (area / 10 + (area % 10 * 9) + Weighted(id[1..], [8, 7, 6, 5, 4, 3, 2, 1, 1])) % 10 == 0;
    }

    /// <summary>Weights 2 to 7 from the right, modulo 11; ten is K.</summary>
    private static bool ChileanRut(string id)
    {
        var sum = 0;
        for (var i = 0; i < id.Length - 1; i++)
        {
            if (!char.IsAsciiDigit(id[i])) return false;
            sum += (id[id.Length - 2 - i] - '0') * (2 + (i % 6));
        }

        return id[^1] == "0K987654321"[sum % 11];
    }

    private static bool AustralianMedicare(string d) => d[0] is >= '2' and <= '6' && d[8] - '0' == Weighted(d, [1, 3, 7, 9, 1, 3, 7, 9]) % 10;

    private static bool NewZealandIrd(string d)
    {
        var rest = Weighted(d, [3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        if (rest == 1) rest = Weighted(d, [7, 4, 3, 2, 5, 2, 7, 6]) % 11;
        return rest != 1 && d[8] - '0' == (11 - rest) % 11;
    }

    private static bool BrazilianCnpj(string d) =>
        d[12] - '0' == Weighted(d, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10 && d[13] - '0' == Weighted(d, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) * 10 % 11 % 10;

    private static bool BalticCode(string d)
    {
        var rest = Weighted(d, [1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        if (rest == 10) rest = Weighted(d, [3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11 % 10;
        return d[10] - '0' == rest;
    }

    /// <summary>Spanish DNI and NIE: the letter is the number modulo 23.</summary>
    private static bool SpanishLetter(string id)
    {
        if (id.Length != 9) return false;
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
        return d[0] != '0' && d[..10].Distinct().Count() is 8 or 9 && Mod11And10(d);
    }

    /// <summary>ISO 7064 MOD 11,10 over eleven digits.</summary>
    private static bool Mod11And10(string d)
    {
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

    private static long Number(string digits) => long.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);

    private static int Weighted(string digits, ReadOnlySpan<int> weights)
    {
        var sum = 0;
        for (var i = 0; i < weights.Length; i++) sum += (digits[i] - '0') * weights[i];
        return sum;
    }

    private sealed record DigitRule(int Length, string[] Words, Func<string, bool> Holds);

    // A longer shape stands before a shorter one that could begin it.
    [GeneratedRegex(@"\b(?:[A-Za-z]{4}[0-9]{6}[HMhm][A-Za-z]{5}[A-Za-z0-9][0-9]|[A-Za-z]{6}[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]|[12] ?[0-9]{2} ?[0-9]{2} ?2[ABab] ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}|[0-9]{2} ?[0-9]{6} ?[A-Za-z] ?[0-9]{3}|[A-Za-zÑñ&]{3,4}-?[0-9]{6}-?[A-Za-z0-9]{3}"
        + @"|[A-Za-z]{5}[0-9]{4}[A-Za-z]|[A-Za-z][1289][0-9]{8}|[STFGMstfgm][0-9]{7}[A-Za-z]|[XYZxyz][ -]?[0-9]{7}[ -]?[A-Za-z]|[A-Za-z]{1,2}[0-9]{6} ?\([0-9Aa]\)|[A-Za-z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]|[0-9]{7}[A-Wa-w][A-Ia-iWw]?\b"
        + @"|[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}[ -]?[A-Za-z]|[0-9]{1,2}\.?[0-9]{3}\.?[0-9]{3}-[0-9])",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Lettered();
}
