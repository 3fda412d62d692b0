using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SafeClaw.Assistant;

namespace SafeClaw.Agent;

/// <summary>
/// Kestrel alone, without host, container, routing or logging: this process is on the way to a guest's first answer, and its log could
/// only tell too much.
/// </summary>
internal sealed class AgentServer : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _server;

    private AgentServer(KestrelServer server) => _server = server;

    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<AgentServer> StartAsync(AgentEndpoint endpoint, IAgent agent, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowResponseHeaderCompression = false };
        options.Limits.MaxRequestBodySize = AgentApplication.MaxBodyBytes;
        options.Limits.MaxConcurrentConnections = 1_024;
        options.Limits.MinResponseDataRate = null; // a slow reader of a stream is legal
        options.Listen(endpoint.Address, listen => listen.Protocols = HttpProtocols.Http1);

        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { CreateBoundListenSocket = _ => endpoint.Bind() }), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await server.StartAsync(new AgentApplication(agent), cancellationToken);
        return new AgentServer(server);
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(StopGrace);
        await _server.StopAsync(grace.Token);
        _server.Dispose();
    }
}
