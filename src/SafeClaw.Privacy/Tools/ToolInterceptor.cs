namespace SafeClaw.Privacy;

/// <summary>What becomes of a tool call.</summary>
public enum ToolVerdict
{
    /// <summary>It may run.</summary>
    Allow,

    /// <summary>It must not run.</summary>
    Refuse,
}

/// <summary>A verdict and why.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Rule">The rule's stable name, for example <c>tainted-argument</c>; empty if allowed.</param>
/// <param name="Explanation">One sentence that repeats none of the arguments.</param>
public sealed record ToolDecision(ToolVerdict Verdict, string Rule, string Explanation)
{
    internal static ToolDecision Allowed { get; } = new(ToolVerdict.Allow, "", "Nothing speaks against it.");
}

/// <summary>
/// Stands between an assistant and its tools: looks at the arguments before a call and at the result after it. Thread-safe. Patterns are a net, not a wall:
/// what a tool may do at all must be limited by the tool.
/// </summary>
public sealed class ToolInterceptor
{
    /// <summary>Longest arguments that are looked at, in characters; longer ones are refused.</summary>
    public const int MaxLength = 1024 * 1024;

    private static readonly LeakCheck Leaks = new(new LeakCheckOptions { Action = LeakAction.Redact });

    private readonly IReadOnlySet<string> _mayGetTainted;

    /// <param name="mayGetTainted">Tools that may be given a person's sensitive values (a password field filler, say); default none.</param>
    public ToolInterceptor(IReadOnlySet<string>? mayGetTainted = null) => _mayGetTainted = mayGetTainted ?? new HashSet<string>();

    /// <summary>Before a call.</summary>
    /// <param name="tool">The tool's name.</param>
    /// <param name="arguments">Its arguments as text, usually JSON.</param>
    /// <param name="taints">The session's sensitive values.</param>
    public ToolDecision Inspect(string tool, string arguments, TaintRegistry taints)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        if (arguments.Length > MaxLength) return Refuse("too-long", $"The arguments have more than {MaxLength} characters.");
        if (!_mayGetTainted.Contains(tool) && Leaks.Check(arguments, taints).Redactions > 0) return Refuse("tainted-argument", $"The arguments of {tool} contain a sensitive value of this session.");
        var plain = Unescape(arguments);
        if (ToolPatterns.Dangerous(plain) is { } danger) return Refuse($"dangerous:{danger}", $"The arguments of {tool} look like a destructive command ({danger}).");
        return ToolPatterns.Exfiltrating(plain) is { } way ? Refuse($"exfiltration:{way}", $"The arguments of {tool} would send local data away ({way}).") : ToolDecision.Allowed;
    }

    /// <summary>After a call: a result that gives the assistant orders must not reach it as it is.</summary>
    public static ToolDecision InspectResult(string tool, string result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Length > MaxLength) return Refuse("too-long", $"The result has more than {MaxLength} characters.");
        return ToolPatterns.Injecting(Unescape(result)) is { } trick ? Refuse($"injection:{trick}", $"The result of {tool} gives the assistant orders ({trick}).") : ToolDecision.Allowed;
    }

    private static ToolDecision Refuse(string rule, string explanation) => new(ToolVerdict.Refuse, rule, explanation);

    /// <summary>JSON's own escapes must not hide a command.</summary>
    private static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var (decoder, signs) = (new EscapeDecoder(), new List<Sign>(text.Length));
        for (var i = 0; i < text.Length; i++) decoder.Push(new Sign(text[i], i, i + 1), signs);
        decoder.Complete(signs);
        return string.Create(signs.Count, signs, static (plain, signs) => { for (var i = 0; i < plain.Length; i++) plain[i] = signs[i].Value; });
    }
}
