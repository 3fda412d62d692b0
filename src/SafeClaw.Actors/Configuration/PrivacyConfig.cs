using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>What counts as sensitive, where it goes, and what happens to leaks. Section <c>SafeClaw:Privacy</c>.</summary>
public sealed record PrivacyConfig
{
    /// <summary>What the classifier looks for and leaves alone.</summary>
    public ClassifierOptions Classification { get; init; } = new();

    /// <summary>Where turns go. Default: the TEE from Sensitive on.</summary>
    public RoutingPolicy Routing { get; init; } = RoutingPolicy.Default;

    /// <summary>What happens to a sensitive turn that the TEE cannot take. Default Refuse.</summary>
    public WhenTeeIsDown WhenTeeIsDown { get; init; } = WhenTeeIsDown.Refuse;

    /// <summary>What happens to a sensitive value in a reply. Default Mask.</summary>
    public LeakAction LeakAction { get; init; } = LeakAction.Mask;

    internal static PrivacyConfig Read(ConfigSection section)
    {
        var ignored = section.Texts("Ignored", "type", "Types that are not reported, for example ip-address.", 64);
        var allowed = section.Texts("Allowed", "value", "Values that are never reported, exactly as they would be found.", ClassifierOptions.MaxAllowed);
        var ruleSets = section.Texts("RuleSets", string.Join(" or ", RuleSet.All.Select(set => set.Name)), "Regulations that apply; each raises the levels of the types it speaks of.", RuleSet.All.Count);
        foreach (var unknown in ruleSets.Where(name => RuleSet.All.All(set => set.Name != name))) section.Problem("RuleSets", $"There is no rule set {unknown}; there are {string.Join(", ", RuleSet.All.Select(set => set.Name))}.");
        return new PrivacyConfig
        {
            Classification = new ClassifierOptions
            {
                Ignored = ignored.ToHashSet(),
                Allowed = allowed.ToHashSet(),
                RuleSets = [.. RuleSet.All.Where(set => ruleSets.Contains(set.Name))],
                Rules = [.. section.Sections("Rules", ClassifierOptions.MaxRules, ReadRule).OfType<OwnRule>()],
            },
            Routing = ReadRouting(section),
            WhenTeeIsDown = section.OneOf(nameof(WhenTeeIsDown), WhenTeeIsDown.Refuse, "Refuse a sensitive turn the TEE cannot take, or process it in this host, which then sees it in the assistant too."),
            LeakAction = section.OneOf(nameof(LeakAction), LeakAction.Mask, "What happens to a sensitive value in a reply."),
        };
    }

    private static RoutingPolicy ReadRouting(ConfigSection section)
    {
        var names = string.Join(", ", RoutingPolicy.Named.Keys);
        var name = section.Text("Policy", $"one of {names}", "default", "Where turns go.");
        if (!RoutingPolicy.Named.TryGetValue(name, out var policy)) section.Problem("Policy", $"Must be one of {names}.");
        var routes = section.Sections("Routes", 64, route => (Type: route.Text("Type", "type", "", "A finding's type."), Route: route.OneOf("Route", Route.Tee, "Where a message with it goes: Tee, Confirm or Reject.", LocalIsNoException)));
        return (policy ?? RoutingPolicy.Default) with { ByType = routes.GroupBy(route => route.Type).ToDictionary(group => group.Key, group => group.Last().Route) };
    }

    /// <summary>A type cannot be sent out of the TEE; to leave it alone, ignore it.</summary>
    private static IReadOnlyDictionary<Route, string> LocalIsNoException { get; } = new Dictionary<Route, string> { [Route.Local] = "to leave a type alone, list it in SafeClaw:Privacy:Ignored." };

    private static OwnRule? ReadRule(ConfigSection section)
    {
        var type = section.Text("Type", "kebab-case name", "", "Type of the rule's findings.");
        var pattern = section.Text("Pattern", $"regular expression, at most {OwnRule.MaxPatternLength} characters", "", "What is found; the group 'value', if there is one.");
        var level = section.OneOf("Level", SensitivityLevel.Sensitive, "Level of the rule's findings.");
        var rule = OwnRule.TryCreate(type, pattern, level, out var problem);
        if (rule is null) section.Problem("Pattern", problem);
        return rule;
    }
}

/// <summary>What happens to a sensitive turn when there is no verified guest for it.</summary>
public enum WhenTeeIsDown
{
    /// <summary>It is refused, and the caller told why.</summary>
    Refuse,

    /// <summary>It is processed in the host, unless the guest was refused as hostile.</summary>
    Local,
}
