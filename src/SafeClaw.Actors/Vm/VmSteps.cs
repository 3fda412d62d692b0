using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>An asynchronous answer inside the VM's tree; one of an older generation changes nothing.</summary>
internal interface IVmStep
{
    VmGeneration Generation { get; }
}

/// <summary>A phase of bringing the guest to Ready has been passed; the next one's deadline starts.</summary>
internal sealed record PhasePassed(VmGeneration Generation, string Phase) : IVmStep;

/// <summary>A phase took longer than its limit.</summary>
internal sealed record PhaseExpired(VmGeneration Generation, string Phase) : IVmStep;

/// <summary>A step could not be done; <see cref="Failure.Code"/> decides between backoff and quarantine.</summary>
internal sealed record StepFailed(VmGeneration Generation, Failure Failure) : IVmStep;

/// <summary>The first connection of this generation is open and its evidence verified with a fresh challenge.</summary>
internal sealed record Verified(VmGeneration Generation, GuestLink Link) : IVmStep;

/// <summary>All secrets are in the guest.</summary>
internal sealed record Injected(VmGeneration Generation) : IVmStep;

/// <summary>The guest has answered <c>GET /status</c>.</summary>
internal sealed record FirstAnswer(VmGeneration Generation, StatusReply Status) : IVmStep;

/// <summary>The wait after a failure is over.</summary>
internal sealed record BackoffOver(VmGeneration Generation) : IVmStep;

/// <summary>The phases in order; their names are those of the metrics, the options and the terminal.</summary>
public static class BootPhases
{
    public const string Spawn = "spawn", Socket = "socket", Handshake = "handshake", Verify = "verify", Inject = "inject", FirstAnswer = "first-answer";

    /// <summary>Every phase in the order in which it is passed.</summary>
    public static IReadOnlyList<string> All { get; } = [Spawn, Socket, Handshake, Verify, Inject, FirstAnswer];

    /// <summary>The phase after this one, or null after the last.</summary>
    public static string? After(string phase) => phase switch
    {
        Spawn => Socket,
        Socket => Handshake,
        Handshake => Verify,
        Verify => Inject,
        Inject => FirstAnswer,
        _ => null,
    };
}

/// <summary>How far a boot has come, measured.</summary>
/// <param name="Current">The phase being waited for.</param>
/// <param name="Since">When it began.</param>
/// <param name="Passed">Those behind it.</param>
internal sealed record PhaseClock(string Current, DateTimeOffset Since, IReadOnlyList<PhaseTiming> Passed)
{
    public static PhaseClock Start(DateTimeOffset now) => new(BootPhases.Spawn, now, []);

    /// <summary>The current phase is over.</summary>
    public PhaseTiming Timing(DateTimeOffset now, bool ok) => new(Current, now - Since, ok);

    /// <summary>Moves on; after the last phase the clock stands still there.</summary>
    public PhaseClock Pass(DateTimeOffset now) => new(BootPhases.After(Current) ?? Current, now, [.. Passed, Timing(now, ok: true)]);
}
