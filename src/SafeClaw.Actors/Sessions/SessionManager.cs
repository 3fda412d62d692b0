using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>One child per live session. Draining, it takes no new turn and says so when the last one under way has ended.</summary>
internal sealed class SessionManager : ReceiveActor
{
    private readonly SessionWorld _world;
    private readonly HashSet<(SessionId Session, string Id)> _underWay = [];
    private readonly HashSet<string> _alive = [];
    private IActorRef? _drainer;

    public SessionManager(SessionWorld world)
    {
        _world = world;
        Receive<SessionProtocol.Process>(Process);
        Receive<SessionProtocol.Cancel>(c => Context.Child(c.Session.ActorName).Tell(c));
        Receive<SessionProtocol.Count>(_ => Sender.Tell(_alive.Count));
        Receive<SessionProtocol.Drain>(_ => { _drainer = Sender; TellIfDrained(); });
        Receive<SessionActor.TurnEnded>(e => { _underWay.Remove((e.Session, e.Id)); TellIfDrained(); });
        Receive<Terminated>(t => _alive.Remove(t.ActorRef.Path.Name));
    }

    public static Props Props(SessionWorld world) => Akka.Actor.Props.Create(() => new SessionManager(world));

    protected override SupervisorStrategy SupervisorStrategy() => Supervision.Strategy();

    private void Process(SessionProtocol.Process command)
    {
        if (_drainer is not null) Refuse(command, ErrorCode.Overloaded, "This host is shutting down.");
        else if (!_alive.Contains(command.Session.ActorName) && _alive.Count >= _world.Options.MaxSessions)
            Refuse(command, ErrorCode.Overloaded, $"{_alive.Count} sessions are alive; the limit is {_world.Options.MaxSessions}.");
        else if (!_underWay.Add((command.Session, command.Id)))
            Refuse(command, ErrorCode.SessionConflict, "A message with this id is under way in this session.");
        else
            Child(command.Session).Forward(command);
    }

    private IActorRef Child(SessionId session)
    {
        var name = session.ActorName;
        if (!_alive.Add(name)) return Context.Child(name);
        return Context.Watch(Context.ActorOf(SessionActor.Props(session, _world), name));
    }

    private void Refuse(SessionProtocol.Process command, ErrorCode code, string detail) =>
        Sender.Tell(new SessionProtocol.Refused(command.Id, new Failure(code, detail, "session")));

    private void TellIfDrained()
    {
        if (_underWay.Count == 0) _drainer?.Tell(SessionProtocol.Drained.Instance);
    }
}
