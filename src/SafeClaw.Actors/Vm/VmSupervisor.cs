using Akka.Actor;
using Akka.Event;
using SafeClaw.Tee.Wire;
using Fault = SafeClaw.Actors.Failure; // FSM<,> has a nested type of that name.

namespace SafeClaw.Actors;

/// <summary>
/// Brings one confidential guest to Ready (boot, verify its evidence, inject secrets, never in another order), keeps it there, and gives it up
/// when it fails: an accident restarts it with backoff, anything attack-shaped quarantines it until an operator says <c>release</c>.
/// </summary>
internal sealed class VmSupervisor : FSM<VmState, VmData>
{
    private const string PhaseTimer = "phase", BackoffTimer = "backoff", StopTimer = "stop";

    private readonly VmOptions _options;
    private readonly VmWorld _world;
    private readonly IActorRef _attestation;
    private readonly IActorRef _channels;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private CancellationTokenSource _work = new();

    public VmSupervisor(VmOptions options, VmWorld world)
    {
        (_options, _world) = (options, world);
        _attestation = Context.ActorOf(AttestationActor.Props(world.Dialer, options.MaxDials, world.Audit), "attestation");
        _channels = Context.ActorOf(ChannelPool.Props(world.Channels, _attestation), "channels");

        StartWith(VmState.Down, new VmData.Nothing(VmGeneration.None));
        When(VmState.Down, Current(e => e.FsmEvent switch
        {
            VmProtocol.EnsureReady => Boot(e.StateData with { Waiting = [Sender] }),
            VmProtocol.Stop => Stay().Replying(VmProtocol.Stopped.Instance),
            _ => null,
        }));
        When(VmState.Booting, Current(e => (e.FsmEvent, e.StateData) switch
        {
            (ShimActor.Booted b, VmData.Spawning s) => Approach(s, b),
            (PhasePassed { Phase: BootPhases.Socket }, VmData.Spawning s) => GoTo(VmState.Verifying).Using(NextPhase(s)),
            _ => null,
        }));
        When(VmState.Verifying, Current(e => (e.FsmEvent, e.StateData) switch
        {
            (PhasePassed { Phase: BootPhases.Handshake }, VmData.Spawning s) => Stay().Using(NextPhase(s)),
            (Verified v, VmData.Spawning s) => Inject(s, v.Link),
            _ => null,
        }));
        When(VmState.Injecting, Current(e => (e.FsmEvent, e.StateData) switch
        {
            (Injected, VmData.Trusted t) => AskStatus(t),
            (FirstAnswer f, VmData.Trusted t) => Announce(t, f.Status),
            _ => null,
        }));
        When(VmState.Ready, Current(e => (e.FsmEvent, e.StateData) switch
        {
            (VmProtocol.EnsureReady, VmData.Serving s) => Stay().Replying(new VmProtocol.Ready(s.Handle)),
            (ProbeLost, var d) => Fail(d, new Fault(ErrorCode.Timeout, "Nobody can probe the guest's health any more.", "health", d.Generation.ToString())),
            _ => null,
        }));
        When(VmState.Backoff, Current(e => e.FsmEvent switch
        {
            VmProtocol.EnsureReady when e.StateData.Failures >= _options.BreakerAfter => Refuse(BreakerOpen(e.StateData)),
            BackoffOver => Resume((VmData.Resting)e.StateData),
            VmProtocol.Stop => GoTo(VmState.Down).Using(Nothing(e.StateData)).Replying(VmProtocol.Stopped.Instance),
            _ => null,
        }));
        When(VmState.Quarantined, Current(e => e.FsmEvent switch
        {
            VmProtocol.EnsureReady => Refuse(Quarantine(e.StateData.Reason!)),
            VmProtocol.Release => Release(e.StateData),
            VmProtocol.Stop => Stay().Replying(VmProtocol.Stopped.Instance),
            _ => null,
        }));
        When(VmState.Stopping, Current(e => (e.FsmEvent, e.StateData) switch
        {
            (VmProtocol.EnsureReady, _) => Refuse(new Fault(ErrorCode.BootFailed, "The VM is being stopped.", "boot")),
            (VmProtocol.Stop, var d) => Stay().Using(d with { Stopping = d.Stopping.Add(Sender) }),
            (Terminated t, VmData.Ending d) when t.ActorRef.Equals(d.Shim) => Ended(d),
            (StopExpired, VmData.Ending d) => Abandon(d),
            (IVmStep or Terminated or VmProtocol.Distrust, _) => Stay(),
            _ => null,
        }));
        WhenUnhandled(Current(e => (e.FsmEvent, e.StateData) switch
        {
            (VmProtocol.EnsureReady, var d) => Wait(d),
            (VmProtocol.GetStatus or VmProtocol.Release, var d) => Stay().Replying(Describe(d)),
            (VmProtocol.Stop, var d) => StopOrderly(d),
            (StepFailed f, var d) => Fail(d, f.Failure),
            (PhaseExpired p, var d) => Fail(d, new Fault(ErrorCode.Timeout, TooSlow(p.Phase), "boot", p.Generation.ToString())),
            (ShimActor.Exited x, var d) => Fail(d, new Fault(ErrorCode.BootFailed, $"The VM ended: {x.How}", "boot", x.Generation.ToString())),
            (VmProtocol.Distrust x, var d) when x.Generation == d.Generation => Fail(d, x.Failure),
            (Terminated t, var d) when t.ActorRef.Equals(ShimOf(d)) => Fail(d, ShimLost(d.Generation)),
            (Terminated or ProbeLost or VmProtocol.Distrust, _) => Stay(),
            _ => null,
        }));
        OnTransition((from, to) =>
        {
            if (from != to) _log.Info("VM {Generation}: {From} -> {To}", NextStateData.Generation.ToString(), from, to);
        });
        Initialize();
    }

