using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Applies a rule of the operator's own.</summary>
internal sealed class OwnRuleDetector(OwnRule rule) : Detector
{
    private readonly bool _hasValue = rule.Expression.GroupNumberFromName("value") >= 0;

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        foreach (Match match in rule.Expression.Matches(scan.Text))
        {
            Capture value = _hasValue && match.Groups["value"].Success ? match.Groups["value"] : match;
            found.Add(new SensitiveSpan(rule.Type, value.Index, value.Index + value.Length, rule.Level));
        }
    }
}
