using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>An agent that somebody else runs (<c>--agent URL</c>): we talk to it and leave its life alone.</summary>
internal sealed class ForeignAgent(AgentClient client) : IAgentHost, IAsyncDisposable
{
    public Task<ProcessReply> RunAsync(ProcessRequest request, Action<string> onChunk, CancellationToken cancellationToken) =>
        client.RunAsync(request, onChunk, cancellationToken);

    public Task RestartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        return ValueTask.CompletedTask;
    }
}
