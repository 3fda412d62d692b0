using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>
/// Pairs waiting turns with idle channels of the current generation. Past <see cref="ChannelPoolOptions.MaxWaiting"/> a caller hears BUSY now
/// instead of a timeout later. A session has one turn under way at most, so first come, first served is fair between sessions.
/// </summary>
internal sealed class ChannelPool : ReceiveActor, IWithTimers
{
    private readonly ChannelPoolOptions _options;
    private readonly IActorRef _attestation;
    private readonly LinkedList<ChannelActor.Carry> _waiting = [];
    private readonly HashSet<IActorRef> _idle = [];
    private readonly Dictionary<IActorRef, ChannelActor.Carry> _inFlight = [];
    private readonly HashSet<IActorRef> _channels = [];
    private ChannelProtocol.Serve? _serving;
    private int _opening;
    private long _channelNumber;

    public ChannelPool(ChannelPoolOptions options, IActorRef attestation)
    {
        (_options, _attestation) = (options, attestation);
        Receive<ChannelProtocol.Serve>(Serve);
        Receive<ChannelProtocol.Revoke>(Revoke);
        Receive<ChannelProtocol.Send>(send => Accept(new ChannelActor.Carry(send, Sender, Attempt: 1)));
        Receive<ChannelProtocol.Cancel>(Cancel);
        Receive<ChannelActor.Idle>(_ => { _idle.Add(Sender); Match(); });
        Receive<ChannelActor.Done>(Done);
        Receive<ChannelActor.Left>(_ => Left());
        Receive<AttestationProtocol.Opened>(Opened);
        Receive<AttestationProtocol.NotOpened>(n => { if (IsCurrent(n.Generation)) { _opening--; ReopenLater(n.Generation); } });
        Receive<Terminated>(t => Gone(t.ActorRef));
        Receive<Reopen>(r => { if (IsCurrent(r.Generation)) Grow(); });
        Receive<Sweep>(_ => RefuseLate());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(ChannelPoolOptions options, IActorRef attestation) => Akka.Actor.Props.Create(() => new ChannelPool(options, attestation));

    protected override SupervisorStrategy SupervisorStrategy() => Supervision.Strategy();

    private void Serve(ChannelProtocol.Serve serve)
    {
        _serving = serve;
        Adopt(serve.First);
        Grow();
    }

    private void Revoke(ChannelProtocol.Revoke revoke)
    {
        if (!IsCurrent(revoke.Generation)) return;
        (_serving, _opening) = (null, 0);
        _idle.Clear();
        foreach (var channel in _channels) Context.Stop(channel);
        foreach (var job in _waiting) Answer(job, new GuestAnswer.Lost(Sent: job.Attempt > 1, revoke.Failure), challenged: false);
        _waiting.Clear();
        foreach (var job in _inFlight.Values) Answer(job, Unknown(revoke.Failure.Detail, revoke.Generation), challenged: false);
        _inFlight.Clear();
    }

    private void Accept(ChannelActor.Carry job)
    {
        var generation = job.Send.Generation;
        if (!IsCurrent(generation)) Answer(job, NotSent(ErrorCode.ChannelLost, "That generation of the VM is gone.", generation), false);
        else if (_waiting.Count >= _options.MaxWaiting && _idle.Count == 0) Answer(job, NotSent(ErrorCode.Busy, $"{_waiting.Count} turns already wait for a channel.", generation), false);
        else
        {
            _waiting.AddLast(job);
            Match();
        }
    }

    private void Match()
    {
        RefuseLate();
        while (_waiting.First is { } next && _idle.Count > 0)
        {
            var channel = _idle.First();
            _idle.Remove(channel);
            _waiting.RemoveFirst();
            _inFlight[channel] = next.Value;
            channel.Tell(next.Value);
        }

        Grow();
        if (_waiting.First is { } first) Timers.StartSingleTimer(Sweep.Instance, Sweep.Instance, AtLeastOneTick(first.Value.Send.Deadline - Context.System.Scheduler.Now));
    }

    private void Done(ChannelActor.Done done)
    {
        if (!_inFlight.Remove(Sender, out var job) || !ReferenceEquals(job, done.Job)) return;
        if (done.Answer is GuestAnswer.Lost { Final: false } lost && MayRepeat(job, lost))
        {
            _waiting.AddFirst(job with { Attempt = job.Attempt + 1 });
            Match();
        }
        else
        {
            Answer(job, done.Answer is GuestAnswer.Lost { Sent: true, Failure: var f } ? Unknown(f.Detail, job.Send.Generation) : done.Answer, done.Challenged);
        }
    }

    private void Left()
    {
        _idle.Remove(Sender);
        if (_inFlight.Remove(Sender, out var notBegun)) _waiting.AddFirst(notBegun);
        Context.Stop(Sender);
        Match();
    }

    /// <summary>Once, on another channel of the same generation: if nothing was sent, or if the guest recognises the turn.</summary>
    private bool MayRepeat(ChannelActor.Carry job, GuestAnswer.Lost lost) =>
        IsCurrent(job.Send.Generation) && job.Attempt == 1 && (!lost.Sent || _serving!.Dedupes);

    private void Cancel(ChannelProtocol.Cancel cancel)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Send.Request.RequestId != cancel.RequestId) continue;
            _waiting.Remove(node);
            Answer(node.Value, NotSent(ErrorCode.Cancelled, "The caller gave up before the turn was sent.", node.Value.Send.Generation), false);
            return;
        }

        foreach (var (channel, job) in _inFlight)
            if (job.Send.Request.RequestId == cancel.RequestId) channel.Tell(ChannelActor.GiveUp.Instance);
    }

    private void RefuseLate()
    {
        var now = Context.System.Scheduler.Now;
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Send.Deadline <= now)
            {
                _waiting.Remove(node);
                Answer(node.Value, node.Value.Attempt > 1
                    ? Unknown("The deadline passed before the turn could be sent again.", node.Value.Send.Generation)
                    : NotSent(ErrorCode.Timeout, "No channel became free before the deadline.", node.Value.Send.Generation), false);
            }

            node = next;
        }
    }

    private void Opened(AttestationProtocol.Opened opened)
    {
        if (!IsCurrent(opened.Generation))
        {
            opened.Link.Revoke();
            return;
        }

        _opening--;
        Adopt(opened.Link);
    }

    private void Adopt(GuestLink link) =>
        _channels.Add(Context.Watch(Context.ActorOf(ChannelActor.Props(link), $"channel-{++_channelNumber}")));

    private void Gone(IActorRef channel)
    {
        _idle.Remove(channel);
        if (!_channels.Remove(channel)) return;
        // A channel answers for its turn before it stops; one that crashed could not.
        if (_inFlight.Remove(channel, out var job)) Answer(job, Unknown("The channel failed while the guest worked.", job.Send.Generation), false);
        if (_serving is not null) ReopenLater(_serving.Generation);
    }

    /// <summary>Opens connections up to the minimum, and beyond it up to the maximum while more turns wait than channels are coming.</summary>
    private void Grow()
    {
        if (_serving is null) return;
        var wanted = Math.Min(_options.MaxSize, Math.Max(_options.MinSize, _inFlight.Count + _waiting.Count));
        for (var have = _channels.Count + _opening; have < wanted; have++)
        {
            _opening++;
            _attestation.Tell(new AttestationProtocol.Open(_serving.Generation));
        }
    }

    private void ReopenLater(VmGeneration generation) => Timers.StartSingleTimer(Reopen.Key, new Reopen(generation), _options.ReopenAfter);

    private bool IsCurrent(VmGeneration generation) => _serving?.Generation == generation;

    private static void Answer(ChannelActor.Carry job, GuestAnswer answer, bool challenged) =>
        job.From.Tell(new ChannelProtocol.Answered(job.Send.Request.RequestId ?? "", answer, challenged));

    private static GuestAnswer.Lost NotSent(ErrorCode code, string detail, VmGeneration generation) =>
        new(Sent: false, new Failure(code, detail, "channel", generation.ToString()));

    private static GuestAnswer.Lost Unknown(string detail, VmGeneration generation) =>
        new(Sent: true, new Failure(ErrorCode.OutcomeUnknown, detail, "guest", generation.ToString()));

    private static TimeSpan AtLeastOneTick(TimeSpan wait) => wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1);

    private sealed record Reopen(VmGeneration Generation)
    {
        public const string Key = "reopen";
    }

    private sealed record Sweep
    {
        public static Sweep Instance { get; } = new();
    }
}
