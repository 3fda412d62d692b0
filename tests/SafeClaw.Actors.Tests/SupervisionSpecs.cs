using Akka.Actor;

namespace SafeClaw.Actors.Tests;

/// <summary>One row per line of the supervision table.</summary>
public sealed class SupervisionSpecs
{
    [Theory]
    [InlineData("session-ada$cli$main", Directive.Restart)]
    [InlineData("channel-7", Directive.Stop)]
    [InlineData("shim-3", Directive.Stop)]
    [InlineData("health-3", Directive.Stop)]
    [InlineData("attestation", Directive.Escalate)]
    [InlineData("channels", Directive.Escalate)]
    [InlineData("vm", Directive.Escalate)]
    [InlineData("sessions", Directive.Escalate)]
    public void Each_role_has_its_directive(string actorName, Directive expected) =>
        Assert.Equal(expected, Supervision.Decide(Supervision.RoleOf(actorName)));
}
