using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using SafeClaw.Tee;

namespace SafeClaw.Guest;

/// <summary>
/// The RA-TLS listener: Kestrel alone (no host, container, routing or logging), TLS 1.3, then HTTP/1.1 behind the head guard or A3S frames,
/// told apart by the first byte.
/// </summary>
internal sealed class GuestServer : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(2);

    private readonly KestrelServer _server;

    private GuestServer(KestrelServer server) => _server = server;

    /// <exception cref="IOException">The endpoint is in use.</exception>
    public static async Task<GuestServer> StartAsync(TeeEndpoint endpoint, TlsIdentity identity, RouteTable routes, GuestLimits limits, CancellationToken cancellationToken)
    {
        var options = new KestrelServerOptions { AddServerHeader = false, AllowResponseHeaderCompression = false };
        options.Limits.MaxConcurrentConnections = limits.MaxConnections;
        options.Limits.MaxConcurrentUpgradedConnections = 0;
        options.Limits.MaxRequestLineSize = 1_024;
        options.Limits.MaxRequestHeaderCount = 32;
        options.Limits.MaxRequestHeadersTotalSize = 8_192;
        options.Limits.MaxRequestBodySize = null; // each route has its own; see BodyReader
        options.Limits.RequestHeadersTimeout = limits.HeadTimeout;
        options.Limits.KeepAliveTimeout = limits.IdleTimeout;
        options.Limits.MinRequestBodyDataRate = null; // the body has an absolute deadline of our own
        options.Limits.MinResponseDataRate = null; // a slow reader of a stream is legal

        options.Listen(endpoint.BindAddress, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(OnlyOurPeers);
            listen.Use(http => connection => TlsConnection.ServeAsync(
                connection, identity.Server, limits.HandshakeTimeout, plain => ServeAsync(plain, http, routes, limits)));
        });

        var transport = new SocketTransportFactory(
            Options.Create(new SocketTransportOptions { CreateBoundListenSocket = _ => OwnedUnixSocket.Bind(endpoint) }), NullLoggerFactory.Instance);
        var server = new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
        await server.StartAsync(new GuestApplication(routes, limits), cancellationToken);
        return new GuestServer(server);
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(StopGrace);
        await _server.StopAsync(grace.Token);
        _server.Dispose();
    }

    /// <summary>Another user's process is turned away before it costs a handshake.</summary>
    private static ConnectionDelegate OnlyOurPeers(ConnectionDelegate next) => connection =>
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is { AddressFamily: System.Net.Sockets.AddressFamily.Unix } && !OwnedUnixSocket.PeerIsOurs(socket))
        {
            connection.Abort();
            return Task.CompletedTask;
        }

        return next(connection);
    };

    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate http, RouteTable routes, GuestLimits limits)
    {
        if (await FirstByteAsync(connection, limits.IdleTimeout) is not { } first) return;
        if (first <= FrameConnection.LastTypeByte)
        {
            await FrameConnection.ServeAsync(connection, routes, limits);
        }
        else
        {
            connection.Transport = new Duplex(new GuardedInput(connection.Transport.Input), connection.Transport.Output);
            await http(connection);
        }
    }

    /// <summary>Looks at the first byte without taking it. A connection may stay idle before it, as between requests.</summary>
    private static async Task<byte?> FirstByteAsync(ConnectionContext connection, TimeSpan limit)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        deadline.CancelAfter(limit);
        try
        {
            var input = connection.Transport.Input;
            var result = await input.ReadAsync(deadline.Token);
            byte? first = result.Buffer.IsEmpty ? null : result.Buffer.FirstSpan[0];
            input.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
            return first;
        }
        catch (OperationCanceledException)
        {
            connection.Abort();
            return null;
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
