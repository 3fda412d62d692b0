using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>
/// What people say of their own health and money: a first-person trigger with its object. Talk about illness or prices in general has no such trigger.
/// </summary>
internal sealed partial class StatementDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.Mentions(Trigger.Health)) foreach (var match in Medical().EnumerateMatches(scan.Text)) Add("medical", match, found);
        if (scan.HasEastAsian) foreach (var match in ChineseMedical().EnumerateMatches(scan.Text)) Add("medical", match, found);
        if (!scan.HasDigits) return;
        if (scan.Mentions(Trigger.Money)) foreach (var match in Financial().EnumerateMatches(scan.Text)) Add("financial", match, found);
        if (scan.HasEastAsian) foreach (var match in ChineseFinancial().EnumerateMatches(scan.Text)) Add("financial", match, found);
    }

    private static void Add(string type, ValueMatch match, List<SensitiveSpan> found) => found.Add(new SensitiveSpan(type, match.Index, match.Index + match.Length, SensitivityLevel.HighlySensitive));

    [GeneratedRegex(@"\b(?:(?:I|he|she|my (?:wife|husband|son|daughter|mother|father|partner|child|doctor))(?:'ve| have| has| had|'m| am| was| is|'s)? ?(?:been |was |were |recently |just |now |also )*(?:diagnosed (?:me )?with|suffer(?:s|ing)? from|tested positive for|prescribed(?: me)?|being treated for|in therapy for|HIV positive|taking medication for|allergic to|pregnant)(?: [\p{L}0-9-]{2,25}){0,4}|my (?:diagnosis|medical record|blood (?:test|pressure|sugar|type)|test results?|prescription|therapist|psychiatrist|chemotherapy|medication|HIV status|miscarriage|abortion|depression|diabetes|cancer|epilepsy)(?: [\p{L}0-9/.-]{1,25}){0,4}|(?:I|he|she|my (?:wife|husband|son|daughter|mother|father|partner|child)) (?:have|has|had) (?:type [12] )?(?:diabetes|cancer|HIV|AIDS|depression|epilepsy|hepatitis(?: [A-E])?|asthma|arthritis|bipolar disorder|schizophrenia|multiple sclerosis|parkinson's|an eating disorder|ADHD|PTSD|herpes|tuberculosis|leuk(?:a|)emia|a tumou?r|dementia|alzheimer's|lupus|anorexia|bulimia|a miscarriage|an abortion|a stroke|a heart attack)|(?:I|he|she) (?:takes?|am on|is on|was given) [0-9.]{1,6} ?m(?:c|)g\b(?: (?:of )?[\p{L}-]{3,20})?)\b",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Medical();

    [GeneratedRegex(@"(?:我|我的(?:妻子|丈夫|儿子|女儿|母亲|父亲))(?:被|已经|最近|刚)?(?:确诊|诊断出|诊断为|患有|得了|怀孕了|感染了)[\u4E00-\u9FFF]{0,12}|我的(?:病历|诊断|血压|血糖|检查结果|处方)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ChineseMedical();

    [GeneratedRegex(@"\b(?:my (?:annual |monthly |net |gross |current |yearly )?(?:salary|income|wage|pay ?check|bonus|net worth|mortgage|debt|credit score|account balance|bank balance|balance|savings|pension|rent|tax bill|loan)(?: is| was| are|:| of| at| has)?(?: about| around| roughly| only| now)?|I (?:earn|make|owe|inherited|have saved|saved|am paid|get paid)(?: about| around| roughly)?) ?[$€£¥₹]? ?[0-9][0-9.,]{1,14}(?: ?(?:k|thousand|million|dollars|euros?|pounds|usd|eur|gbp|chf|per (?:year|month|hour)|an? (?:year|month|hour)|p\.a\.)){0,2}|\b(?:(?:bank )?account (?:number|no\.?)|routing (?:number|no\.?)|sort code|kontonummer|numéro de compte|número de cuenta)(?: is|:| ist| est| es)? ?[0-9][0-9 -]{4,20}[0-9]",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Financial();

    [GeneratedRegex(@"我的?(?:月薪|年薪|工资|薪水|存款|贷款|欠款|余额|年收入|月收入)(?:是|有|为|大约|约)?[0-9][0-9.,]{0,12}(?:万|元|块|千|k)?|(?:银行)?(?:账号|账户|帐号)(?:是|为|：|:)\s?[0-9]{8,20}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ChineseFinancial();
}
