using Akka.Actor;
using Akka.Event;

namespace SafeClaw.Actors;

/// <summary>
/// The root of the tree, /user/safeclaw. Its death is the death of everything under it: the VM is killed by its owner's PostStop. It is stopped
/// on purpose by <see cref="Shutdown"/>, or by its own supervisor when a child escalates.
/// </summary>
internal sealed class SafeClawGuardian : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(5);

    private readonly IActorRef _sessions;
    private readonly IActorRef? _vm;
    private readonly IActorRef? _audit;
    private readonly IGuestHost? _host;
    private readonly TimeSpan _drainLimit;
    private readonly List<IActorRef> _stopping = [];

    public SafeClawGuardian(SafeClawWorld world)
    {
        _drainLimit = world.Sessions.Options.DrainLimit;
        _host = world.Vm?.Host;
        _audit = world.AuditFiles is { } files ? Context.ActorOf(AuditActor.Props(files), "audit") : null;
        if (_audit is not null)
        {
            var sink = new AuditActor.Sink(_audit, Context.System.Scheduler);
            world = world with { Sessions = world.Sessions with { Audit = sink }, Vm = world.Vm is null ? null : world.Vm with { Audit = sink } };
        }

        _vm = world.Vm is null ? null : Context.ActorOf(VmSupervisor.Props(world.VmOptions, world.Vm), "vm");
        _sessions = Context.ActorOf(SessionManager.Props(world.Sessions with { Vm = _vm }), "sessions");

        Receive<SessionProtocol.Process>(p => _sessions.Forward(p));
        Receive<SessionProtocol.Cancel>(c => _sessions.Forward(c));
        Receive<GetTee>(_ => Describe());
        Receive<VmProtocol.Release>(r => { if (_vm is null) Sender.Tell(TeeIsOff); else _vm.Forward(r); });
        Receive<Shutdown>(_ => Drain());
        Receive<SessionProtocol.Drained>(_ => StopVm());
        Receive<DrainExpired>(_ => StopVm());
        Receive<VmProtocol.Stopped>(_ => Settle());
        Receive<Settled>(_ => Finish());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(SafeClawWorld world) => Akka.Actor.Props.Create(() => new SafeClawGuardian(world));

    private static VmProtocol.Status TeeIsOff { get; } = new(VmState.Down, VmGeneration.None, false,
        new Failure(ErrorCode.TeeDisabled, "The TEE is switched off.", "boot"), []);

    protected override SupervisorStrategy SupervisorStrategy() => Supervision.Strategy();

    private void Describe()
    {
        var (asker, vm, sessions) = (Sender, _vm, _sessions);
        GatherAsync(vm, sessions).PipeTo(asker, failure: cause => new Status.Failure(cause));
    }

    private static async Task<Tee> GatherAsync(IActorRef? vm, IActorRef sessions)
    {
        var limit = TimeSpan.FromSeconds(5);
        var alive = await sessions.Ask<int>(SessionProtocol.Count.Instance, limit);
        return new Tee(vm is null ? TeeIsOff : await vm.Ask<VmProtocol.Status>(VmProtocol.GetStatus.Instance, limit), vm is not null, alive);
    }

    private void Drain()
    {
        _stopping.Add(Sender);
        if (_stopping.Count > 1) return;
        Timers.StartSingleTimer("drain", DrainExpired.Instance, _drainLimit);
        _sessions.Tell(SessionProtocol.Drain.Instance);
    }

    private void StopVm()
    {
        if (!Timers.IsTimerActive("drain")) return;
        Timers.Cancel("drain");
        Context.GetLogger().Info("Sessions have ended; the VM is being stopped.");
        if (_vm is null) Settle();
        else _vm.Tell(VmProtocol.Stop.Instance);
    }

    /// <summary>Machines that failed earlier may still be on their way out.</summary>
    private void Settle()
    {
        var settled = Task.WhenAll(_host?.SettledAsync() ?? Task.CompletedTask, _audit?.Ask<AuditActor.Flushed>(AuditActor.Flush.Instance, SettleLimit) ?? Task.CompletedTask);
        settled.WaitAsync(SettleLimit).PipeTo(Self, success: () => Settled.Instance, failure: _ => Settled.Instance);
    }

    private void Finish()
    {
        foreach (var asker in _stopping) asker.Tell(ShutDown.Instance);
        Context.Stop(Self);
    }

    /// <summary>End sessions, stop the VM, then stop; answered by <see cref="ShutDown"/>.</summary>
    internal sealed record Shutdown
    {
        public static Shutdown Instance { get; } = new();
    }

    /// <summary>Nothing of the tree runs any more.</summary>
    internal sealed record ShutDown
    {
        public static ShutDown Instance { get; } = new();
    }

    /// <summary>Answered by <see cref="Tee"/>.</summary>
    internal sealed record GetTee
    {
        public static GetTee Instance { get; } = new();
    }

    /// <summary>The VM's status and how many sessions live here.</summary>
    internal sealed record Tee(VmProtocol.Status Status, bool Enabled, int Sessions);

    private sealed record Settled
    {
        public static Settled Instance { get; } = new();
    }

    private sealed record DrainExpired
    {
        public static DrainExpired Instance { get; } = new();
    }
}

/// <summary>What the whole tree is built from. <see cref="Vm"/> is null where the TEE is switched off.</summary>
internal sealed record SafeClawWorld(SessionWorld Sessions, VmOptions VmOptions, VmWorld? Vm)
{
    /// <summary>The audit log; null for none.</summary>
    public AuditFiles? AuditFiles { get; init; }
}
