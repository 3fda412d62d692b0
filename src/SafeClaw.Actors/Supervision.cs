using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>
/// Who failed, what we do: the one table behind every parent's strategy. Expected failures are replies and never come here; what does come here
/// is a defect. A child that can be replaced is, and anything else takes the whole tree down, because unknown means unsafe.
/// </summary>
internal static class Supervision
{
    /// <summary>The strategy of every parent in the tree.</summary>
    public static SupervisorStrategy Strategy() => new ByRole();

    /// <summary>One row per role; held by a test per row.</summary>
    public static Directive Decide(Role failed) => failed switch
    {
        Role.Session => Directive.Restart,     // that session alone starts again and recovers
        Role.Channel => Directive.Stop,        // the pool watches: another is opened, which is attested afresh
        Role.Shim => Directive.Stop,           // the VmSupervisor watches: its PostStop kills the VM, the next generation follows after backoff
        Role.Health => Directive.Stop,         // the VmSupervisor watches: a guest nobody can probe counts as hung
        _ => Directive.Escalate,               // the guardian stops: the VM is killed, the process exits 70
    };

    /// <summary>What part an actor plays, read from its name (the tree of design §3).</summary>
    public static Role RoleOf(string actorName) => actorName switch
    {
        _ when actorName.StartsWith("session-", StringComparison.Ordinal) => Role.Session,
        _ when actorName.StartsWith("channel-", StringComparison.Ordinal) => Role.Channel,
        _ when actorName.StartsWith("shim-", StringComparison.Ordinal) => Role.Shim,
        _ when actorName.StartsWith("health-", StringComparison.Ordinal) => Role.Health,
        _ => Role.Other,
    };

    /// <summary>The parts that are supervised differently.</summary>
    public enum Role { Session, Channel, Shim, Health, Other }

    private sealed class ByRole() : OneForOneStrategy(_ => Directive.Escalate)
    {
        protected override Directive Handle(IActorRef child, Exception exception) => Decide(RoleOf(child.Path.Name));
    }
}
