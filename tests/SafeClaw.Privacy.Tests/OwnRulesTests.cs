namespace SafeClaw.Privacy.Tests;

/// <summary>What an operator adds: rules, allowed values, regulations, named policies.</summary>
public sealed class OwnRulesTests
{
    [Fact]
    public void A_rule_of_ones_own_finds_its_value()
    {
        var rule = OwnRule.TryCreate("employee-number", @"\bEMP-(?<value>[0-9]{6})\b", SensitivityLevel.HighlySensitive, out _)!;
        var classified = Classify("ask EMP-123456", new ClassifierOptions { Rules = [rule] });
        var finding = Assert.Single(classified.Findings);
        Assert.Equal(("employee-number", 8, 14, SensitivityLevel.HighlySensitive), (finding.Type, finding.Start, finding.End, classified.Level));
    }

    [Theory]
    [InlineData("Bad Type", "a", SensitivityLevel.Sensitive, "lower-case")]
    [InlineData("t", "", SensitivityLevel.Sensitive, "characters")]
    [InlineData("t", "(unclosed", SensitivityLevel.Sensitive, "not usable")]
    [InlineData("t", "(?<=look)behind", SensitivityLevel.Sensitive, "not usable")]
    [InlineData("t", "a*", SensitivityLevel.Sensitive, "empty text")]
    [InlineData("t", "a{1,1000}{1,1000}", SensitivityLevel.Sensitive, "not usable")]
    [InlineData("t", "a", SensitivityLevel.Normal, "level")]
    public void A_rule_that_could_hurt_is_refused_with_its_reason(string type, string pattern, SensitivityLevel level, string reason)
    {
        Assert.Null(OwnRule.TryCreate(type, pattern, level, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_allowed_value_is_not_reported_and_its_neighbour_is() =>
        Assert.Equal("bob@example.com", Found("support@example.com and bob@example.com", new ClassifierOptions { Allowed = new HashSet<string> { "support@example.com" } }));

    [Theory]
    [InlineData("PCI-DSS", "4111 1111 1111 1111", SensitivityLevel.Critical)]
    [InlineData("HIPAA", "ada@example.com", SensitivityLevel.HighlySensitive)]
    [InlineData("GDPR", "I have been diagnosed with diabetes", SensitivityLevel.Critical)]
    [InlineData("GDPR", "4111 1111 1111 1111", SensitivityLevel.HighlySensitive)]
    public void A_regulation_raises_the_levels_of_what_it_speaks_of(string name, string text, SensitivityLevel level) =>
        Assert.Equal(level, Classify(text, new ClassifierOptions { RuleSets = [RuleSet.All.Single(set => set.Name == name)] }).Level);

    [Theory]
    [InlineData("default", "hello", Route.Local)]
    [InlineData("always-tee", "hello", Route.Tee)]
    [InlineData("cautious", "ada@example.com", Route.Tee)]
    [InlineData("cautious", "4111 1111 1111 1111", Route.Confirm)]
    [InlineData("cautious", "the prod password is hunter22", Route.Reject)]
    [InlineData("nothing-sensitive", "ada@example.com", Route.Reject)]
    public void A_named_policy_routes_as_it_says(string name, string text, Route route) =>
        Assert.Equal(route, RoutingPolicy.Named[name].Decide(Classify(text, new ClassifierOptions()), SensitivityLevel.Public).Route);

    private static string Found(string text, ClassifierOptions options) => Assert.Single(Classify(text, options).Findings) is var finding ? text[finding.Start..finding.End] : "";

    private static ClassifiedText Classify(string text, ClassifierOptions options) => new Classifier(options).Classify(UserText.TryCreate(text, out _)!);
}
