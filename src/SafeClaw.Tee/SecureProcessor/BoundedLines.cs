#if SIMULATION
using System.Security.Cryptography;

namespace SafeClaw.Tee;

/// <summary>Reads lines that end in a line feed and are at most so many bytes long; keeps what arrives after one for the next.</summary>
/// <param name="stream">What to read; stays the caller's.</param>
/// <param name="maxLineBytes">Longest line in bytes, without its line feed.</param>
public sealed class BoundedLines(Stream stream, int maxLineBytes) : IDisposable
{
    private readonly byte[] _buffer = new byte[maxLineBytes + 1];
    private int _start, _end;

    /// <summary>The next line without its line feed, valid until the next call; null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">The line is longer than allowed, or the stream ends inside it.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        MoveToFront();
        var searched = 0;
        while (true)
        {
            var feed = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                var line = _buffer.AsMemory(0, searched + feed);
                _start = searched + feed + 1;
                return line;
            }

            searched = _end;
            if (_end == _buffer.Length) throw new InvalidDataException($"A line has more than {maxLineBytes} bytes.");
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            if (read == 0) return _end == 0 ? null : throw new InvalidDataException("The stream ended inside a line.");
            _end += read;
        }
    }

    /// <summary>Erases the buffer, which may hold a derived key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);

    private void MoveToFront()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(_end));
    }
}
#endif
