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
        if (scan.Mentions(Trigger.Health)) foreach (var match in MedicalElsewhere().EnumerateMatches(scan.Text)) Add("medical", match, found);
        if (scan.Mentions(Trigger.Money)) foreach (var match in Insolvent().EnumerateMatches(scan.Text)) Add("financial", match, found);
        if (scan.HasEastAsian) foreach (var match in ChineseFinancial().EnumerateMatches(scan.Text)) Add("financial", match, found);
        if (!scan.HasDigits) return;
        if (scan.Mentions(Trigger.Money)) foreach (var match in Financial().EnumerateMatches(scan.Text)) Add("financial", match, found);
        if (scan.Mentions(Trigger.Money)) foreach (var match in FinancialElsewhere().EnumerateMatches(scan.Text)) Add("financial", match, found);
    }

    private static void Add(string type, ValueMatch match, List<SensitiveSpan> found) => found.Add(new SensitiveSpan(type, match.Index, match.Index + match.Length, SensitivityLevel.HighlySensitive));

    [GeneratedRegex(@"\b(?:(?:I|he|she|my (?:wife|husband|son|daughter|mother|father|partner|child|mom|mum|dad|brother|sister|boyfriend|girlfriend|baby|kid|grandmother|grandfather|doctor))(?:'ve| have| has| had|'m| am| was| is|'s)? ?(?:been |was |were |recently |just |now |also )*(?:diagnosed (?:me )?with|suffer(?:s|ing)? from|tested positive for|prescribed(?: me)?|being treated for|in therapy for|HIV positive|taking medication for|allergic to|pregnant)(?: [\p{L}0-9-]{2,25}){0,4}|my (?:diagnosis|medical record|blood (?:test|pressure|sugar|type)|test results?|prescription|therapist|psychiatrist|chemotherapy|medication|HIV status|miscarriage|abortion|depression|diabetes|cancer|epilepsy)(?: [\p{L}0-9/.-]{1,25}){0,4}|(?:I|he|she|my (?:wife|husband|son|daughter|mother|father|partner|child|mom|mum|dad|brother|sister|boyfriend|girlfriend|baby|kid|grandmother|grandfather)) (?:have|has|had) (?:type [12] )?(?:diabetes|cancer|HIV|AIDS|depression|epilepsy|hepatitis(?: [A-E])?|asthma|arthritis|bipolar disorder|schizophrenia|multiple sclerosis|parkinson's|an eating disorder|ADHD|PTSD|herpes|tuberculosis|leuk(?:a|)emia|a tumou?r|dementia|alzheimer's|lupus|anorexia|bulimia|a miscarriage|an abortion|a stroke|a heart attack)|(?:I|he|she) (?:takes?|am on|is on|was given) [0-9.]{1,6} ?m(?:c|)g\b(?: (?:of )?[\p{L}-]{3,20})?)\b",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Medical();

    // Person, verb, up to three words, illness; then what one is or undergoes, a dose, a value. English first, then German, French and Spanish.
    [GeneratedRegex(@"\b(?:(?:I|he|she|we|(?:the |this |my )?patient|my (?:wife|husband|son|daughter|mother|father|partner|child|mom|mum|dad|brother|sister))(?:'ve| have| has| had|'s)(?: got| been living with)?(?: [\p{L}0-9-]{1,15}){0,3} (?:cancer|diabetes|heart condition|kidney disease|liver disease|heart disease|heart failure|disease|disorder|syndrome|leuk(?:a|)emia|tumou?r|dementia|hepatitis|asthma|epilepsy|depression|anxiety|migraines|hypertension|HIV|AIDS|PTSD|ADHD|autism|sclerosis|arthritis|endometriosis|melanoma|lymphoma)"
        + @"|(?:I|he|she|my (?:wife|husband|son|daughter|mother|father|partner|child|mom|mum|dad|brother|sister))(?:'m| am| is|'s| was)(?: [\p{L}]{2,12}){0,2} (?:bipolar|autistic|diabetic|epileptic|HIV[- ]positive|anorexic|bulimic|suicidal|an alcoholic|infertile|clinically depressed|schizophrenic|undergoing (?:chemo\p{L}{0,7}|dialysis|radiation|surgery|treatment|IVF)|taking (?:[\p{L}-]{3,20} ){1,2}(?:[0-9.]{1,6} ?m?c?g|for [\p{L}]{3,20}))"
        + @"|my (?:cholesterol|HIV test|biopsy|A1C|PSA|blood type|CD4 count)(?: [\p{L}0-9/.-]{1,15}){1,4}"
        + @"|(?:ich habe|ich leide (?:an|unter)|bei mir wurden?|mein (?:mann|sohn|vater|bruder) hat|meine (?:frau|tochter|mutter|schwester) hat)(?: [\p{L}]{2,15}){0,3} (?:krebs|diabetes|depressionen|depression|HIV|epilepsie|asthma|multiple sklerose|demenz|leukämie|bluthochdruck|\p{L}{2,15}krebs)\b"
        + @"|(?:j'ai|j’ai|je souffre (?:de|d'un|d'une)|on m'a diagnostiqué)(?: [\p{L}']{1,15}){0,4} (?:cancer|diabète|dépression|VIH|épilepsie|asthme|sida|sclérose|leucémie)"
        + @"|(?:tengo|padezco|sufro(?: de)?|me han diagnosticado|me diagnosticaron)(?: [\p{L}]{1,15}){0,3} (?:cáncer|diabetes|depresión|VIH|epilepsia|asma|sida|esquizofrenia|leucemia))\b",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex MedicalElsewhere();

    [GeneratedRegex(@"\b(?:I|we)(?:'m| am| was| have|'ve|'re| are)? (?:filed for bankruptcy|declared bankruptcy|went bankrupt|bankrupt|in debt|behind on (?:my|our) (?:rent|mortgage|loan|payments))", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Insolvent();

    // A possession or debt with its amount, the words in any order English uses; then German, French, Spanish, Italian and Portuguese.
    [GeneratedRegex(@"\b(?:(?:my|our|his|her) (?:[\p{L}]{3,10} ){0,2}(?:salary|income|wage|bonus|net worth|mortgage|debt|credit score|balance|savings|pension|rent|loan)(?: last year| this year| currently| right now)?(?: is| was| are|:| of| at| comes to)(?: about| around| roughly| only| now)? ?[$€£¥₹]? ?(?:[0-9][0-9.,]{2,14}|[0-9][0-9.,]{0,4} ?(?:k|m|million|thousand|lakh|lakhs|crore)\b)"
        + @"|I have(?: about| around| only)? ?[$€£¥₹]? ?[0-9][0-9.,]{1,14}k?(?: [\p{L}]{3,7})? (?:in|of) (?:savings|debt|the bank|my account|my savings|student loans|credit card debt)"
        + @"|(?:mein (?:gehalt|lohn|einkommen|kontostand|kredit)|meine (?:miete|schulden|rente)|ich verdiene)(?: beträgt| ist| sind| liegt bei| monatlich| jährlich| etwa| netto| brutto){0,3} [0-9][0-9.,]{2,12}"
        + @"|(?:mon (?:salaire|loyer|revenu|solde)|ma (?:dette|retraite)|je gagne|je dois)(?: est| sont| de| environ| net| brut){0,3} [0-9][0-9., ]{2,12}"
        + @"|(?:mi (?:salario|sueldo|hipoteca|deuda|alquiler|saldo)|gano|cobro|debo)(?: es| son| de| unos| alrededor de){0,3} [$€]?[0-9][0-9.,]{2,12}"
        + @"|(?:il mio (?:stipendio|mutuo|saldo)|guadagno|meu (?:salário|saldo)|eu ganho|ganho)(?: è| é| di| de| circa){0,3} (?:R\$ ?|€ ?)?[0-9][0-9.,]{2,12})",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FinancialElsewhere();

    [GeneratedRegex(@"(?:我|我的(?:妻子|丈夫|儿子|女儿|母亲|父亲))(?:被|已经|最近|刚)?(?:确诊|诊断出|诊断为|患有|得了|怀孕了|感染了)[\u4E00-\u9FFF]{0,12}|我(?:有|患|得)[\u4E00-\u9FFF]{0,6}(?:病|症|癌|炎)|我的(?:病历|诊断|血压|血糖|检查结果|处方)", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ChineseMedical();

    [GeneratedRegex(@"\b(?:my (?:annual |monthly |net |gross |current |yearly )?(?:salary|income|wage|pay ?check|bonus|net worth|mortgage|debt|credit score|account balance|bank balance|balance|savings|pension|rent|tax bill|loan)(?: is| was| are|:| of| at| has)?(?: about| around| roughly| only| now)?|I (?:earn|make|owe|inherited|have saved|saved|am paid|get paid)(?: about| around| roughly)?) ?[$€£¥₹]? ?[0-9][0-9.,]{1,14}(?: ?(?:k|thousand|million|dollars|euros?|pounds|usd|eur|gbp|chf|per (?:year|month|hour)|an? (?:year|month|hour)|p\.a\.)){0,2}|\b(?:(?:bank )?account (?:number|no\.?)|routing (?:number|no\.?)|sort code|kontonummer|numéro de compte|número de cuenta)(?: is|:| ist| est| es)? ?[0-9][0-9 -]{4,20}[0-9]",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Financial();

    [GeneratedRegex(@"我的?(?:月薪|年薪|工资|薪水|存款|贷款|欠款|余额|年收入|月收入)(?:是|有|为|大约|约){0,2}(?:[0-9][0-9.,]{0,12}(?:万|元|块|千|k)?|[一二三四五六七八九十百千万两]{2,8})|(?:银行)?(?:账号|账户|帐号)(?:是|为|：|:)\s?[0-9]{8,20}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ChineseFinancial();
}
