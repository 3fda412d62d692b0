using Akka.Actor;
using SafeClaw.Assistant;
using SafeClaw.Privacy;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>
/// One conversation. Its turns run one at a time in the order they came: classify, route, answer, leak-check. Its level only rises, and once a
/// turn went to the TEE the following ones do, as the routing policy says.
/// </summary>
internal sealed class SessionActor : ReceiveActor, IWithTimers
{
    private const string TurnDeadline = "turn";

    private readonly SessionId _id;
    private readonly SessionWorld _world;
    private readonly SessionState _state;
    private readonly Queue<(SessionProtocol.Process Turn, IActorRef From)> _waiting = [];
    private int _waitingBytes;
    private Running? _running;

    public SessionActor(SessionId id, SessionWorld world, SessionState state)
    {
        (_id, _world, _state) = (id, world, state);
        Receive<SessionProtocol.Process>(Accept);
        Receive<SessionProtocol.Cancel>(Cancel);
        Receive<LocalReply>(r => { if (r.Id == _running?.Turn.Id) Reply(r.Content, guest: null, challenged: false); });
        Receive<LocalFailure>(f => { if (f.Id == _running?.Turn.Id) Refuse(Failure.From(f.Cause, "local")); });
        Receive<VmProtocol.Ready>(r => { if (_running is { Guest: null, Text: not null } t) Send(t, r.Guest); });
        Receive<VmProtocol.Refused>(r => { if (_running is { Guest: null } t) WithoutTee(t, r.Failure); });
        Receive<ChannelProtocol.Answered>(Answered);
        Receive<Expired>(e => { if (e.Id == _running?.Turn.Id) Expire(); });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The state is part of the props, so it outlives a restart: a defect must not lower a session's level.</summary>
    public static Props Props(SessionId id, SessionWorld world)
    {
        var state = new SessionState();
        return Akka.Actor.Props.Create(() => new SessionActor(id, world, state));
    }

    /// <summary>A defect ends the turn it met and those behind it; their callers hear of it.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
        if (_running is not null) Tell(new SessionProtocol.Refused(_running.Turn.Id, new Failure(ErrorCode.Internal, $"The session failed: {reason.GetType().Name}.", "session")));
        foreach (var (turn, from) in _waiting)
        {
            from.Tell(new SessionProtocol.Refused(turn.Id, new Failure(ErrorCode.Internal, "The session failed before this turn.", "session")));
            Context.Parent.Tell(new TurnEnded(_id, turn.Id));
        }

        base.PreRestart(reason, message);
    }

    private void Accept(SessionProtocol.Process turn)
    {
        var bytes = turn.Request.Text.ByteCount;
        if (_running is not null && (_waiting.Count >= _world.Options.MaxWaiting || _waitingBytes + bytes > _world.Options.MaxWaitingBytes))
        {
            Sender.Tell(new SessionProtocol.Refused(turn.Id, new Failure(ErrorCode.Busy, $"{_waiting.Count} turns already wait in this session.", "session")));
            Context.Parent.Tell(new TurnEnded(_id, turn.Id));
            return;
        }

        _waiting.Enqueue((turn, Sender));
        _waitingBytes += bytes;
        Next();
    }

    private void Next()
    {
        while (_running is null && _waiting.TryDequeue(out var next))
        {
            _waitingBytes -= next.Turn.Request.Text.ByteCount;
            _running = new Running(next.Turn, next.From);
            var left = next.Turn.Deadline - Context.System.Scheduler.Now;
            if (left <= TimeSpan.Zero) Refuse(new Failure(ErrorCode.Timeout, "The deadline passed while earlier turns of this session ran.", "session"));
            else
            {
                Timers.StartSingleTimer(TurnDeadline, new Expired(next.Turn.Id), left);
                Route(_running);
            }
        }
    }

