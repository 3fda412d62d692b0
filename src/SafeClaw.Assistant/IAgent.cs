namespace SafeClaw.Assistant;

/// <summary>An assistant with a memory per session. Sessions never see each other; turns of one session run one after the other.</summary>
public interface IAgent
{
    /// <summary>Answers one turn and remembers it.</summary>
    /// <exception cref="AgentException">The provider or a limit refused; the turn is not remembered.</exception>
    Task<string> ProcessAsync(AgentTurn turn, CancellationToken cancellationToken);

    /// <summary>As <see cref="ProcessAsync"/>, in pieces as they come. Only a stream read to its end is remembered.</summary>
    IAsyncEnumerable<string> StreamAsync(AgentTurn turn, CancellationToken cancellationToken);

    /// <summary>Starts a session anew with what was said before, oldest first; what does not fit the memory is dropped from its start.</summary>
    Task InitSessionAsync(string sessionId, IReadOnlyList<AgentExchange> history, CancellationToken cancellationToken);

    /// <summary>Forgets a session. A session that is not there counts as forgotten.</summary>
    Task TerminateSessionAsync(string sessionId, CancellationToken cancellationToken);
}

/// <summary>What a user says. <see cref="ToString"/> shows its size only.</summary>
/// <param name="SessionId">The session it belongs to, 1 to 256 characters.</param>
/// <param name="Content">The text, up to 262,144 bytes of UTF-8.</param>
public sealed record AgentTurn(string SessionId, string Content)
{
    public override string ToString() => $"AgentTurn({Content.Length} characters)";
}

/// <summary>Something said earlier. <see cref="ToString"/> shows its size only.</summary>
/// <param name="Role"><see cref="User"/> or <see cref="Assistant"/>.</param>
/// <param name="Content">What was said.</param>
public sealed record AgentExchange(string Role, string Content)
{
    public const string User = "user";
    public const string Assistant = "assistant";

    public override string ToString() => $"AgentExchange({Content.Length} characters)";
}
