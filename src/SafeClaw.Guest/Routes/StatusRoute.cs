using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary><c>GET /status</c>.</summary>
internal sealed class StatusRoute(IEvidenceSource evidence, Func<int> sessions, TimeProvider clock) : IRoute
{
    private static readonly string Version = typeof(StatusRoute).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    private readonly long _started = clock.GetTimestamp();

    public string Path => "/status";

    public string Method => "GET";

    public int MaxBody => 0;

    public Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var uptime = (long)clock.GetElapsedTime(_started).TotalMilliseconds;
        var status = new StatusReply("ok", Tee: true, evidence.Simulated, Version, uptime, sessions(), new ProtocolFeatures(Dedupe: true, Attest: true, Stream: true));
        return Task.FromResult(Answer.Ok(status, WireJson.Default.StatusReply));
    }
}
