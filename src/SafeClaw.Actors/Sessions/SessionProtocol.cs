namespace SafeClaw.Actors;

/// <summary>What a session understands and answers. Each command gets exactly one reply, after its effect.</summary>
internal static class SessionProtocol
{
    public interface ICommand
    {
        SessionId Session { get; }
    }

    /// <summary>One turn; answered by <see cref="Processed"/> or <see cref="Refused"/>.</summary>
    /// <param name="Id">The message id.</param>
    /// <param name="Deadline">Scheduler time after which nobody waits for the answer.</param>
    public sealed record Process(string Id, TurnRequest Request, DateTimeOffset Deadline) : ICommand
    {
        public SessionId Session => Request.Session;
    }

    /// <summary>The caller of that turn no longer waits.</summary>
    public sealed record Cancel(SessionId Session, string Id) : ICommand;

    /// <summary>The answer, leak-checked. <see cref="TurnReply.Elapsed"/> is set by whoever measured the whole call.</summary>
    public sealed record Processed(string Id, TurnReply Reply);

    /// <summary>The turn was not answered.</summary>
    public sealed record Refused(string Id, Failure Failure);

    /// <summary>To the manager: how many sessions are alive? Answered by an <see cref="int"/>.</summary>
    public sealed record Count
    {
        public static Count Instance { get; } = new();
    }

    /// <summary>To the manager: take no more turns, let those under way finish; answered by <see cref="Drained"/>.</summary>
    public sealed record Drain
    {
        public static Drain Instance { get; } = new();
    }

    /// <summary>No turn is under way and none will be taken.</summary>
    public sealed record Drained
    {
        public static Drained Instance { get; } = new();
    }
}