    private void Route(Running running)
    {
        var text = _world.Classifier.Classify(running.Turn.Request.Text, _state.Risk);
        _state.Taints.Add(text);
        var decision = _world.Routing.Decide(text, _state.Level);
        _state.RaiseTo(text.Level);
        _world.Audit.Note("classified", _id, null, ("turn", running.Turn.Id), ("level", text.Level.ToString()), ("types", string.Join(' ', text.Findings.Select(f => f.Type).Distinct())), ("session-level", _state.Level.ToString()));
        _world.Audit.Note("routed", _id, null, ("turn", running.Turn.Id), ("route", decision.Route.ToString()), ("rule", decision.Rule));
        running = _running = running with { Text = text, Route = decision.Route };
        switch (decision.Route)
        {
            case Privacy.Route.Local:
                AskLocalAgent(running);
                break;
            case Privacy.Route.Tee when _world.Vm is null:
                WithoutTee(running, new Failure(ErrorCode.TeeDisabled, "This message is sensitive and the TEE is off.", "route"));
                break;
            case Privacy.Route.Tee:
                _world.Vm.Tell(VmProtocol.EnsureReady.Instance);
                break;
            case Privacy.Route.Confirm:
                Refuse(new Failure(ErrorCode.ConfirmationRequired, decision.Explanation, "route"));
                break;
            default:
                Refuse(new Failure(ErrorCode.RejectedByPolicy, decision.Explanation, "route"));
                break;
        }
    }

    /// <summary>No verified guest will take this turn. A guest refused as hostile is no reason to lower the guard.</summary>
    private void WithoutTee(Running running, Failure failure)
    {
        if (_world.WhenTeeIsDown == WhenTeeIsDown.Refuse || failure.Code == ErrorCode.VmQuarantined) Refuse(failure);
        else AskLocalAgent(_running = running with { Route = Privacy.Route.Local });
    }

    private void AskLocalAgent(Running running)
    {
        var turn = new AgentTurn(_id.Value, running.Turn.Request.Text.Reveal());
        _world.LocalAgent.ProcessAsync(turn, running.Cancel.Token).PipeTo(Self,
            success: content => new LocalReply(running.Turn.Id, content), failure: cause => new LocalFailure(running.Turn.Id, cause));
    }

    private void Send(Running running, GuestHandle guest)
    {
        _running = running with { Guest = guest };
        var request = new ProcessRequest(_id.Value, running.Turn.Request.Text.Reveal(), RequestId: running.Turn.Id, Turn: _state.NextGuestTurn());
        guest.Channels.Tell(new ChannelProtocol.Send(guest.Generation, request, running.Turn.Deadline));
    }

    private void Answered(ChannelProtocol.Answered answered)
    {
        if (_running is not { Guest: { } guest } running || answered.RequestId != running.Turn.Id) return;
        switch (answered.Answer)
        {
            case GuestAnswer.Replied replied:
                Reply(replied.Content, guest, answered.Challenged);
                break;
            case GuestAnswer.Lost { Sent: false, Failure.Code: ErrorCode.ChannelLost or ErrorCode.BootFailed }:
                // Nothing of this turn reached any guest, so the next generation may have it; the turn's own deadline bounds this.
                _running = running with { Guest = null };
                _world.Vm.Tell(VmProtocol.EnsureReady.Instance);
                break;
            case GuestAnswer.Lost lost:
                if (ErrorCodes.IsAttackShaped(lost.Failure.Code)) _world.Vm.Tell(new VmProtocol.Distrust(guest.Generation, lost.Failure));
                Refuse(lost.Failure);
                break;
            case GuestAnswer.Declined declined:
                Refuse(declined.Failure);
                break;
        }
    }

