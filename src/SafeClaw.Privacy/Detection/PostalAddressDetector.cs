using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Postal addresses with a house number, as they are written in English, German, Dutch, Scandinavian, French, Spanish, Italian, Portuguese and Chinese.</summary>
internal sealed partial class PostalAddressDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (!scan.HasDigits) return;
        if (HasNumberBeforeName(scan) && scan.Mentions(Trigger.EnglishStreet)) foreach (var match in English().EnumerateMatches(scan.Text)) Add(match, found);
        if (scan.Mentions(Trigger.GermanicStreet)) foreach (var match in StreetThenNumber().EnumerateMatches(scan.Text)) Add(match, found);
        if (scan.Mentions(Trigger.RomanceStreet)) foreach (var match in Romance().EnumerateMatches(scan.Text)) Add(match, found);
        if (HasNumberBehindEastAsian(scan)) foreach (var match in Chinese().EnumerateMatches(scan.Text)) Add(match, found);
        if (HasNumberBehindEastAsian(scan) || scan.Mentions(Trigger.SlavicStreet)) foreach (var match in Eastern().EnumerateMatches(scan.Text)) Add(match, found);
        if (scan.Mentions(Trigger.Address)) foreach (Match match in Told().Matches(scan.Text))
            if (match.Groups["address"].ValueSpan.IndexOfAnyInRange('0', '9') >= 0) Add(match.Groups["address"].Index, match.Groups["address"].Length, found);
        if (scan.Mentions(Trigger.PostBox)) foreach (var match in Box().EnumerateMatches(scan.Text)) Add(match, found);
    }

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

    // Hauptstraße 12a, Unter den Linden 77, Karl Johans gate 22, Keizersgracht 174, Vesterbrogade 3
    [GeneratedRegex(@"\b(?:[\p{Lu}][\p{L}.'’-]{1,25}[ -]){0,3}(?:[\p{Lu}][\p{L}-]{0,25}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|ufer|damm|straat|laan|gracht|plein|kade|gata|gatan|gate|vägen|veien|vegen|vej|gade|katu|tie)|gate|vei|gata|väg) [0-9]{1,4} ?[A-Za-z]?\b(?:,? [0-9]{4,5} [\p{Lu}][\p{L}-]{1,25})?",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex StreetThenNumber();

    // 12 rue de la Paix, Calle de Alcalá 45, Via Roma, 10, Rua Augusta 1500, Avenida Paulista, 1578
    [GeneratedRegex(@"\b[0-9]{1,4}(?: ?bis| ?ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse|quai|allée|route|cours) (?:de |du |des |d'|d’|la |le |les |l'|l’){0,3}[\p{Lu}][\p{L}'’-]{1,25}(?: [\p{Lu}][\p{L}'’-]{1,25}){0,3}|\b(?:Calle|C/|Avenida|Av\.|Avda\.|Paseo|Plaza|Carrera|Via|Viale|Piazza|Corso|Vicolo|Rua|Travessa|Praça|Largo) (?:de |del |della |dei |da |do |dos |das |la |las |los |el ){0,3}[\p{Lu}0-9][\p{L}0-9'’-]{0,25}(?: [\p{L}][\p{L}'’-]{0,25}){0,3},? (?:n\.?º? ?|nº ?|no\. ?|# ?)?[0-9]{1,5}\b",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Romance();

    // 北京市朝阳区建国路88号
    [GeneratedRegex(@"(?:[\u4E00-\u9FFF]{2,8}(?:省|市|区|區|县|縣)){0,3}[\u4E00-\u9FFF]{2,8}(?:路|街|道|巷|胡同|大道)[0-9]{1,5}号?(?:[0-9A-Za-z]{0,4}(?:号|號|弄|栋|楼|樓|室|单元){1}){0,4}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
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
