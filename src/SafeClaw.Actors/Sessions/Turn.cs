using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>One message of a person, to be answered once.</summary>
/// <param name="Session">Whose turn it is; turns of a session run one at a time, in order.</param>
/// <param name="Text">The message; never printed.</param>
public sealed record TurnRequest(SessionId Session, UserText Text)
{
    /// <summary>Takes both as text.</summary>
    /// <param name="session"><c>user:channel:chat</c>.</param>
    /// <param name="text">1 byte to 256 KiB of UTF-8, valid Unicode.</param>
    /// <exception cref="SafeClawException"><see cref="ErrorCode.InvalidRequest"/> or <see cref="ErrorCode.TooLarge"/>: the message says what is wrong.</exception>
    public static TurnRequest Of(string session, string text)
    {
        if (!SessionId.TryParse(session, out var id, out var wrong)) throw new SafeClawException(ErrorCode.InvalidRequest, wrong, "session");
        return UserText.TryCreate(text, out var problem) is { } taken ? new TurnRequest(id, taken)
            : throw new SafeClawException(text?.Length > UserText.MaxBytes ? ErrorCode.TooLarge : ErrorCode.InvalidRequest, problem, "session");
    }

    /// <summary>The caller's id of this message, 1 to 128 printable ASCII characters; made here when null.</summary>
    public string? Id { get; init; }

    /// <summary>True if running the turn twice does no harm; then a lost generation may run it again.</summary>
    public bool Repeatable { get; init; }

    /// <summary>The confirmation value of an earlier <see cref="ErrorCode.ConfirmationRequired"/>.</summary>
    public string? Confirm { get; init; }

    /// <summary>How long the caller waits, 1 ms to 1 h; null means the configured default.</summary>
    public TimeSpan? Deadline { get; init; }
}

/// <summary>The answer to a turn and how it came about.</summary>
/// <param name="Id">The message id, the caller's or ours.</param>
/// <param name="Reply">The leak-checked reply.</param>
/// <param name="Session">The session that answered.</param>
/// <param name="Level">How sensitive the session is after this turn.</param>
/// <param name="Route">Where the turn was processed.</param>
/// <param name="Tee">True if an attested guest processed it.</param>
/// <param name="Simulated">True if that guest's evidence was simulated; false when local.</param>
/// <param name="Generation">The VM generation "hex32-n"; null when local.</param>
/// <param name="Verdict">"accepted" if this connection was challenged, "cached" if it showed the verified key; null when local.</param>
/// <param name="Redactions">How many places of the reply were masked.</param>
/// <param name="Outcome">Whether the turn is known to be done.</param>
/// <param name="Elapsed">From acceptance of the call to the reply.</param>
public sealed record TurnReply(string Id, CheckedText Reply, SessionId Session, SensitivityLevel Level, Route Route, bool Tee, bool Simulated,
    string? Generation, string? Verdict, int Redactions, TurnOutcome Outcome, TimeSpan Elapsed);

/// <summary>How a turn ended.</summary>
public enum TurnOutcome { Completed, Unknown, Refused }
