using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SafeClaw.Tee;

/// <summary>
/// The line exchange of a hybrid vsock (Firecracker docs/vsock.md): <c>CONNECT port\n</c> and <c>OK n\n</c>, then raw bytes.
/// <c>n</c> means different things to different hypervisors and is ignored.
/// </summary>
internal static class HybridVsockHandshake
{
    private const int MaxLine = 32;

    public static async Task ConnectAsync(Socket socket, uint port, CancellationToken cancellationToken)
    {
        // One send: Firecracker wants the whole line in its first read.
        await socket.SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"CONNECT {port}\n")), SocketFlags.None, cancellationToken);
        var line = await ReadLineAsync(socket, cancellationToken);
        if (!line.StartsWith("OK ", StringComparison.Ordinal)) throw new IOException("The hypervisor did not answer OK; nothing listens on that port in the guest.");
    }

    /// <summary>Byte by byte: the guest's first bytes may follow in the same packet and belong to the caller.</summary>
    private static async Task<string> ReadLineAsync(Socket socket, CancellationToken cancellationToken)
    {
        var line = new StringBuilder(MaxLine);
        var one = new byte[1];
        while (line.Length < MaxLine)
        {
            if (await socket.ReceiveAsync(one, SocketFlags.None, cancellationToken) == 0) throw new IOException("The hypervisor closed the connection before its OK line.");
            if (one[0] == (byte)'\n') return line.ToString();
            line.Append((char)one[0]);
        }

        throw new IOException("The hypervisor's answer has no end of line within 32 bytes.");
    }
}
