using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SafeClaw.Vmm;

/// <summary>Tells a socket file that a killed process left behind from one that somebody serves.</summary>
internal static class StaleSocket
{
    private const int WorkingDirectory = -100, NoFollow = 0x100, TypeOnly = 1; // AT_FDCWD, AT_SYMLINK_NOFOLLOW, STATX_TYPE
    private const int StatxBytes = 256, ModeOffset = 28;
    private const ushort TypeMask = 0xF000, SocketKind = 0xC000; // S_IFMT, S_IFSOCK

    /// <summary>True for a socket whose connection is refused; anything else at that path is somebody's.</summary>
    public static bool IsStale(string path)
    {
        // Connecting to a regular file or a FIFO is refused as well.
        if (!IsSocket(path)) return false;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException refused)
        {
            return refused.SocketErrorCode == SocketError.ConnectionRefused;
        }
    }

    private static unsafe bool IsSocket(string path)
    {
        var status = stackalloc byte[StatxBytes];
        return statx(WorkingDirectory, path, NoFollow, TypeOnly, status) == 0 && (*(ushort*)(status + ModeOffset) & TypeMask) == SocketKind;
    }

    [DllImport("libc")]
    private static extern unsafe int statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte* status);
}