    public static Props Props(VmOptions options, VmWorld world) => Akka.Actor.Props.Create(() => new VmSupervisor(options, world));

    protected override SupervisorStrategy SupervisorStrategy() => Supervision.Strategy();

    protected override void PostStop()
    {
        _work.Cancel();
        base.PostStop();
    }

    /// <summary>An answer from a machine already given up changes nothing, except that what it carries is let go.</summary>
    private StateFunction Current(Func<Event<VmData>, State<VmState, VmData>?> handler) => e =>
    {
        if (e.FsmEvent is not IVmStep step || step.Generation == e.StateData.Generation) return handler(e)!;
        (step as Verified)?.Link.Revoke();
        return Stay();
    };

    // The walk to Ready, in its order.

    private State<VmState, VmData> Boot(VmData data)
    {
        var generation = _world.Generations.Next();
        var launch = new GuestLaunch(generation, LaunchIdentity.NewHostData(generation, _world.PolicyDigest));
        _work = new CancellationTokenSource();
        var shim = Context.Watch(Context.ActorOf(ShimActor.Props(_world.Host, launch), $"shim-{generation.Number}"));
        var next = new VmData.Spawning(generation, launch, shim, PhaseClock.Start(Now)) { Waiting = data.Waiting, Failures = data.Failures };
        Watch(next.Clock, generation);
        return GoTo(VmState.Booting).Using(next);
    }

    /// <summary>The process runs; its attestation server is dialled until it answers or a deadline passes.</summary>
    private State<VmState, VmData> Approach(VmData.Spawning data, ShimActor.Booted booted)
    {
        _attestation.Tell(new AttestationProtocol.Begin(booted.Generation, booted.Attest, data.Launch.HostData));
        return Stay().Using(NextPhase(data));
    }

    private State<VmState, VmData> Inject(VmData.Spawning data, GuestLink link)
    {
        var passed = NextPhase(data);
        var next = new VmData.Trusted(data.Generation, data.Launch, data.Shim, passed.Clock, link) { Waiting = data.Waiting, Failures = data.Failures };
        Run(data.Generation, "inject", InjectAsync(link, _world.Secrets, _work.Token), _ => new Injected(data.Generation));
        return GoTo(VmState.Injecting).Using(next);
    }

    private static async Task<int> InjectAsync(GuestLink link, ISecretSource source, CancellationToken cancellationToken)
    {
        using var secrets = await source.ReadAsync(cancellationToken);
        await link.InjectAsync(secrets, cancellationToken);
        return secrets.Secrets.Count;
    }

    private State<VmState, VmData> AskStatus(VmData.Trusted data)
    {
        _world.Audit.Note("injected", null, data.Generation.ToString(), ("done", "all"));
        Run(data.Generation, "first-answer", data.Link.StatusAsync(_work.Token), status => new FirstAnswer(data.Generation, status));
        return Stay().Using(NextPhase(data));
    }

