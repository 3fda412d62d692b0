using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SafeClaw.Tee;

/// <summary>
/// One dial, one TLS 1.3 session, one HTTP/1.1 connection: a handler of its own without pool growth, proxy, redirects, cookies or resumption.
/// What TLS proves (the peer holds the key of the certificate it showed) is checked by the TLS stack; whether that key may be trusted is
/// decided by the gate, before HTTP can write a byte.
/// </summary>
internal sealed class OneConnection : IDisposable
{
    private static readonly SslApplicationProtocol[] Http11 = [SslApplicationProtocol.Http11];

    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SocketsHttpHandler _handler;
    private readonly TeeEndpoint _endpoint;
    private readonly TimeSpan _handshakeLimit;
    private readonly CancellationTokenSource _handshake = new();
    private Socket? _socket;
    private int _dials;

    /// <param name="endpoint">The one address this connection may ever dial.</param>
    /// <param name="handshakeLimit">Time for dial and TLS.</param>
    /// <param name="gateLimit">Time the gate may take beyond that.</param>
    /// <param name="gate">Given the peer's certificate once TLS is up; throws to refuse it.</param>
    public OneConnection(TeeEndpoint endpoint, TimeSpan handshakeLimit, TimeSpan gateLimit, Func<X509Certificate2, CancellationToken, Task> gate)
    {
        (_endpoint, _handshakeLimit) = (endpoint, handshakeLimit);
        _handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PreAuthenticate = false,
            Credentials = null,
            MaxConnectionsPerServer = 1,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ConnectTimeout = handshakeLimit + gateLimit,
            MaxResponseDrainSize = 0,
            MaxResponseHeadersLength = 16,
            ConnectCallback = DialAsync,
            PlaintextStreamFilter = (context, cancellationToken) => GatedAsync(context, gate, cancellationToken),
            SslOptions = ClientOptions(),
        };
        Invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>Completes when the socket is closed from either side.</summary>
    public Task Closed => _closed.Task;

    /// <summary>True if the peer took longer over TLS than it may.</summary>
    public bool HandshakeTimedOut => _handshake.IsCancellationRequested;

    /// <summary>
    /// Notices a peer that goes away while nothing is under way: HTTP/1.1 has no read pending then. A zero-byte receive takes no TLS data.
    /// Call after each response.
    /// </summary>
    public void WatchIdle()
    {
        if (_socket is { } socket) _ = WatchAsync(socket);
    }

    /// <summary>Closes the socket itself: disposing only the handler would let bytes in flight go on flowing.</summary>
    public void Dispose()
    {
        _socket?.Dispose();
        Invoker.Dispose();
        _handler.Dispose();
        _handshake.Dispose();
        _closed.TrySetResult();
    }

    private async ValueTask<Stream> DialAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _dials) != 1) throw new ResendBlockedException();
        var socket = await _endpoint.ConnectAsync(cancellationToken);
        if (socket.AddressFamily == AddressFamily.Unix && !OwnedUnixSocket.PeerIsOurs(socket))
        {
            socket.Dispose();
            throw new AuthenticationException("Another user's process listens on the guest's socket.");
        }

        _socket = socket;
        _handshake.Token.Register(socket.Dispose);
        _handshake.CancelAfter(_handshakeLimit);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Runs after the handshake has returned, when possession of the key is proved, and before HTTP sees the stream.</summary>
    private async ValueTask<Stream> GatedAsync(SocketsHttpPlaintextStreamFilterContext context, Func<X509Certificate2, CancellationToken, Task> gate, CancellationToken cancellationToken)
    {
        _handshake.CancelAfter(Timeout.InfiniteTimeSpan);
        var tls = (SslStream)context.PlaintextStream;
        using var certificate = new X509Certificate2(tls.RemoteCertificate ?? throw new AuthenticationException("The guest showed no certificate."));
        await gate(certificate, cancellationToken);
        return context.PlaintextStream;
    }

    private async Task WatchAsync(Socket socket)
    {
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None);
            // Readable without bytes is the end. A response that was read in the meantime leaves nothing to read, but the socket is not readable then.
            if (socket.Poll(TimeSpan.Zero, SelectMode.SelectRead) && socket.Available == 0) _closed.TrySetResult();
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            _closed.TrySetResult();
        }
    }

    private static SslClientAuthenticationOptions ClientOptions() => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        ApplicationProtocols = [.. Http11],
        // Trust comes from evidence, not from a store: no system roots are read and nothing is downloaded.
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationFlags = X509VerificationFlags.AllFlags,
        },
        // Accepts any certificate into the handshake; nothing is published from here (facts: validation may run before possession is proved).
        RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
    };
}