    private void Reply(string content, GuestHandle? guest, bool challenged)
    {
        _world.SecretTaints.AddTo(_state.Taints);
        var running = _running!;
        var text = _world.LeakCheck.Check(content, _state.Taints);
        if (text.Redactions > 0 || text.Blocked) _world.Audit.Note("leak", _id, guest?.Generation.ToString(), ("turn", running.Turn.Id), ("action", text.Blocked ? "blocked" : "replaced"), ("count", $"{text.Redactions}"));
        if (text.Blocked)
        {
            Refuse(new Failure(ErrorCode.LeakBlocked, "The reply contained a sensitive value.", "leak-check", guest?.Generation.ToString()));
            return;
        }

        End(new SessionProtocol.Processed(running.Turn.Id, new TurnReply(running.Turn.Id, text, _id, _state.Level, running.Route, Tee: guest is not null,
            Simulated: guest?.Evidence.Simulated ?? false, guest?.Generation.ToString(), guest is null ? null : challenged ? "accepted" : "cached",
            text.Redactions, TurnOutcome.Completed, TimeSpan.Zero)));
    }

    private void Cancel(SessionProtocol.Cancel cancel)
    {
        if (_running?.Turn.Id == cancel.Id) GiveUp(ErrorCode.Cancelled, "The caller gave up.");
        else if (_waiting.Any(w => w.Turn.Id == cancel.Id)) DropWaiting(cancel.Id);
    }

    private void Expire() => GiveUp(ErrorCode.Timeout, "The turn took longer than its deadline.");

    /// <summary>What was sent to a guest may still run there: its outcome is unknown, and that is what the caller hears.</summary>
    private void GiveUp(ErrorCode code, string why)
    {
        var running = _running!;
        running.Cancel.Cancel();
        if (running.Guest is { } guest)
        {
            guest.Channels.Tell(new ChannelProtocol.Cancel(running.Turn.Id));
            Refuse(new Failure(ErrorCode.OutcomeUnknown, why, "guest", guest.Generation.ToString()));
        }
        else
        {
            Refuse(new Failure(code, why, "session"));
        }
    }

    private void DropWaiting(string id)
    {
        var kept = _waiting.Where(w => w.Turn.Id != id).ToList();
        foreach (var (turn, from) in _waiting.Where(w => w.Turn.Id == id))
        {
            _waitingBytes -= turn.Request.Text.ByteCount;
            from.Tell(new SessionProtocol.Refused(id, new Failure(ErrorCode.Cancelled, "The caller gave up before the turn began.", "session")));
            Context.Parent.Tell(new TurnEnded(_id, id));
        }

        _waiting.Clear();
        kept.ForEach(_waiting.Enqueue);
    }

    private void Refuse(Failure failure)
    {
        _world.Audit.Note("refused", _id, failure.Generation, ("turn", _running!.Turn.Id), ("code", ErrorCodes.Name(failure.Code)), ("stage", failure.Stage));
        End(new SessionProtocol.Refused(_running!.Turn.Id, failure));
    }

    private void End(object reply)
    {
        Timers.Cancel(TurnDeadline);
        Tell(reply);
        _running = null;
        Next();
    }

    private void Tell(object reply)
    {
        _running!.From.Tell(reply);
        Context.Parent.Tell(new TurnEnded(_id, _running.Turn.Id));
    }

    /// <summary>To the manager: that turn has its reply.</summary>
    internal sealed record TurnEnded(SessionId Session, string Id);

    /// <summary>The turn under way and how far it has come: classified once <see cref="Text"/> is set, at a guest once <see cref="Guest"/> is.</summary>
    private sealed record Running(SessionProtocol.Process Turn, IActorRef From)
    {
        public CancellationTokenSource Cancel { get; } = new();

        public ClassifiedText? Text { get; init; }

        public Route Route { get; init; }

        public GuestHandle? Guest { get; init; }
    }

    private sealed record LocalReply(string Id, string Content)
    {
        public override string ToString() => $"LocalReply({Content.Length} characters)";
    }

    private sealed record LocalFailure(string Id, Exception Cause);

    private sealed record Expired(string Id);
}
