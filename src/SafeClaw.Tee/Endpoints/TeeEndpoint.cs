using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace SafeClaw.Tee;

/// <summary>
/// Where a guest's server listens, as a URI: <c>unix:/path</c>, <c>vsock://cid:port</c>, <c>hvsock:/path:port</c> (the Unix socket of
/// Firecracker and Cloud Hypervisor, one <c>CONNECT</c> line first) or <c>tcp://127.0.0.1:port</c> (debugging only).
/// </summary>
public abstract record TeeEndpoint
{
    /// <summary>Longest Unix socket path in bytes: <c>sockaddr_un.sun_path</c> less its terminator.</summary>
    public const int MaxUnixPathBytes = 107;

    private TeeEndpoint() { }

    /// <summary>Reads an endpoint URI; says what is wrong with anything else.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TeeEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        (endpoint, problem) = text switch
        {
            null or "" => (null, "An endpoint is empty; write unix:/path, vsock://cid:port, hvsock:/path:port or tcp://127.0.0.1:port."),
            _ when text.StartsWith("unix:", StringComparison.Ordinal) => ParseUnix(text["unix:".Length..]),
            _ when text.StartsWith("vsock://", StringComparison.Ordinal) => ParseVsock(text["vsock://".Length..]),
            _ when text.StartsWith("hvsock:", StringComparison.Ordinal) => ParseHybrid(text["hvsock:".Length..]),
            _ when text.StartsWith("tcp://", StringComparison.Ordinal) => ParseTcp(text["tcp://".Length..]),
            _ => (null, "An endpoint starts with unix:, vsock://, hvsock: or tcp://."),
        };
        return endpoint is not null;
    }

    /// <summary>As <see cref="TryParse"/>.</summary>
    /// <exception cref="FormatException">The text is no endpoint; the message says why.</exception>
    public static TeeEndpoint Parse(string text) => TryParse(text, out var endpoint, out var problem) ? endpoint : throw new FormatException(problem);

    /// <summary>Connects one stream socket; a hybrid vsock also exchanges its CONNECT line.</summary>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="IOException">A hybrid vsock closed the connection instead of answering OK.</exception>
    public abstract Task<Socket> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>The socket address to bind for a server; a hybrid vsock is the hypervisor's and cannot be bound.</summary>
    public abstract EndPoint BindAddress { get; }

    /// <summary>A socket of the right family for <see cref="BindAddress"/>.</summary>
    public abstract Socket NewSocket();

    private static (TeeEndpoint?, string?) ParseUnix(string path) => UnixProblem(path) is { } problem ? (null, problem) : (new Unix(path), null);

    private static string? UnixProblem(string path)
    {
        if (!path.StartsWith('/')) return "A Unix socket needs an absolute path, as in unix:/run/guest/attest.sock.";
        if (path.Contains('\0', StringComparison.Ordinal)) return "A Unix socket path contains a NUL character.";
        var bytes = System.Text.Encoding.UTF8.GetByteCount(path);
        return bytes > MaxUnixPathBytes ? $"A Unix socket path has at most {MaxUnixPathBytes} bytes; this one has {bytes}." : null;
    }

    private static (TeeEndpoint?, string?) ParseVsock(string rest)
    {
        var parts = rest.Split(':');
        return parts.Length == 2 && Number(parts[0], out var cid) && Number(parts[1], out var port)
            ? (new Vsock(cid, port), null) : (null, "A vsock endpoint is vsock://cid:port with two unsigned 32-bit numbers.");
    }

    private static (TeeEndpoint?, string?) ParseHybrid(string rest)
    {
        var colon = rest.LastIndexOf(':');
        if (colon < 0 || !Number(rest[(colon + 1)..], out var port)) return (null, "A hybrid vsock endpoint is hvsock:/path:port.");
        return UnixProblem(rest[..colon]) is { } problem ? (null, problem) : (new HybridVsock(rest[..colon], port), null);
    }

    private static (TeeEndpoint?, string?) ParseTcp(string rest)
    {
        var parts = rest.Split(':');
        return parts is ["127.0.0.1", var text] && ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? (new Tcp(port), null) : (null, "A TCP endpoint is tcp://127.0.0.1:port; other addresses are not accepted.");
    }

    private static bool Number(string text, out uint value) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    /// <summary>A Unix stream socket.</summary>
    public sealed record Unix(string Path) : TeeEndpoint
    {
        public override EndPoint BindAddress => new UnixDomainSocketEndPoint(Path);

        public override Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public override Task<Socket> ConnectAsync(CancellationToken cancellationToken) => Dial(NewSocket(), BindAddress, cancellationToken);

        public override string ToString() => $"unix:{Path}";
    }

    /// <summary>AF_VSOCK: a context id (2 is the host, 3 and up are guests) and a port.</summary>
    public sealed record Vsock(uint Cid, uint Port) : TeeEndpoint
    {
        public override EndPoint BindAddress => new VsockEndPoint(Cid, Port);

        public override Socket NewSocket() => VsockEndPoint.NewSocket();

        public override Task<Socket> ConnectAsync(CancellationToken cancellationToken) => Dial(NewSocket(), BindAddress, cancellationToken);

        public override string ToString() => $"vsock://{Cid}:{Port}";
    }

    /// <summary>A hypervisor's Unix socket in front of the guest's vsock port.</summary>
    public sealed record HybridVsock(string Path, uint Port) : TeeEndpoint
    {
        public override EndPoint BindAddress => throw new NotSupportedException("The hypervisor listens on a hybrid vsock; bind vsock:// inside the guest.");

        public override Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public override async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
        {
            var socket = await Dial(NewSocket(), new UnixDomainSocketEndPoint(Path), cancellationToken);
            try
            {
                await HybridVsockHandshake.ConnectAsync(socket, Port, cancellationToken);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        public override string ToString() => $"hvsock:{Path}:{Port}";
    }

    /// <summary>Loopback TCP, for debugging; refused in Production.</summary>
    public sealed record Tcp(ushort Port) : TeeEndpoint
    {
        public override EndPoint BindAddress => new IPEndPoint(IPAddress.Loopback, Port);

        public override Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

        public override Task<Socket> ConnectAsync(CancellationToken cancellationToken) => Dial(NewSocket(), BindAddress, cancellationToken);

        public override string ToString() => $"tcp://127.0.0.1:{Port}";
    }

    private static async Task<Socket> Dial(Socket socket, EndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
