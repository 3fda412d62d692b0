using System.Net;
using System.Net.Http.Headers;

namespace SafeClaw.Tee;

/// <summary>
/// A request body that is written at most once. The handler may try to send a request again by itself; this makes that impossible and
/// <see cref="Serialised"/> tells afterwards whether the body was ever handed to the connection, which alone decides what may be repeated.
/// </summary>
internal sealed class OnceBody : HttpContent
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private readonly ReadOnlyMemory<byte> _body;
    private int _serialised;

    public OnceBody(ReadOnlyMemory<byte> body)
    {
        _body = body;
        Headers.ContentType = Json;
    }

    /// <summary>True from the moment the handler asked for the bytes.</summary>
    public bool Serialised => Volatile.Read(ref _serialised) != 0;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _serialised, 1) != 0) throw new ResendBlockedException();
        await stream.WriteAsync(_body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}

/// <summary>The HTTP handler wanted to send a body a second time, or to dial a second time.</summary>
internal sealed class ResendBlockedException() : IOException("A request is sent at most once on one connection.");
