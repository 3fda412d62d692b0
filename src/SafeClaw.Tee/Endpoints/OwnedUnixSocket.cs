using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeClaw.Tee;

/// <summary>Unix sockets that only their owner may use: bound 0600 from birth, and peers known by their user id.</summary>
public static class OwnedUnixSocket
{
    private const int SolSocket = 1, SoPeerCred = 17, CredentialBytes = 12;

    /// <summary>
    /// Binds (and does not yet listen on) <paramref name="endpoint"/>. A Unix socket's file has mode 0600 from the moment it exists:
    /// Linux takes the mode of the unbound socket's inode.
    /// </summary>
    /// <exception cref="SocketException">The path exists (EADDRINUSE) or its directory does not.</exception>
    public static Socket Bind(TeeEndpoint endpoint)
    {
        var socket = endpoint.NewSocket();
        try
        {
            if (endpoint is TeeEndpoint.Unix)
            {
                using var handle = new SafeFileHandle(socket.Handle, ownsHandle: false);
                File.SetUnixFileMode(handle, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            socket.Bind(endpoint.BindAddress);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>True if the peer of a connected Unix socket runs under our effective user id (SO_PEERCRED), or is root.</summary>
    public static bool PeerIsOurs(Socket connected)
    {
        var peer = PeerUserId(connected);
        return peer == geteuid() || peer == 0;
    }

    /// <summary>The peer's user id as it was when it connected.</summary>
    public static uint PeerUserId(Socket connected)
    {
        Span<byte> credentials = stackalloc byte[CredentialBytes]; // struct ucred: pid, uid, gid
        connected.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
    }

    [DllImport("libc")]
    private static extern uint geteuid();
}
