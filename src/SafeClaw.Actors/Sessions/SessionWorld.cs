using Akka.Actor;
using SafeClaw.Assistant;
using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>What every session of this process shares.</summary>
internal sealed record SessionWorld
{
    /// <summary>Finds what is sensitive.</summary>
    public required Classifier Classifier { get; init; }

    /// <summary>Says where a turn goes.</summary>
    public required RoutingPolicy Routing { get; init; }

    /// <summary>Checks every reply, the local ones as well.</summary>
    public required LeakCheck LeakCheck { get; init; }

    /// <summary>Values no reply of any session may contain: the injected secrets.</summary>
    public required SecretTaints SecretTaints { get; init; }

    /// <summary>Answers what is not sensitive, in this process.</summary>
    public required IAgent LocalAgent { get; init; }

    /// <summary>The VM's supervisor; null where the TEE is switched off.</summary>
    public required IActorRef? Vm { get; init; }

    /// <summary>What happens to a sensitive turn that the TEE cannot take.</summary>
    public WhenTeeIsDown WhenTeeIsDown { get; init; } = WhenTeeIsDown.Refuse;

    /// <summary>Takes note of what happens.</summary>
    public IAudit Audit { get; init; } = NoAudit.Instance;

    /// <summary>Limits.</summary>
    public SessionOptions Options { get; init; } = new();
}
