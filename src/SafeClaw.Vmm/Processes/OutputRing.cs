using System.Text;

namespace SafeClaw.Vmm;

/// <summary>The last few kilobytes a child wrote. Draining never stops, so a child that floods its output never blocks on a full pipe.</summary>
internal sealed class OutputRing(int capacity, string? file)
{
    private const int MaxFileBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly byte[] _ring = new byte[capacity];
    private long _written;
    private long _filed;

    /// <summary>What is remembered, control characters but line breaks replaced: it may come from a hostile child.</summary>
    public string Tail
    {
        get
        {
            lock (_gate)
            {
                var length = (int)Math.Min(_written, capacity);
                var bytes = new byte[length];
                for (var i = 0; i < length; i++) bytes[i] = _ring[(_written - length + i) % capacity];
                return string.Concat(Encoding.UTF8.GetString(bytes).Select(c => char.IsControl(c) && c != '\n' ? '\u00b7' : c));
            }
        }
    }

    /// <summary>Reads until the child's end of the pipe is closed.</summary>
    public async Task DrainAsync(Stream output)
    {
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await output.ReadAsync(buffer)) > 0;) Append(buffer.AsSpan(0, read));
        }
        catch (Exception closed) when (closed is IOException or ObjectDisposedException)
        {
            // The child is gone.
        }
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var b in bytes) _ring[_written++ % capacity] = b;
            if (file is null || _filed >= MaxFileBytes) return;
            _filed += bytes.Length;
            using var log = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
            log.Write(bytes);
        }
    }
}
