using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Dates of birth: a whole date behind words that say so, in English, German, French, Spanish, Italian, Portuguese and Chinese.</summary>
internal sealed partial class DateOfBirthDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (!scan.HasDigits) return;
        if (scan.Mentions(Trigger.Birth)) foreach (Match match in Told().Matches(scan.Text)) Add(match.Groups["date"], found);
        if (scan.HasEastAsian) foreach (Match match in ToldInChinese().Matches(scan.Text)) Add(match.Groups["date"], found);
    }

    private static void Add(Group date, List<SensitiveSpan> found) => found.Add(new SensitiveSpan("date-of-birth", date.Index, date.Index + date.Length, SensitivityLevel.Sensitive));

    [GeneratedRegex(@"\b(?:born(?: on)?|(?:date|day) of birth|birth ?da(?:te|y)|b-?day|d\.?o\.?b\.?|geboren(?: am| op)?|geb\.|geburtsdatum|geburtstag|geboortedatum|född|fødselsdato|født|syntynyt|data urodzenia|urodzon[ya]|doğum tarihi|дата рождения|родил(?:ся|ась)|née? le|date de naissance|nac(?:i|í|ió)(?:do|da)?(?: el)?|fecha de nacimiento|nat[oa] il|data di nascita|nascid[oa] em|data de nascimento)(?: is| was|:| =|=| ist| est| es| è| é)?[\s:,–-]{0,3}(?:the |der |den |le |el |am )?(?<date>[0-9]{8}\b|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{2,4}|[0-9]{1,2}(?:st|nd|rd|th|er|\.|º)?(?: of| de| di)? [\p{L}]{3,10}\.?,?(?: de| del)? [12][0-9]{3}|[\p{L}]{3,10}\.? (?:the )?[0-9]{1,2}(?:st|nd|rd|th)?,? [12][0-9]{3})",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Told();

    [GeneratedRegex(@"(?:生日|出生日期|出生于|出生於|生于|生於|生年月日|誕生日|생년월일|생일)(?:是|为|為|は|은|：|:)?\s{0,2}(?<date>[0-9]{4}(?:年|년|-|/|\.) ?[0-9]{1,2}(?:月|월|-|/|\.) ?[0-9]{1,2}[日일]?)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ToldInChinese();
}
