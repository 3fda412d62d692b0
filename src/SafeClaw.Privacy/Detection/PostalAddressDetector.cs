using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Postal addresses with a house number, as they are written in English, German, Dutch, Scandinavian, French, Spanish, Italian, Portuguese and Chinese.</summary>
internal sealed partial class PostalAddressDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (!scan.HasDigits) return;
        if (HasNumberBeforeName(scan) && scan.Mentions(Trigger.EnglishStreet)) foreach (var match in English().EnumerateMatches(scan.Text)) if (!IsInsidePhrase(scan, match.Index, match.Index + match.Length)) Add(match, found);
        if (scan.Mentions(Trigger.GermanicStreet)) foreach (var match in StreetThenNumber().EnumerateMatches(scan.Text)) Add(match, found);
        if (scan.Mentions(Trigger.RomanceStreet)) foreach (var match in Romance().EnumerateMatches(scan.Text)) Add(match, found);
        if (HasNumberBehindEastAsian(scan)) foreach (var match in Chinese().EnumerateMatches(scan.Text)) Add(match, found);
        if (HasNumberBehindEastAsian(scan) || scan.Mentions(Trigger.SlavicStreet)) foreach (var match in Eastern().EnumerateMatches(scan.Text)) Add(match, found);
        if (scan.Mentions(Trigger.Address)) foreach (Match match in Told().Matches(scan.Text))
            if (match.Groups["address"].ValueSpan.IndexOfAnyInRange('0', '9') >= 0) Add(match.Groups["address"].Index, match.Groups["address"].Length, found);
        if (HasPostcode(scan))
        {
            foreach (Match match in WithPostcode().Matches(scan.Text))
                if (!IsYear(match.Groups["code"].ValueSpan)) Add(match.Index, match.Length, found);
            foreach (var match in American().EnumerateMatches(scan.Text)) Add(match, found);
            foreach (var match in Indian().EnumerateMatches(scan.Text)) Add(match, found);
        }

        if (HasCapitalsBeforeDigitAndLetters(scan.Text)) foreach (var match in British().EnumerateMatches(scan.Text)) Add(match, found);
        if (scan.Mentions(Trigger.PostBox)) foreach (var match in Box().EnumerateMatches(scan.Text)) Add(match, found);
    }

    /// <summary>
    /// "The 5 Year Plan Drive succeeded", "10 Miles Way too fast": a phrase in capitals that goes on in small letters, where nothing before or behind says that
    /// it is a place.
    /// </summary>
    private static bool IsInsidePhrase(Scan scan, int start, int end) =>
        scan.After(end, 2) is [' ', >= 'a' and <= 'z'] && !Words.StandIn(scan.After(end, 12).ToString(), GoingOn) && !Words.StandIn(scan.Before(start, 12).ToString(), Leading);

    private static readonly string[] GoingOn = ["is", "and", "in", "near", "on", "or", "please", "thanks", "at", "was", "by", "before", "after", "where", "with", "tomorrow", "today", "for", "if", "apt", "then", "since", "as", "but"];
    private static readonly string[] Leading = ["at", "to", "in", "on", "is", "from", "near", "address", "live", "visit", "of"];

    /// <summary>Four to six digits behind a comma or a name, as a city is written with its code.</summary>
    private static bool HasPostcode(Scan scan)
    {
        foreach (var run in scan.DigitRuns)
            if (run.Digits.Length is >= 4 and <= 9 && run.Start >= 2 && (scan.Text[run.Start - 2] is ',' or '-' || scan.Text[run.Start - 1] == '\n' || run.Digits.Length == 6 || char.IsUpper(scan.Text[run.Start - 2]))) return true;
        return false;
    }

    /// <summary>AA1 1AA: the second half of a British postcode somewhere.</summary>
    private static bool HasCapitalsBeforeDigitAndLetters(ReadOnlySpan<char> text)
    {
        for (var i = 1; i + 3 < text.Length; i++)
            if (text[i] == ' ' && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiLetterUpper(text[i + 2]) && char.IsAsciiLetterUpper(text[i + 3]) && char.IsAsciiLetterOrDigit(text[i - 1])) return true;
        return false;
    }

    /// <summary>May 3, 2024 Oslo: a date, not a code.</summary>
    private static bool IsYear(ReadOnlySpan<char> code) => code.Length == 4 && (code.StartsWith("19", StringComparison.Ordinal) || code.StartsWith("20", StringComparison.Ordinal));

    private static bool HasNumberBehindEastAsian(Scan scan)
    {
        if (!scan.HasEastAsian) return false;
        foreach (var run in scan.DigitRuns)
            if (run.Start > 1 && (scan.Text[run.Start - 1] >= '\u2E80' || scan.Text[run.Start - 1] == ' ' && scan.Text[run.Start - 2] >= '\u2E80')) return true;
        return false;
    }

    private static bool HasNumberBeforeName(Scan scan)
    {
        foreach (var run in scan.DigitRuns)
            if (run.End + 1 < scan.Text.Length && (scan.Text[run.End] == ' ' && char.IsUpper(scan.Text[run.End + 1]) || char.IsLetter(scan.Text[run.End]))) return true;
        return false;
    }

    private static void Add(ValueMatch match, List<SensitiveSpan> found) => Add(match.Index, match.Length, found);

    private static void Add(int start, int length, List<SensitiveSpan> found) => found.Add(new SensitiveSpan("postal-address", start, start + length, SensitivityLevel.Sensitive));

    // 221B Baker Street, 10 Downing St., 1600 Pennsylvania Avenue NW, Apt 4
    [GeneratedRegex(@"\b[0-9]{1,5}[A-Za-z]?(?:-[0-9]{1,4})? (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Old|New|St|Mt)\.? )?(?:[\p{Lu}][\p{L}'’-]{1,20} |[0-9]{1,3}(?:st|nd|rd|th) ){1,4}(?:Street|Str|St|Avenue|Ave|Av|Road|Rd|Lane|Ln|Boulevard|Blvd|Drive|Dr|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Ter|Highway|Hwy|Parkway|Pkwy|Circle|Cir|Close|Crescent|Cres|Gardens|Gdns|Grove|Hill|Mews|Row|Walk|Quay|Trail|Loop)\b\.?(?: (?:N|S|E|W|NE|NW|SE|SW)\b)?(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\.? ?[0-9A-Za-z-]{1,6})?",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex English();

    // Hauptstraße 12a, Lange Straße 5, Atatürk Caddesi No: 12, Václavské náměstí 12, Unter den Linden 77, Karl Johans gate 22, Keizersgracht 174, Vesterbrogade 3
    [GeneratedRegex(@"\b(?:[\p{Lu}][\p{L}.'’-]{1,25}[ -]){0,3}(?:[\p{Lu}][\p{L}-]{0,25}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|straat|laan|gracht|plein|kade|gata|gatan|gate|vägen|veien|vegen|vej|gade|katu|tie) |(?:[\p{Lu}][\p{L}.'’-]{1,25}[ -]){1,3}(?:gate|vei|gata|väg|Straße|Strasse|Str\.|Weg|Platz|Allee|Ring|Damm|Ufer|Caddesi|Cad\.|Cd\.|Sokak|Sokağı|Sok\.|Sk\.|Bulvarı|út|utca|tér|körút|náměstí|ulice|třída|nám\.) (?:No\.?:? ?)?)[0-9]{1,4} ?[A-Za-z]?\b(?:,? [0-9]{4,5} [\p{Lu}][\p{L}-]{1,25})?",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex StreetThenNumber();

    // Am Markt 3, 28195 Bremen; 25 Jalan Sultan Ismail, 50250 Kuala Lumpur; Andrássy út 60, 1062 Budapest: any street whose city has its code
    [GeneratedRegex(@"(?:\b[\p{Lu}][\p{L}.'’-]{1,25}(?: [\p{L}.'’-]{1,25}){0,4},? (?:[Nn]o\.?:? ?|[Nn]r\.? ?)?[0-9]{1,4} ?[A-Za-z]?(?:[/-][0-9A-Za-z]{1,5})?|\b[0-9]{1,5}[A-Za-z]?,? [\p{L}][\p{L}.'’-]{1,25}(?: [\p{L}.'’-]{1,25}){0,5})(?:, |,?\n)(?:[A-Z]{1,2}-)?(?<code>[0-9]{4,6}|[0-9]{2}-[0-9]{3}|[0-9]{3} [0-9]{2,3})(?: [A-Z]{2})?,? [\p{Lu}][\p{L}-]{1,25}",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex WithPostcode();

    // 4821 Garcia Mills, New Tracy, CA 90210; Unit 5, 22 George St, Sydney NSW 2000; whatever the street is called
    [GeneratedRegex(@"\b[0-9]{1,6}[A-Za-z]?(?: [\p{Lu}0-9][\p{L}0-9.'’-]{0,20}){1,5}(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|#)\.? ?[0-9A-Za-z-]{1,6})?(?:, |,?\n)[\p{Lu}][\p{L}.'’-]{1,20}(?: [\p{Lu}][\p{L}.'’-]{1,20}){0,3},? (?:[A-Z]{2} [0-9]{5}(?:-[0-9]{4})?|(?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT) [0-9]{4})\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex American();

    // 45 Jones Walk, New Tom, AB1 2CD
    [GeneratedRegex(@"\b(?:(?:[Ff]lat|[Uu]nit|[Ss]tudio) [0-9]{1,4}[A-Za-z]?,? ?\n?)?[0-9]{0,4}[A-Za-z]? ?[\p{Lu}][\p{L}.'’-]{1,20}(?: [\p{L}.'’-]{1,20}){0,4}(?:(?:, |,?\n)[\p{Lu}][\p{L}.'’-]{1,20}(?: [\p{L}.'’-]{1,20}){0,3}){0,3}(?:, |,?\n| )[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex British();

    // B-42, Sector 18, Noida 201301; Flat No. 12, MG Road, Bengaluru - 560001
    [GeneratedRegex(@"\b(?:(?:[Ff]lat|[Hh]ouse|[Pp]lot|[Dd]oor|H|[Ss]hop)\.? ?(?:[Nn]o\.?)? ?)?[A-Z]?[-/]?[0-9]{1,4}(?:[-/][0-9A-Z]{1,4})?,(?: [\p{L}0-9][\p{L}0-9.'’-]{0,20}){1,5},(?: [\p{L}][\p{L}.,'’-]{1,20}){0,5} (?:- ?)?[1-9][0-9]{2} ?[0-9]{3}\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Indian();

    // 12 rue de la Paix, Calle de Alcalá 45, Via Roma, 10, Rua Augusta 1500, Avenida Paulista, 1578
    [GeneratedRegex(@"\b[0-9]{1,4}(?: ?bis| ?ter)?,? (?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Cc]hemin|[Ii]mpasse|[Qq]uai|[Aa]llée|[Rr]oute|[Cc]ours) (?:de |du |des |d'|d’|la |le |les |l'|l’){0,3}[\p{Lu}][\p{L}'’-]{1,25}(?: [\p{Lu}][\p{L}'’-]{1,25}){0,3}|\b(?:Calle|C/|Avenida|Av\.|Avda\.|Paseo|Plaza|Carrera|Via|Viale|Piazza|Corso|Vicolo|Rua|Travessa|Praça|Largo) (?:de |del |della |dei |da |do |dos |das |la |las |los |el ){0,3}[\p{Lu}0-9][\p{L}0-9'’-]{0,25}(?: [\p{L}][\p{L}'’-]{0,25}){0,3},? (?:n\.?º? ?|nº ?|no\. ?|# ?)?[0-9]{1,5}\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Romance();

    // 北京市朝阳区建国路88号
    [GeneratedRegex(@"(?:[\u4E00-\u9FFF]{2,8}(?:省|市|区|區|县|縣)){0,3}[\u4E00-\u9FFF]{2,8}(?:路|街|道|巷|胡同|大道)(?:[一二三四五六七八九十]{1,2}段)?[0-9]{1,5}(?:号|號|弄|\b)(?:[0-9A-Za-z]{0,4}(?:号|號|弄|栋|楼|樓|室|单元){1}){0,4}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Chinese();

    // ul. Marszałkowska 84/92, улица Ленина 5, 千代田区丸の内1-9-1, 서울특별시 강남구 테헤란로 152
    [GeneratedRegex(@"\b(?:ul\.|al\.|улица|ул\.|проспект|пр\.|вулиця|вул\.) ?[\p{Lu}][\p{L}.-]{1,30}(?: [\p{L}.-]{1,30}){0,3},? ?(?:д\. ?)?[0-9]{1,4}[A-Za-zА-Яа-я]?(?:/[0-9]{1,4})?|[\p{L}]{1,10}(?:都|道|府|県|市|区|町|村)[\p{L}]{1,12}[0-9]{1,4}(?:丁目|-[0-9]{1,4})(?:-[0-9]{1,4})?|[\uAC00-\uD7A3]{2,10}(?:시|도|구|군) ?[\uAC00-\uD7A3]{1,12}(?:로|길|동) ?[0-9]{1,5}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Eastern();

    // Any writing of an address that is told as one; to the end of its line or sentence.
    [GeneratedRegex(@"(?:\b(?:my|our|home|mailing|delivery|shipping|billing|his|her|their) address(?: is|:)|\baddress:|\bI live (?:at|on)|\b(?:ich wohne|meine (?:adresse|anschrift) ist)(?: in| an)?|\bj'habite(?: au)?|\bmon adresse est|\bvivo en|\bmi dirección es|\babito in|\bmoro na|地址(?:是|为|：|:)) ?(?<address>[^\n;!?]{6,80})",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Told();

    [GeneratedRegex(@"\b[Pp]\.? ?[Oo]\.? ?[Bb][Oo][Xx] [0-9]{1,6}\b|\b(?:Postfach|Boîte postale|Apartado(?: de correos)?) [0-9]{1,6}\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Box();
}
