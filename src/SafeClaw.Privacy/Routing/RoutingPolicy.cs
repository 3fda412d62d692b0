namespace SafeClaw.Privacy;

/// <summary>Where a turn is processed.</summary>
public enum Route
{
    /// <summary>By the assistant in the host's process.</summary>
    Local,

    /// <summary>By the assistant inside the attested guest.</summary>
    Tee,

    /// <summary>Nowhere before the person has confirmed it.</summary>
    Confirm,

    /// <summary>Nowhere.</summary>
    Reject,
}

/// <summary>A route and why.</summary>
/// <param name="Route">The route.</param>
/// <param name="Rule">The rule's stable name.</param>
/// <param name="Explanation">One sentence without any of the text.</param>
public sealed record RouteDecision(Route Route, string Rule, string Explanation);

/// <summary>
/// Says where a turn goes, from its level and its session's. Deterministic and sticky upward: a session that was ever sensitive stays in the TEE,
/// because its memory is there.
/// </summary>
public sealed record RoutingPolicy
{
    /// <summary>TEE from Sensitive on, nothing is confirmed or rejected.</summary>
    public static RoutingPolicy Default { get; } = new();

    /// <summary>TEE for everything, so that not even a harmless message is processed outside it.</summary>
    public static RoutingPolicy AlwaysTee { get; } = new() { TeeFrom = SensitivityLevel.Public };

    /// <summary>As the default; HighlySensitive is confirmed first and Critical refused.</summary>
    public static RoutingPolicy Cautious { get; } = new() { ConfirmFrom = SensitivityLevel.HighlySensitive, RejectFrom = SensitivityLevel.Critical };

    /// <summary>Nothing sensitive is processed at all.</summary>
    public static RoutingPolicy NothingSensitive { get; } = new() { RejectFrom = SensitivityLevel.Sensitive };

    /// <summary>The policies by the names of the configuration.</summary>
    public static IReadOnlyDictionary<string, RoutingPolicy> Named { get; } = new Dictionary<string, RoutingPolicy>(StringComparer.OrdinalIgnoreCase)
    {
        ["default"] = Default,
        ["always-tee"] = AlwaysTee,
        ["cautious"] = Cautious,
        ["nothing-sensitive"] = NothingSensitive,
    };

    /// <summary>The lowest level that goes to the TEE. Default Sensitive.</summary>
    public SensitivityLevel TeeFrom { get; init; } = SensitivityLevel.Sensitive;

    /// <summary>The lowest level that must be confirmed first; null for none.</summary>
    public SensitivityLevel? ConfirmFrom { get; init; }

    /// <summary>The lowest level that is rejected; null for none.</summary>
    public SensitivityLevel? RejectFrom { get; init; }

    /// <summary>Routes of single types, which override their level's.</summary>
    public IReadOnlyDictionary<string, Route> ByType { get; init; } = new Dictionary<string, Route>();

    /// <summary>The decision for a text in a session whose highest level so far is <paramref name="sessionLevel"/>.</summary>
    public RouteDecision Decide(ClassifiedText text, SensitivityLevel sessionLevel)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var finding in text.Findings)
            if (ByType.TryGetValue(finding.Type, out var route) && route is Route.Reject or Route.Confirm)
                return new RouteDecision(route, $"type:{finding.Type}", $"The message contains a {finding.Type}, which the policy sends to {route}.");
        if (text.Level >= RejectFrom) return new RouteDecision(Route.Reject, "reject-from", $"The policy rejects messages from level {RejectFrom} on.");
        if (text.Level >= ConfirmFrom) return new RouteDecision(Route.Confirm, "confirm-from", $"The policy asks for confirmation from level {ConfirmFrom} on.");
        if (text.Level >= TeeFrom || text.Findings.Any(f => ByType.TryGetValue(f.Type, out var route) && route == Route.Tee))
            return new RouteDecision(Route.Tee, "tee-from", $"The message's level is {text.Level}; the TEE is used from {TeeFrom} on.");
        return sessionLevel >= TeeFrom
            ? new RouteDecision(Route.Tee, "session-level", $"The session has been {sessionLevel} before; its memory is in the TEE.")
            : new RouteDecision(Route.Local, "local", "Nothing sensitive was found.");
    }
}
