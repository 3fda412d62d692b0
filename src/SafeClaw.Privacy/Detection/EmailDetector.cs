using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>E-mail addresses (RFC 5321 §4.1.2, dot-atom form; international ones by RFC 6531).</summary>
internal sealed partial class EmailDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.Text.Contains("at)", StringComparison.OrdinalIgnoreCase) || scan.Text.Contains("at]", StringComparison.OrdinalIgnoreCase))
            foreach (var match in SpelledOut().EnumerateMatches(scan.Text))
                found.Add(new SensitiveSpan("email", match.Index, match.Index + match.Length, SensitivityLevel.Sensitive));
        if (!scan.Text.Contains('@', StringComparison.Ordinal)) return;
        foreach (var match in Address().EnumerateMatches(scan.Text))
            found.Add(new SensitiveSpan("email", match.Index, match.Index + match.Length, SensitivityLevel.Sensitive));
    }

    [GeneratedRegex(@"\b[A-Za-z0-9._+-]{1,64} ?[\[(]at[\])] ?[A-Za-z0-9-]{1,63}(?: ?[\[(](?:dot|punkt|point|punto)[\])] ?[A-Za-z0-9-]{2,24}){1,4}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SpelledOut();

    // The local part may be quoted.
    [GeneratedRegex(@"(?:""[^""\s@][^""\r\n@]{0,62}""|[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63})@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:xn--[A-Za-z0-9-]{1,59}|\p{L}{2,24})",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
