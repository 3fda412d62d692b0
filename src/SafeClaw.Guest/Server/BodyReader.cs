using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;

namespace SafeClaw.Guest;

/// <summary>A whole request body in one pinned buffer, erased when done with: it may hold secrets.</summary>
internal sealed class Body : IDisposable
{
    private byte[] _buffer;
    private int _length;

    private Body(int capacity) => _buffer = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, _length);

    /// <summary>
    /// Reads exactly <paramref name="length"/> bytes; a claim alone allocates no more than 16 KiB. The pipe's own copy is erased behind us.
    /// </summary>
    /// <returns>Null if the input ends early.</returns>
    public static async Task<Body?> ReadAsync(PipeReader reader, int length, CancellationToken cancellationToken)
    {
        var body = new Body(Math.Min(length, 16 << 10));
        try
        {
            while (body._length < length)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, length - body._length));
                body.Append(part);
                reader.AdvanceTo(part.End);
                if (result.IsCompleted && body._length < length) break;
            }

            if (body._length == length) return body;
            body.Dispose();
            return null;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _length = 0;
    }

    private void Append(ReadOnlySequence<byte> part)
    {
        Grow(_length + (int)part.Length);
        foreach (var segment in part)
        {
            segment.Span.CopyTo(_buffer.AsSpan(_length));
            _length += segment.Length;
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsMemory(segment).Span);
        }
    }

    private void Grow(int needed)
    {
        if (needed <= _buffer.Length) return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(needed, _buffer.Length * 2), pinned: true);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        CryptographicOperations.ZeroMemory(_buffer);
        _buffer = larger;
    }
}
