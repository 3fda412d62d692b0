using System.Buffers;
using System.Buffers.Binary;

namespace SafeClaw.Tee.Frames;

/// <summary>Frame types of A3S Box (facts: type u8, length u32 big-endian, payload).</summary>
public enum FrameType : byte
{
    Data = 1,
    Control = 2,
    Heartbeat = 3,
    Error = 4,
    Close = 5,
}

/// <summary>
/// One frame of the current A3S generation. Unlike upstream, which allocates whatever the length says, a claim above the cap is refused before
/// a byte of it is read. <see cref="ToString"/> shows sizes only.
/// </summary>
/// <param name="Type">What it is.</param>
/// <param name="Payload">0 to <see cref="MaxPayload"/> bytes.</param>
public sealed record Frame(FrameType Type, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Largest payload in bytes.</summary>
    public const int MaxPayload = 16 << 20;

    /// <summary>Size of type and length in bytes.</summary>
    public const int HeaderBytes = 5;

    /// <summary>The frame's bytes in one array, so that they go out in one TLS record.</summary>
    /// <exception cref="ArgumentException">The payload is larger than <see cref="MaxPayload"/>.</exception>
    public byte[] ToBytes()
    {
        if (Payload.Length > MaxPayload) throw new ArgumentException($"A frame carries at most {MaxPayload} bytes.");
        var bytes = new byte[HeaderBytes + Payload.Length];
        bytes[0] = (byte)Type;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), (uint)Payload.Length);
        Payload.Span.CopyTo(bytes.AsSpan(HeaderBytes));
        return bytes;
    }

    /// <summary>Reads a header from the start of <paramref name="bytes"/>.</summary>
    /// <returns><see cref="FrameRead.Incomplete"/> below five bytes, <see cref="FrameRead.Refused"/> for an unknown type or a length above <paramref name="maxPayload"/>.</returns>
    public static FrameRead ReadHeader(ReadOnlySequence<byte> bytes, int maxPayload, out FrameType type, out int length)
    {
        (type, length) = (default, 0);
        if (bytes.IsEmpty) return FrameRead.Incomplete;
        type = (FrameType)bytes.FirstSpan[0];
        if (type is < FrameType.Data or > FrameType.Close) return FrameRead.Refused;
        if (bytes.Length < HeaderBytes) return FrameRead.Incomplete;
        Span<byte> header = stackalloc byte[HeaderBytes];
        bytes.Slice(0, HeaderBytes).CopyTo(header);
        var claimed = BinaryPrimitives.ReadUInt32BigEndian(header[1..]);
        if (claimed > (uint)maxPayload) return FrameRead.Refused;
        length = (int)claimed;
        return FrameRead.Complete;
    }

    public override string ToString() => $"Frame({Type}, {Payload.Length} bytes)";
}

/// <summary>How far reading a frame's header got.</summary>
public enum FrameRead
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>The header is there.</summary>
    Complete,

    /// <summary>It is no frame, or one that is too long.</summary>
    Refused,
}
