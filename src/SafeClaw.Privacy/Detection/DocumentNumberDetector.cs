using System.Buffers;
using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Passport, driver's licence and tax numbers, which have no common form and no check digit outside their machine-readable zone: only when told as such.</summary>
internal sealed partial class DocumentNumberDetector : Detector
{
    /// <summary>A sign of each of its words that is not written with an alphabet.</summary>
    private static readonly SearchValues<char> EastAsianWords = SearchValues.Create("护護驾駕身パ여");

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (!scan.HasDigits || !scan.Text.AsSpan().ContainsAny(EastAsianWords) && !scan.Mentions(Trigger.Document)) return;
        foreach (Match match in Told().Matches(scan.Text))
        {
            var number = match.Groups["number"];
            if (number.ValueSpan.IndexOfAnyInRange('0', '9') < 0 || DateOnly.TryParseExact(number.ValueSpan, "yyyy-MM-dd", out _)) continue;
            var type = match.Groups["passport"].Success ? "passport" : "drivers-license";
            found.Add(new SensitiveSpan(match.Groups["tax"].Success ? "national-id" : type, number.Index, number.Index + number.Length, SensitivityLevel.HighlySensitive));
        }
    }

    [GeneratedRegex(@"(?:(?<passport>passport|reisepass|passeport|pasaporte|passaporto|passaporte|паспорт|パスポート|여권|护照|護照)|(?<tax>steuernummer|personalausweis|ausweisnummer|carte d'identité|carta d'identità|cédula|cedula|documento de identidad|身分證|steuer-?nr\.?|tax (?:id|number)|national id|id card|identity card|vat (?:id|number))|driver'?s?'? ?licen[cs]e|driving licen[cs]e|\bDL\b|führerschein|permis de conduire|licencia de conducir|驾照|駕照|驾驶证)(?: number| no\.?| nr\.?| ?#|nummer|nummern?| номер|号码|号|番号)?(?: is|'s|:| ist| est| es|是|：|=)? ?#?(?<number>[0-9]{2} ?[0-9]{2} [0-9]{6}|[A-Z]{5}[0-9]{6}[A-Z0-9]{5}|[A-Za-z0-9]{1,3}[ /-]?[0-9][A-Za-z0-9/-]{4,16})\b",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Told();
}
