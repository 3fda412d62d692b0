using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary><c>POST /process</c>: hands a turn to the assistant, once, and answers whole or as events.</summary>
internal sealed class ProcessRoute(IAgentHost agent, TurnLedger ledger, TurnLimits limits, TimeProvider clock) : IStreamRoute
{
    /// <summary>Longest message in bytes of UTF-8.</summary>
    public const int MaxContentBytes = 256 << 10;

    private const int MaxHistory = 100, MaxHistoryBytes = 128 << 10, MaxSessionId = 256, MaxRequestId = 128;

    public string Path => "/process";

    public string Method => "POST";

    /// <summary>The longest message, each byte of it a six-byte escape at worst, and its envelope.</summary>
    public int MaxBody => 2 << 20;

    public async Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (Begin(body, out var request, out var run) is { } refusal) return refusal;
        var reply = await FollowAsync(request!, run!, cancellationToken);
        return Answer.Of(StatusOf(reply), reply, WireJson.Default.ProcessReply);
    }

    public IAsyncEnumerable<StreamEvent>? Open(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // A refusal, too, is left to AnswerAsync: this only looks whether a stream is wanted.
        if (!RouteJson.TryRead(body, WireJson.Default.ProcessRequest, out var request, out _)) return null;
        return request.Stream && request.RequestType == RequestTypes.ProcessMessage ? EventsAsync(body, cancellationToken) : null;
    }

    private async IAsyncEnumerable<StreamEvent> EventsAsync(ReadOnlyMemory<byte> body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Begin(body, out var request, out var run) is { } refusal)
        {
            yield return StreamEvent.Refused(refusal);
            yield break;
        }

        var said = false;
        var following = FollowAsync(request!, run!, cancellationToken);
        await foreach (var chunk in run!.ChunksAsync(cancellationToken))
        {
            said = true;
            yield return new StreamEvent(StreamEvents.Chunk, JsonSerializer.SerializeToUtf8Bytes(new StreamChunk(chunk), WireJson.Default.StreamChunk));
        }

        var reply = await following;
        if (reply.Success) yield return new StreamEvent(StreamEvents.Done, JsonSerializer.SerializeToUtf8Bytes(reply, WireJson.Default.ProcessReply));
        else if (!said) yield return StreamEvent.Refused(Answer.Of(StatusOf(reply), reply, WireJson.Default.ProcessReply));
        else yield return new StreamEvent(StreamEvents.Error, JsonSerializer.SerializeToUtf8Bytes(new ErrorReply(reply.Error!, reply.Code!), WireJson.Default.ErrorReply));
    }

    private Answer? Begin(ReadOnlyMemory<byte> body, out ProcessRequest? request, out TurnRun? run)
    {
        run = null;
        if (!RouteJson.TryRead(body, WireJson.Default.ProcessRequest, out request, out var refusal)) return refusal;
        if (Problem(request) is { } problem) return problem;
        if (request.Turn is null)
        {
            run = new TurnRun();
            Start(request, run);
            return null;
        }

        var wanted = request;
        var admission = ledger.Admit(request, fresh => Start(wanted, fresh));
        if (admission is Admission.Refused no) return Answer.Of(no.Status, new ProcessReply(request.SessionId, "", false, no.Error, no.Code), WireJson.Default.ProcessReply);
        run = ((Admission.Attached)admission).Run;
        return null;
    }

    private void Start(ProcessRequest request, TurnRun run) => _ = RunAsync(request, run);

    /// <summary>Runs the turn to its one outcome, whoever is still listening.</summary>
    private async Task RunAsync(ProcessRequest request, TurnRun run)
    {
        ProcessReply outcome;
        try
        {
            outcome = await agent.RunAsync(request, run.Add, run.Cancellation.Token);
        }
        catch (OperationCanceledException)
        {
            outcome = new ProcessReply(request.SessionId, "", false, "The turn was cancelled; it may have had an effect.", "CANCELLED");
        }
        catch (Exception)
        {
            outcome = new ProcessReply(request.SessionId, "", false, "The guest failed on this turn.", "INTERNAL"); // no detail: it could quote the message
        }

        if (request.RequestType == RequestTypes.TerminateSession && outcome.Success) ledger.Forget(request.SessionId);
        run.Finish(outcome);
    }

    /// <summary>
    /// Waits for the outcome as one of its readers. A turn that nobody reads any more is cancelled: at once without a number, for it cannot be
    /// asked for again; after a while with one, for the host may come back for it on another connection.
    /// </summary>
    private async Task<ProcessReply> FollowAsync(ProcessRequest request, TurnRun run, CancellationToken cancellationToken)
    {
        run.Enter();
        try
        {
            return await run.Outcome.WaitAsync(cancellationToken);
        }
        finally
        {
            if (run.Leave() == 0 && !run.Outcome.IsCompleted) _ = AbandonAsync(run, request.Turn is null ? TimeSpan.Zero : limits.Reattach);
        }
    }

    private async Task AbandonAsync(TurnRun run, TimeSpan patience)
    {
        if (patience > TimeSpan.Zero) await Task.Delay(patience, clock);
        if (run.Readers == 0) await run.Cancellation.CancelAsync();
    }

    private static Answer? Problem(ProcessRequest request)
    {
        if (request.SessionId.Length is 0 or > MaxSessionId || !request.SessionId.All(IsIdCharacter)) return Conflict("session_id is 1 to 256 letters, digits and . _ @ + - :");
        if (request.RequestId is { } id && (id.Length > MaxRequestId || !id.All(IsIdCharacter))) return Answer.Invalid("request_id is at most 128 letters, digits and . _ @ + - :");
        if (request.RequestType is not (RequestTypes.InitSession or RequestTypes.ProcessMessage or RequestTypes.TerminateSession))
            return Answer.Invalid("request_type is init_session, process_message or terminate_session.");
        if (request.Turn is < 1) return Answer.Invalid("turn is 1 or more.");
        if (Encoding.UTF8.GetByteCount(request.Content) > MaxContentBytes) return Answer.Refuse(413, "TOO_LARGE", $"content has at most {MaxContentBytes} bytes.");
        return HistoryProblem(request.History);
    }

    private static Answer? HistoryProblem(IReadOnlyList<HistoryEntry>? history)
    {
        if (history is null) return null;
        if (history.Any(said => said is null)) return Answer.Invalid("history holds a null.");
        if (history.Count > MaxHistory || history.Sum(said => (long)Encoding.UTF8.GetByteCount(said.Content)) > MaxHistoryBytes)
            return Answer.Refuse(413, "TOO_LARGE", $"history has at most {MaxHistory} entries and {MaxHistoryBytes} bytes.");
        return history.All(said => said.Role is "user" or "assistant") ? null : Answer.Invalid("history.role is user or assistant.");
    }

    private static Answer Conflict(string error) => Answer.Refuse(400, "SESSION_CONFLICT", error);

    private static bool IsIdCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '@' or '+' or '-' or ':';

    private static int StatusOf(ProcessReply reply) => reply switch
    {
        { Success: true } => 200,
        { Code: "OVERLOADED" } => 503,
        { Code: "TOO_LARGE" } => 413,
        { Code: "INVALID_REQUEST" } => 400,
        { Code: "CANCELLED" } => 409,
        _ => 500,
    };
}
