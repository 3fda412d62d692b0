using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Keys and tokens of known providers by their published shapes, and any random-looking value that a text calls a key or token.</summary>
internal sealed partial class ApiKeyDetector : Detector
{
    private const int MinEntropyLength = 16;

    /// <summary>Longer runs are data, not a key. (An upper bound inside the expression would multiply its automaton.)</summary>
    private const int MaxLength = 512;

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.LongestPart < MinEntropyLength) return;
        foreach (var match in Shape().EnumerateMatches(scan.Text)) Add(scan, match.Index, match.Length, found);
        if (!scan.HasEastAsian && !scan.Mentions(Trigger.Key)) return;
        foreach (Match match in Told().Matches(scan.Text))
        {
            var value = match.Groups["value"];
            if (LooksRandom(value.ValueSpan)) Add(scan, value.Index, value.Length, found);
        }
    }

    private static void Add(Scan scan, int start, int length, List<SensitiveSpan> found)
    {
        if (!scan.StartsAt(start) || length > MaxLength) return;
        var production = scan.Before(start, 80).Contains("production", StringComparison.OrdinalIgnoreCase) || scan.Before(start, 80).Contains("prod ", StringComparison.OrdinalIgnoreCase);
        found.Add(production
            ? new SensitiveSpan("production-credential", start, start + length, SensitivityLevel.Critical)
            : new SensitiveSpan("api-key", start, start + length, SensitivityLevel.HighlySensitive));
    }

    /// <summary>Letters and digits mixed, and no letter repeated so often that it is a word or a pattern.</summary>
    private static bool LooksRandom(ReadOnlySpan<char> value)
    {
        if (value.Length < MinEntropyLength || value.IndexOfAnyInRange('0', '9') < 0 || value.IndexOfAnyExceptInRange('0', '9') < 0) return false;
        Span<int> counts = stackalloc int[128];
        counts.Clear();
        foreach (var c in value) counts[c & 127]++;
        var entropy = 0.0;
        foreach (var count in counts)
            if (count > 0) entropy -= (double)count / value.Length * Math.Log2((double)count / value.Length);
        return entropy >= 3.0;
    }

    // AWS access key ids (AKIA/ASIA, IAM user guide), GitHub tokens (ghp_… since 2021, github_pat_), OpenAI and Anthropic (sk-…), Google (AIza), Slack (xox?-),
    // Stripe (sk_/rk_/pk_live|test), SendGrid (SG.), Twilio (SK/AC + 32 hex), npm_, pypi-, hf_, GitLab (glpat-), DigitalOcean (dop_v1_), Telegram bots
    // (id:35), Square, Shopify, Mailgun, Discord-like three-part tokens.
    [GeneratedRegex(@"\b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36,}|\bgithub_pat_[A-Za-z0-9_]{22,}|\bsk-(?:proj-|ant-|or-|svcacct-)?[A-Za-z0-9_-]{20,}"
        + @"|\bAIza[A-Za-z0-9_-]{35}|\bya29\.[A-Za-z0-9_-]{20,}|\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bxapp-[A-Za-z0-9-]{10,}|\b[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9]{20,}"
        + @"|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\b(?:SK|AC)[0-9a-f]{32}\b|\bnpm_[A-Za-z0-9]{36}|\bpypi-[A-Za-z0-9_-]{50,}|\bhf_[A-Za-z0-9]{30,}"
        + @"|\bgl(?:pat|rt|dt|cbt)-[A-Za-z0-9_-]{20,}|\bdo[opr]_v1_[a-f0-9]{64}|\b[0-9]{8,}:[A-Za-z0-9_-]{34,35}\b|\bdckr_pat_[A-Za-z0-9_-]{20,}|\bhooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{20,}|\b[MNO][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}|\bsq0(?:atp|csp)-[A-Za-z0-9_-]{22,}|\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"
        + @"|\bkey-[0-9a-f]{32}\b|\bgsk_[A-Za-z0-9]{40,}|\br8_[A-Za-z0-9]{37}|\bpplx-[A-Za-z0-9]{40,}|\bdapi[a-f0-9]{32}|\bAGE-SECRET-KEY-1[A-Z0-9]{58}|\bEAA[A-Za-z0-9]{60,}",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();

    [GeneratedRegex(@"(?:api[ _-]?key|api[ _-]?secret|access[ _-]?key|account[ _-]?key|private[ _-]?key|encryption[ _-]?key|secret[ _-]?key|client[ _-]?secret|auth[ _-]?token|access[ _-]?token|bearer|token|secret|密钥|令牌)(?: (?:for|of|to)(?: [\p{L}]{2,15}){1,3})?[\s'""]{0,3}(?:is|are|=|:|是|为|：)?[\s'""=:]{0,4}(?<value>[A-Za-z0-9+/][A-Za-z0-9+/_.~-]{15,}={0,2})",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Told();
}
