using System.Runtime.CompilerServices;
using System.Text;

namespace SafeClaw.Guest;

/// <summary>Reads server-sent events with one data line each, as our agent writes them; bounded.</summary>
internal static class ServerSentEvents
{
    /// <exception cref="InvalidDataException">An event is longer than <paramref name="maxEventBytes"/>.</exception>
    public static async IAsyncEnumerable<(string Name, ReadOnlyMemory<byte> Data)> ReadAsync(
        Stream stream, int maxEventBytes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[8_192];
        var (start, end) = (0, 0);
        var (name, data) = ("message", ReadOnlyMemory<byte>.Empty);
        while (true)
        {
            var feed = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                var line = buffer.AsMemory(start, feed);
                start += feed + 1;
                if (line.Length == 0)
                {
                    if (data.Length > 0) yield return (name, data);
                    (name, data) = ("message", ReadOnlyMemory<byte>.Empty);
                }
                else if (line.Span.StartsWith("event: "u8)) name = Encoding.ASCII.GetString(line.Span["event: "u8.Length..]);
                else if (line.Span.StartsWith("data: "u8)) data = line["data: "u8.Length..].ToArray();
                continue;
            }

            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
            if (end == buffer.Length)
            {
                if (end >= maxEventBytes) throw new InvalidDataException("A server-sent event is too long.");
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, maxEventBytes));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(end), cancellationToken);
            if (read == 0) yield break;
            end += read;
        }
    }
}
