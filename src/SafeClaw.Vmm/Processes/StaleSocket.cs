using System.Net.Sockets;

namespace SafeClaw.Vmm;

/// <summary>Tells a socket file that a killed process left behind from one that somebody serves.</summary>
internal static class StaleSocket
{
    /// <summary>True for a socket whose connection is refused; anything else at that path is somebody's.</summary>
    public static bool IsStale(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException refused)
        {
            // Connecting to a regular file is refused as well; a file of ours would be no regular one.
            return refused.SocketErrorCode == SocketError.ConnectionRefused && (File.GetAttributes(path) & FileAttributes.Normal) == 0;
        }
    }
}
