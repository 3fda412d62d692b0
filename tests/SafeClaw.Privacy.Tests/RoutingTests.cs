namespace SafeClaw.Privacy.Tests;

public sealed class RoutingTests
{
    private static readonly Classifier Classifier = new(new ClassifierOptions());

    [Theory]
    [InlineData("hello", SensitivityLevel.Public, Route.Local)]
    [InlineData("ada@example.com", SensitivityLevel.Public, Route.Tee)]
    [InlineData("4111 1111 1111 1111", SensitivityLevel.Normal, Route.Tee)]
    [InlineData("hello", SensitivityLevel.Sensitive, Route.Tee)]
    [InlineData("hello", SensitivityLevel.Critical, Route.Tee)]
    public void Sensitive_turns_and_sessions_go_to_the_tee(string text, SensitivityLevel session, Route route) =>
        Assert.Equal(route, RoutingPolicy.Default.Decide(Classify(text), session).Route);

    [Fact]
    public void A_policy_can_confirm_reject_and_treat_single_types()
    {
        var policy = new RoutingPolicy { ConfirmFrom = SensitivityLevel.HighlySensitive, RejectFrom = SensitivityLevel.Critical, ByType = new Dictionary<string, Route> { ["email"] = Route.Reject } };
        Assert.Equal(Route.Confirm, policy.Decide(Classify("4111 1111 1111 1111"), SensitivityLevel.Public).Route);
        Assert.Equal(Route.Reject, policy.Decide(Classify("the prod password is hunter22"), SensitivityLevel.Public).Route);
        Assert.Equal(Route.Reject, policy.Decide(Classify("ada@example.com"), SensitivityLevel.Public).Route);
    }

    [Fact]
    public void An_explanation_does_not_repeat_the_text()
    {
        var decision = RoutingPolicy.Default.Decide(Classify("4111 1111 1111 1111"), SensitivityLevel.Public);
        Assert.NotEmpty(decision.Explanation);
        Assert.DoesNotContain("4111", decision.Explanation, StringComparison.Ordinal);
    }

    private static ClassifiedText Classify(string text) => Classifier.Classify(UserText.TryCreate(text, out _)!);
}
