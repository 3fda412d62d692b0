using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>
/// Owns one attested connection from birth to its end and carries one turn at a time over it. It is replaced, never reconnected: the trust in it
/// dies with it.
/// </summary>
internal sealed class ChannelActor : ReceiveActor, IWithTimers
{
    private const string Deadline = "deadline";

    private readonly GuestLink _link;
    private Carry? _carried;

    public ChannelActor(GuestLink link)
    {
        _link = link;
        Receive<Carry>(Start);
        Receive<Ended>(e => { if (ReferenceEquals(e.Job, _carried)) Finish(e.Answer); });
        Receive<Expired>(_ => Abandon("The guest did not answer before the deadline."));
        Receive<GiveUp>(_ => Abandon("The caller gave up while the guest worked."));
        Receive<ConnectionClosed>(_ => { if (_carried is null) Leave(); });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(GuestLink link) => Akka.Actor.Props.Create(() => new ChannelActor(link));

    protected override void PreStart()
    {
        _link.Closed.PipeTo(Self, success: () => ConnectionClosed.Instance, failure: _ => ConnectionClosed.Instance);
        Context.Parent.Tell(Idle.Instance);
    }

    protected override void PostStop() => _link.Revoke();

    private void Start(Carry job)
    {
        _carried = job;
        var wait = job.Send.Deadline - Context.System.Scheduler.Now;
        Timers.StartSingleTimer(Deadline, Expired.Instance, wait > TimeSpan.Zero ? wait : TimeSpan.FromMilliseconds(1));
        _link.ProcessAsync(job.Send.Request, CancellationToken.None).PipeTo(Self,
            success: answer => new Ended(job, answer),
            failure: cause => new Ended(job, new GuestAnswer.Lost(Sent: true, Failure.From(cause, "channel", job.Send.Generation.ToString()))));
    }

    private void Finish(GuestAnswer answer)
    {
        Timers.Cancel(Deadline);
        Context.Parent.Tell(new Done(_carried!, answer, _link.Challenged));
        _carried = null;
        if (answer is GuestAnswer.Lost) Context.Stop(Self);
        else if (_link.Closed.IsCompleted) Leave();
        else Context.Parent.Tell(Idle.Instance);
    }

    /// <summary>The connection went away between turns. A turn may be on its way here already: the pool, which stops this actor, gives it to another.</summary>
    private void Leave()
    {
        Become(() => { });
        Context.Parent.Tell(Left.Instance);
    }

    /// <summary>On HTTP/1.1 a request is cancelled by closing its connection; a stopped guest may still run it, so its outcome is unknown.</summary>
    private void Abandon(string why)
    {
        if (_carried is not { } job) return;
        _link.Revoke();
        Finish(new GuestAnswer.Lost(Sent: true, new Failure(ErrorCode.OutcomeUnknown, why, "guest", job.Send.Generation.ToString())) { Final = true });
    }

    /// <summary>From the pool: one turn.</summary>
    internal sealed record Carry(ChannelProtocol.Send Send, IActorRef From, int Attempt);

    /// <summary>From the pool: nobody waits for the turn under way any more.</summary>
    internal sealed record GiveUp
    {
        public static GiveUp Instance { get; } = new();
    }

    /// <summary>To the pool: ready for a turn.</summary>
    internal sealed record Idle
    {
        public static Idle Instance { get; } = new();
    }

    /// <summary>To the pool: the connection went away while no turn was under way; nothing told to this channel since was begun.</summary>
    internal sealed record Left
    {
        public static Left Instance { get; } = new();
    }

    /// <summary>To the pool: that turn is over.</summary>
    internal sealed record Done(Carry Job, GuestAnswer Answer, bool Challenged);

    private sealed record Ended(Carry Job, GuestAnswer Answer);

    private sealed record Expired
    {
        public static Expired Instance { get; } = new();
    }

    private sealed record ConnectionClosed
    {
        public static ConnectionClosed Instance { get; } = new();
    }
}
