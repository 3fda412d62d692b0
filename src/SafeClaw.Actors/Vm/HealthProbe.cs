using Akka.Actor;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>
/// Asks a ready guest for its status now and then, on a connection of its own because a streamed turn holds a whole connection. After several
/// silent probes in a row the guest counts as hung.
/// </summary>
internal sealed class HealthProbe : ReceiveActor, IWithTimers
{
    private readonly VmOptions _options;
    private readonly VmGeneration _generation;
    private readonly IActorRef _attestation;
    private GuestLink? _link;
    private bool _asking;
    private int _failures;

    public HealthProbe(VmOptions options, VmGeneration generation, IActorRef attestation)
    {
        (_options, _generation, _attestation) = (options, generation, attestation);
        Receive<Tick>(_ => Probe());
        Receive<AttestationProtocol.Opened>(o => { _link = o.Link; Ask(o.Link); });
        Receive<AttestationProtocol.NotOpened>(_ => Failed());
        Receive<Healthy>(_ => (_asking, _failures) = (false, 0));
        Receive<Unhealthy>(_ => Failed());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(VmOptions options, VmGeneration generation, IActorRef attestation) =>
        Akka.Actor.Props.Create(() => new HealthProbe(options, generation, attestation));

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, _options.HealthInterval);

    protected override void PostStop() => _link?.Revoke();

    private void Probe()
    {
        if (_asking) return;
        _asking = true;
        if (_link is { Closed.IsCompleted: false }) Ask(_link);
        else _attestation.Tell(new AttestationProtocol.Open(_generation));
    }

    private void Ask(GuestLink link)
    {
        var limit = new CancellationTokenSource(_options.HealthLimit);
        StatusAsync(link, limit).PipeTo(Self, success: _ => Healthy.Instance, failure: _ => Unhealthy.Instance);
    }

    private static async Task<StatusReply> StatusAsync(GuestLink link, CancellationTokenSource limit)
    {
        using (limit) return await link.StatusAsync(limit.Token);
    }

    private void Failed()
    {
        _asking = false;
        if (++_failures < _options.HealthFailures) return;
        Context.Parent.Tell(new StepFailed(_generation,
            new Failure(ErrorCode.Timeout, $"The guest did not answer {_failures} health probes in a row.", "health", _generation.ToString())));
    }

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record Healthy
    {
        public static Healthy Instance { get; } = new();
    }

    private sealed record Unhealthy
    {
        public static Unhealthy Instance { get; } = new();
    }
}
