namespace SafeClaw.Tee.Wire;

/// <summary>A turn of a session, or the start or end of one. <see cref="ToString"/> shows sizes only.</summary>
/// <param name="SessionId">1 to 256 characters, no control characters; the host's <c>user:channel:chat</c>.</param>
/// <param name="Content">The message, at most 256 KiB of UTF-8; empty for <c>init_session</c> and <c>terminate_session</c>.</param>
/// <param name="RequestType">One of <see cref="RequestTypes"/>.</param>
/// <param name="RequestId">Correlation id for the guest's answers, at most 128 characters; never interpreted.</param>
/// <param name="Turn">Grows by one per session, from 1. A repeat of the last turn gets its stored outcome, a lower one 409.</param>
/// <param name="Stream">True: answer with server-sent events (<see cref="StreamEvents"/>).</param>
/// <param name="History">For <c>init_session</c>: what was said before, oldest first, at most 50 turns and 64 KiB.</param>
public sealed record ProcessRequest(
    string SessionId,
    string Content = "",
    string RequestType = RequestTypes.ProcessMessage,
    string? RequestId = null,
    long? Turn = null,
    bool Stream = false,
    IReadOnlyList<HistoryEntry>? History = null)
{
    public override string ToString() => $"ProcessRequest({RequestType}, {Content.Length} characters, {History?.Count ?? 0} history entries)";
}

/// <summary>Something said earlier. <see cref="ToString"/> shows its size only.</summary>
/// <param name="Role"><c>user</c> or <c>assistant</c>.</param>
/// <param name="Content">What was said.</param>
public sealed record HistoryEntry(string Role, string Content)
{
    public override string ToString() => $"HistoryEntry({Content.Length} characters)";
}

/// <summary>Values of <see cref="ProcessRequest.RequestType"/> (A3S Box's names).</summary>
public static class RequestTypes
{
    public const string InitSession = "init_session";
    public const string ProcessMessage = "process_message";
    public const string TerminateSession = "terminate_session";
}

/// <summary>What a turn came to. <see cref="ToString"/> shows sizes only.</summary>
/// <param name="SessionId">The request's; a reply for another session is a protocol violation.</param>
/// <param name="Content">The answer; empty without success.</param>
/// <param name="Success">True if the assistant answered.</param>
/// <param name="Error">Why there is no answer, for people; absent on success.</param>
/// <param name="Code">The stable error code of <paramref name="Error"/>, as <c>OVERLOADED</c>; absent on success and from A3S Box.</param>
public sealed record ProcessReply(string SessionId, string Content, bool Success, string? Error = null, string? Code = null)
{
    public override string ToString() => $"ProcessReply({(Success ? "success" : Code ?? "failure")}, {Content.Length} characters)";
}

/// <summary>What an agent inside the guest answers; A3S Box's agents send <c>content</c> alone. <see cref="ToString"/> shows sizes only.</summary>
public sealed record AgentReply(string? SessionId = null, string? Content = null, bool? Success = null, string? Error = null, string? Code = null)
{
    public override string ToString() => $"AgentReply({Content?.Length ?? 0} characters)";
}

/// <summary>
/// A streamed turn: any number of <c>event: chunk</c> with a <see cref="StreamChunk"/>, then exactly one <c>event: done</c> with the
/// <see cref="ProcessReply"/> (its content is the whole answer) or one <c>event: error</c> with an <see cref="ErrorReply"/>.
/// Each event is <c>event: NAME\ndata: JSON\n\n</c>; a stream without <c>done</c> is not an answer.
/// </summary>
public static class StreamEvents
{
    public const string ContentType = "text/event-stream";
    public const string Chunk = "chunk";
    public const string Done = "done";
    public const string Error = "error";
}

/// <summary>A piece of a streamed answer.</summary>
/// <param name="Content">1 character or more.</param>
public sealed record StreamChunk(string Content)
{
    public override string ToString() => $"StreamChunk({Content.Length} characters)";
}

/// <summary>A refusal outside a turn's own reply.</summary>
/// <param name="Error">A sentence for people; names fields and limits, never repeats the request.</param>
/// <param name="Code">A stable error code, as <c>INVALID_REQUEST</c>.</param>
/// <param name="CorrelationId">Finds the event in the guest's log; present on <c>INTERNAL</c>.</param>
public sealed record ErrorReply(string Error, string Code, string? CorrelationId = null);
