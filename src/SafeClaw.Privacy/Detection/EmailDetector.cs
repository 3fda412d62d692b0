using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>E-mail addresses (RFC 5321 §4.1.2, dot-atom form; international ones by RFC 6531).</summary>
internal sealed partial class EmailDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.Text.AsSpan().ContainsAny(')', ']') && (scan.Text.Contains("at)", StringComparison.OrdinalIgnoreCase) || scan.Text.Contains("at]", StringComparison.OrdinalIgnoreCase)))
            foreach (var match in SpelledOut().EnumerateMatches(scan.Text))
                found.Add(new SensitiveSpan("email", match.Index, match.Index + match.Length, SensitivityLevel.Sensitive));
        if (!scan.Text.Contains('@', StringComparison.Ordinal)) return;
        foreach (var match in Address().EnumerateMatches(scan.Text))
            if (!IsFileOrRepository(scan, match.Index, match.Length)) found.Add(new SensitiveSpan("email", match.Index, match.Index + match.Length, SensitivityLevel.Sensitive));
    }

    /// <summary>git@host:path is a place of code, icon@2x.png a picture for dense screens.</summary>
    private static bool IsFileOrRepository(Scan scan, int start, int length)
    {
        var address = scan.Text.AsSpan(start, length);
        return address.StartsWith("git@", StringComparison.Ordinal) && start + length < scan.Text.Length && scan.Text[start + length] is ':' or '/'
            || address.Contains("@2x.", StringComparison.Ordinal) || address.Contains("@3x.", StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\b[A-Za-z0-9._+-]{1,64} ?[\[(]at[\])] ?[A-Za-z0-9-]{1,63}(?: ?[\[(](?:dot|punkt|point|punto)[\])] ?[A-Za-z0-9-]{2,24}){1,4}", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SpelledOut();

    // The local part may be quoted.
    [GeneratedRegex(@"(?:""[^""\s@][^""\r\n@]{0,62}""|[\p{L}\p{N}][\p{L}\p{N}._%+'-]{0,63})@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:xn--[A-Za-z0-9-]{1,59}|\p{L}{2,24})",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
