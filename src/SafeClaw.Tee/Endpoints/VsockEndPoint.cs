using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SafeClaw.Tee;

/// <summary>
/// <c>struct sockaddr_vm</c> (linux/vm_sockets.h, 16 bytes): family u16 at 0, port u32 at 4, context id u32 at 8.
/// .NET knows no AF_VSOCK, so the socket comes from libc and the address says so in its bytes.
/// </summary>
internal sealed class VsockEndPoint(uint cid, uint port) : EndPoint
{
    private const int AfVsock = 40, SockStreamCloseOnExec = 1 | 0x80000, Size = 16;

    public override AddressFamily AddressFamily => AddressFamily.Unknown;

    /// <summary>A stream socket of the family AF_VSOCK.</summary>
    /// <exception cref="SocketException">The kernel has no vsock.</exception>
    public static Socket NewSocket()
    {
        var descriptor = socket(AfVsock, SockStreamCloseOnExec, 0);
        if (descriptor < 0) throw new SocketException(Marshal.GetLastPInvokeError());
        return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
    }

    public override SocketAddress Serialize()
    {
        // The constructor refuses unknown families with its own size rules; a Unix address is big enough, and every byte is set below.
        var address = new SocketAddress(AddressFamily.Unix, Size);
        var bytes = address.Buffer.Span[..Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, AfVsock);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], port);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], cid);
        address.Size = Size;
        return address;
    }

    public override EndPoint Create(SocketAddress socketAddress)
    {
        var bytes = socketAddress.Buffer.Span;
        return new VsockEndPoint(BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
    }

    public override string ToString() => $"vsock://{cid}:{port}";

    [DllImport("libc", SetLastError = true)]
    private static extern int socket(int domain, int type, int protocol);
}
