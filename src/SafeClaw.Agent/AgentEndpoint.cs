using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace SafeClaw.Agent;

/// <summary>Where the agent listens: a Unix socket for its owner only, or loopback.</summary>
internal abstract record AgentEndpoint
{
    private const int MaxUnixPathBytes = 107; // sockaddr_un.sun_path less its terminator

    private AgentEndpoint() { }

    /// <summary>What Kestrel listens on.</summary>
    public abstract EndPoint Address { get; }

    /// <summary>Binds; a Unix socket has mode 0600 from birth, for Linux takes it from the unbound socket's inode.</summary>
    /// <exception cref="SocketException">The address is in use.</exception>
    public abstract Socket Bind();

    public static bool TryParse(string text, [NotNullWhen(true)] out AgentEndpoint? endpoint, [NotNullWhen(false)] out string? problem)
    {
        (endpoint, problem) = text switch
        {
            _ when text.StartsWith("unix:", StringComparison.Ordinal) => ParseUnix(text["unix:".Length..]),
            _ when text.StartsWith("http://", StringComparison.Ordinal) => ParseLoopback(text["http://".Length..].TrimEnd('/')),
            _ when text.StartsWith("tcp://", StringComparison.Ordinal) => ParseLoopback(text["tcp://".Length..]),
            _ => (null, "--listen is unix:/path or http://127.0.0.1:port."),
        };
        return endpoint is not null;
    }

    private static (AgentEndpoint?, string?) ParseUnix(string path) =>
        !path.StartsWith('/') ? (null, "A Unix socket needs an absolute path, as in unix:/run/agent.sock.")
        : Encoding.UTF8.GetByteCount(path) > MaxUnixPathBytes ? (null, $"A Unix socket path has at most {MaxUnixPathBytes} bytes.")
        : (new Unix(path), null);

    private static (AgentEndpoint?, string?) ParseLoopback(string authority) =>
        authority.Split(':') is ["127.0.0.1", var port] && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (new Loopback(number), null) : (null, "The agent listens on 127.0.0.1 only, as http://127.0.0.1:8080.");

    public sealed record Unix(string Path) : AgentEndpoint
    {
        public override EndPoint Address => new UnixDomainSocketEndPoint(Path);

        public override Socket Bind()
        {
            RemoveStale();
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
                File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                socket.Bind(Address);
                return socket;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        /// <summary>A killed agent leaves its socket file behind; one that nobody listens on any more is removed.</summary>
        private void RemoveStale()
        {
            if (!File.Exists(Path)) return;
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                probe.Connect(Address);
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                File.Delete(Path);
            }
        }

        public override string ToString() => $"unix:{Path}";
    }

    public sealed record Loopback(ushort Port) : AgentEndpoint
    {
        public override EndPoint Address => new IPEndPoint(IPAddress.Loopback, Port);

        public override Socket Bind()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(Address);
            return socket;
        }

        public override string ToString() => $"http://127.0.0.1:{Port}";
    }
}
