using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>The façade over the actor tree: turns calls into messages and refusals into <see cref="SafeClawException"/>.</summary>
internal sealed class SafeClawRuntime : ISafeClaw
{
    /// <summary>Slack beyond a turn's own deadline: the session answers by then, and this bounds even a session that cannot.</summary>
    private static readonly TimeSpan AnswerSlack = TimeSpan.FromSeconds(5);

    private readonly Task<IActorRef> _guardian;
    private readonly SessionOptions _options;
    private readonly TimeProvider _clock;
    private readonly ActorSystem _system;
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _shutdown;

    /// <param name="system">The actor system.</param>
    /// <param name="guardian">The root of the tree; calls wait for it, since it starts together with the host's other services.</param>
    /// <param name="options">Limits.</param>
    /// <param name="clock">Measures turns.</param>
    public SafeClawRuntime(ActorSystem system, Task<IActorRef> guardian, SessionOptions options, TimeProvider clock)
    {
        (_system, _options, _clock) = (system, options, clock);
        _guardian = WatchAsync(guardian);
    }

    public Task Failed => _failed.Task;

    public async Task<TurnReply> ProcessAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = _clock.GetTimestamp();
        var id = MessageId(request);
        var wait = request.Deadline ?? _options.DefaultDeadline;
        if (wait <= TimeSpan.Zero || wait > TimeSpan.FromHours(1))
            throw new SafeClawException(ErrorCode.InvalidRequest, "A deadline is between 1 ms and 1 h.", "session");

        var turn = new SessionProtocol.Process(id, request, _system.Scheduler.Now + wait);
        var guardian = await _guardian.WaitAsync(cancellationToken);
        using var cancel = cancellationToken.Register(() => guardian.Tell(new SessionProtocol.Cancel(request.Session, id)));
        // A cancelled turn still has an answer, which says how far it came; so the wait for that is not cut.
        return await AskAsync(turn, wait + AnswerSlack, CancellationToken.None) switch
        {
            SessionProtocol.Processed done => done.Reply with { Elapsed = _clock.GetElapsedTime(started) },
            SessionProtocol.Refused refused => throw refused.Failure.ToException(),
            _ => throw new SafeClawException(ErrorCode.Internal, "The session gave an answer nobody knows.", "session"),
        };
    }

    public async Task<TeeStatus> GetTeeStatusAsync(CancellationToken cancellationToken)
    {
        var tee = (SafeClawGuardian.Tee)await AskAsync(SafeClawGuardian.GetTee.Instance, TimeSpan.FromSeconds(10), cancellationToken);
        var reason = tee.Status.Reason is { } why ? $"{ErrorCodes.Name(why.Code)}: {why.Detail}" : null;
        return new TeeStatus(tee.Status.State.ToString(), tee.Enabled, tee.Status.Simulated,
            tee.Status.Generation == VmGeneration.None ? null : tee.Status.Generation.ToString(), reason, tee.Status.Phases, tee.Sessions);
    }

    public async Task<TeeStatus> ReleaseAsync(CancellationToken cancellationToken)
    {
        await AskAsync(VmProtocol.Release.Instance, TimeSpan.FromSeconds(10), cancellationToken);
        return await GetTeeStatusAsync(cancellationToken);
    }

    public Task ShutdownAsync(CancellationToken cancellationToken) => (_shutdown ??= ShutdownCoreAsync()).WaitAsync(cancellationToken);

    private async Task ShutdownCoreAsync()
    {
        if (_failed.Task.IsCompleted) return;
        await (await _guardian).Ask<SafeClawGuardian.ShutDown>(SafeClawGuardian.Shutdown.Instance, _options.DrainLimit + TimeSpan.FromSeconds(20));
    }

    private async Task<object> AskAsync(object message, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        if (_shutdown is not null || _failed.Task.IsCompleted)
            throw new SafeClawException(ErrorCode.Overloaded, "This host is shutting down.", "session");
        try
        {
            return await (await _guardian.WaitAsync(cancellationToken)).Ask<object>(message, limit, cancellationToken);
        }
        catch (AskTimeoutException)
        {
            throw new SafeClawException(ErrorCode.Internal, "The runtime did not answer in time.", "session");
        }
    }

    private async Task<IActorRef> WatchAsync(Task<IActorRef> starting)
    {
        var guardian = await starting;
        _system.ActorOf(Props.Create(() => new DeathWatch(guardian, () => Ended())));
        return guardian;
    }

    /// <summary>The guardian is gone. Unless somebody asked for that, the tree gave up.</summary>
    private void Ended()
    {
        if (_shutdown is null) _failed.TrySetResult();
    }

    /// <summary>The caller's id if it is well-formed, else a fresh one.</summary>
    private static string MessageId(TurnRequest request)
    {
        if (request.Id is not { } id) return Guid.NewGuid().ToString("n");
        return id.Length is > 0 and <= 128 && id.All(c => c is > ' ' and <= '~')
            ? id : throw new SafeClawException(ErrorCode.InvalidRequest, "A message id is 1 to 128 printable ASCII characters without spaces.", "session");
    }

    private sealed class DeathWatch : ReceiveActor
    {
        public DeathWatch(IActorRef guardian, Action ended)
        {
            Context.Watch(guardian);
            Receive<Terminated>(_ =>
            {
                ended();
                Context.Stop(Self);
            });
        }
    }
}