    private State<VmState, VmData> Announce(VmData.Trusted data, StatusReply status)
    {
        CancelTimer(PhaseTimer);
        var last = data.Clock.Timing(Now, ok: true);
        _world.Phases.Ended(last);
        var handle = new GuestHandle(data.Generation, data.Link.Evidence, _channels);
        _channels.Tell(new ChannelProtocol.Serve(data.Generation, data.Link, status.Protocol?.Dedupe ?? false));
        var health = Context.ActorOf(HealthProbe.Props(_options, data.Generation, _attestation), $"health-{data.Generation.Number}");
        Context.WatchWith(health, new ProbeLost(data.Generation));
        foreach (var waiting in data.Waiting) waiting.Tell(new VmProtocol.Ready(handle));
        return GoTo(VmState.Ready).Using(new VmData.Serving(data.Generation, data.Shim, handle) { Phases = [.. data.Clock.Passed, last] });
    }

    // Giving up.

    private State<VmState, VmData> Fail(VmData data, Fault failure)
    {
        if (ShimOf(data) is null) return Stay();
        var phases = GiveUp(data, failure);
        var attack = ErrorCodes.IsAttackShaped(failure.Code);
        _world.Audit.Note(attack ? "verdict" : "failed", null, data.Generation.ToString(), ("accepted", "false"), ("code", ErrorCodes.Name(failure.Code)), ("stage", failure.Stage));
        foreach (var waiting in data.Waiting) waiting.Tell(new VmProtocol.Refused(attack ? Quarantine(failure) : failure));
        if (attack)
        {
            _log.Error("VM {Generation} is quarantined: {Code} {Detail}", data.Generation.ToString(), ErrorCodes.Name(failure.Code), failure.Detail);
            return GoTo(VmState.Quarantined).Using(new VmData.Nothing(data.Generation) { Reason = failure, Phases = phases });
        }

        var failures = data.Failures + 1;
        var wait = Jittered(_options.BackoffAfter(failures));
        _log.Warning("VM {Generation} failed ({Code}): {Detail} Next try in {Wait}.", data.Generation.ToString(), ErrorCodes.Name(failure.Code), failure.Detail, wait);
        SetTimer(BackoffTimer, new BackoffOver(data.Generation), wait);
        return GoTo(VmState.Backoff).Using(new VmData.Resting(data.Generation, Restart: data is VmData.Serving)
        {
            Failures = failures,
            Reason = failure,
            Phases = phases,
        });
    }

    /// <summary>Revokes before it kills: not a byte may leave for a machine that is no longer trusted.</summary>
    private IReadOnlyList<PhaseTiming> GiveUp(VmData data, Fault failure)
    {
        CancelTimer(PhaseTimer);
        _work.Cancel();
        (data as VmData.Trusted)?.Link.Revoke();
        _attestation.Tell(new AttestationProtocol.Forget(data.Generation));
        _channels.Tell(new ChannelProtocol.Revoke(data.Generation, failure));
        Context.Stop(Context.Child($"health-{data.Generation.Number}"));
        if (ShimOf(data) is { } shim) Context.Stop(shim);
        if (data is not VmData.Spawning boot) return data.Phases;
        var cut = boot.Clock.Timing(Now, ok: false);
        _world.Phases.Ended(cut);
        return [.. boot.Clock.Passed, cut];
    }

    private State<VmState, VmData> Resume(VmData.Resting data) =>
        data.Waiting.IsEmpty && !data.Restart ? GoTo(VmState.Down).Using(Nothing(data)) : Boot(data);

    private State<VmState, VmData> Release(VmData data)
    {
        _log.Warning("The quarantine of VM {Generation} was released by an operator.", data.Generation.ToString());
        var down = new VmData.Nothing(data.Generation);
        return GoTo(VmState.Down).Using(down).Replying(Describe(VmState.Down, down));
    }

    // Stopping in an orderly way.

