namespace SafeClaw.Privacy;

/// <summary>What a <see cref="Classifier"/> looks for beyond its own rules, and what it leaves alone.</summary>
public sealed record ClassifierOptions
{
    /// <summary>Rules of the operator's own, at most this many.</summary>
    public const int MaxRules = 64;

    /// <summary>Allowed values, at most this many.</summary>
    public const int MaxAllowed = 1000;

    /// <summary>Types it does not report, for example <c>ip-address</c>. Default none.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();

    /// <summary>Values that are never reported, exactly as they would be found: the support number, the office's address. Default none.</summary>
    public IReadOnlySet<string> Allowed { get; init; } = new HashSet<string>();

    /// <summary>Rules of the operator's own. Default none.</summary>
    public IReadOnlyList<OwnRule> Rules { get; init; } = [];

    /// <summary>Regulations that apply. Default none.</summary>
    public IReadOnlyList<RuleSet> RuleSets { get; init; } = [];
}