    private State<VmState, VmData> StopOrderly(VmData data)
    {
        var stopped = new Fault(ErrorCode.Cancelled, "The VM was stopped.", "boot", data.Generation.ToString());
        CancelTimer(PhaseTimer);
        _work.Cancel();
        _attestation.Tell(new AttestationProtocol.Forget(data.Generation));
        _channels.Tell(new ChannelProtocol.Revoke(data.Generation, stopped));
        Context.Stop(Context.Child($"health-{data.Generation.Number}"));
        foreach (var waiting in data.Waiting) waiting.Tell(new VmProtocol.Refused(stopped));
        var shim = ShimOf(data)!;
        shim.Tell(ShimActor.StopOrderly.Instance);
        SetTimer(StopTimer, StopExpired.Instance, _options.StopLimit);
        return GoTo(VmState.Stopping).Using(new VmData.Ending(data.Generation, shim) { Stopping = [Sender], Phases = data.Phases });
    }

    private State<VmState, VmData> Abandon(VmData.Ending data)
    {
        _log.Warning("VM {Generation} did not stop within {Limit}; it is killed.", data.Generation.ToString(), _options.StopLimit);
        Context.Stop(data.Shim);
        return Stay();
    }

    private State<VmState, VmData> Ended(VmData.Ending data)
    {
        CancelTimer(StopTimer);
        foreach (var asker in data.Stopping) asker.Tell(VmProtocol.Stopped.Instance);
        return GoTo(VmState.Down).Using(new VmData.Nothing(data.Generation) { Phases = data.Phases });
    }

    // Smaller moves.

    private State<VmState, VmData> Wait(VmData data) => data.Waiting.Count < _options.MaxWaiting
        ? Stay().Using(data with { Waiting = data.Waiting.Add(Sender) })
        : Refuse(new Fault(ErrorCode.Busy, $"{_options.MaxWaiting} callers already wait for the VM.", "boot", data.Generation.ToString()));

    private State<VmState, VmData> Refuse(Fault failure) => Stay().Replying(new VmProtocol.Refused(failure));

    private VmData.Spawning NextPhase(VmData.Spawning data)
    {
        _world.Phases.Ended(data.Clock.Timing(Now, ok: true));
        var next = data with { Clock = data.Clock.Pass(Now) };
        Watch(next.Clock, data.Generation);
        return next;
    }

    /// <summary>A named timer, not a state timeout: Akka re-arms a state timeout on every message, so eager callers would postpone it.</summary>
    private void Watch(PhaseClock clock, VmGeneration generation)
    {
        _world.Phases.Started(clock.Current);
        SetTimer(PhaseTimer, new PhaseExpired(generation, clock.Current), _options.PhaseLimits[clock.Current]);
    }

    private void Run<T>(VmGeneration generation, string stage, Task<T> work, Func<T, IVmStep> done) => work.PipeTo(Self,
        success: done,
        failure: cause => new StepFailed(generation, Fault.From(cause, stage, generation.ToString())));

    private VmProtocol.Status Describe(VmData data) => Describe(StateName, data);

    private static VmProtocol.Status Describe(VmState state, VmData data) => new(state, data.Generation,
        data is VmData.Serving { Handle.Evidence.Simulated: true }, data.Reason, data is VmData.Spawning boot ? boot.Clock.Passed : data.Phases);

    private static VmData.Nothing Nothing(VmData data) => new(data.Generation) { Failures = data.Failures, Reason = data.Reason, Phases = data.Phases };

    private static IActorRef? ShimOf(VmData data) => data switch
    {
        VmData.Spawning s => s.Shim,
        VmData.Serving s => s.Shim,
        _ => null,
    };

    private static Fault ShimLost(VmGeneration generation) => new(ErrorCode.BootFailed, "The VM's owner failed.", "boot", generation.ToString());

    private static Fault Quarantine(Fault reason) => reason with
    {
        Code = ErrorCode.VmQuarantined,
        Detail = $"Attestation failed with {ErrorCodes.Name(reason.Code)}: {reason.Detail}",
    };

    private static Fault BreakerOpen(VmData data) => new(ErrorCode.BootFailed,
        $"The VM failed {data.Failures} times in a row; the last time: {data.Reason?.Detail}", "boot", data.Generation.ToString());

    private string TooSlow(string phase) => $"The phase '{phase}' took longer than {_options.PhaseLimits[phase].TotalSeconds:0.###} s.";

    private TimeSpan Jittered(TimeSpan wait) => wait * (1 + (Random.Shared.NextDouble() * _options.BackoffJitter));

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    private sealed record ProbeLost(VmGeneration Generation) : IVmStep;

    private sealed record StopExpired
    {
        public static StopExpired Instance { get; } = new();
    }
}
