using System.Net;

namespace SafeClaw.Tee;

/// <summary>A guest's answer to one request: the status and the whole body, already within its cap.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Body">The body; never printed.</param>
public sealed record GuestResponse(HttpStatusCode Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public override string ToString() => $"GuestResponse({(int)Status}, {Body.Length} bytes)";
}

/// <summary>A request on an attested connection failed; the connection is closed.</summary>
/// <param name="code">CHANNEL_LOST, PROTOCOL_VIOLATION, TIMEOUT or TOO_LARGE.</param>
/// <param name="sent">True if the request's body may have left.</param>
public sealed class GuestExchangeException(string code, string message, bool sent, Exception? cause = null) : IOException(message, cause)
{
    /// <summary>CHANNEL_LOST, PROTOCOL_VIOLATION, TIMEOUT or TOO_LARGE.</summary>
    public string Code { get; } = code;

    /// <summary>False only if no byte of the body was ever handed to the connection: then the request is surely not processed.</summary>
    public bool Sent { get; } = sent;
}

/// <summary>One request and its response over a <see cref="OneConnection"/>, read strictly: the guest is not yet, or no longer, our friend.</summary>
internal static class GuestExchange
{
    /// <summary>Sends and reads the whole response.</summary>
    /// <exception cref="GuestExchangeException">Anything but one well-framed response of at most <paramref name="maxResponse"/> bytes.</exception>
    public static async Task<GuestResponse> SendAsync(OneConnection connection, string route, ReadOnlyMemory<byte>? json, int maxResponse, CancellationToken cancellationToken)
    {
        var body = json is { } bytes ? new OnceBody(bytes) : null;
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, $"https://guest{route}")
        {
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = body,
        };
        try
        {
            using var response = await connection.Invoker.SendAsync(request, cancellationToken);
            var length = FramedLength(response, maxResponse);
            var content = await ReadExactlyAsync(response, length, cancellationToken);
            return new GuestResponse(response.StatusCode, content);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            throw Classify(failure, body?.Serialised ?? false, cancellationToken);
        }
    }

    /// <summary>
    /// Exactly one Content-Length, no Transfer-Encoding, JSON, no redirect or upgrade: a response framed any other way could hide a second one or
    /// a truncation (a guest never sends close_notify).
    /// </summary>
    private static int FramedLength(HttpResponseMessage response, int maxResponse)
    {
        var raw = response.Content.Headers.NonValidated;
        if (response.Headers.NonValidated.Contains("Transfer-Encoding")) throw new UnframedException("The guest's response has a Transfer-Encoding.");
        if (!raw.TryGetValues("Content-Length", out var lengths) || lengths.Count != 1) throw new UnframedException("The guest's response needs exactly one Content-Length.");
        if (response.Content.Headers.ContentLength is not { } length || length < 0) throw new UnframedException("The guest's Content-Length is not a number.");
        if (length > maxResponse) throw new TooLargeException($"The guest announces {length} bytes; at most {maxResponse} are read.");
        if ((int)response.StatusCode is < 200 or (>= 300 and < 400)) throw new UnframedException($"The guest answered with status {(int)response.StatusCode}.");
        return (int)length;
    }

    private static async Task<byte[]> ReadExactlyAsync(HttpResponseMessage response, int length, CancellationToken cancellationToken)
    {
        var content = new byte[length];
        var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        await stream.ReadExactlyAsync(content, cancellationToken);
        if (await stream.ReadAsync(new byte[1], cancellationToken) != 0) throw new UnframedException("The guest sent more than its Content-Length.");
        return content;
    }

    private static GuestExchangeException Classify(Exception failure, bool sent, CancellationToken cancellationToken) => failure switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => new("TIMEOUT", "The request was given up before the guest answered.", sent, failure),
        UnframedException => new("PROTOCOL_VIOLATION", failure.Message, sent, failure),
        TooLargeException => new("TOO_LARGE", failure.Message, sent, failure),
        _ => new("CHANNEL_LOST", "The connection to the guest broke.", sent, failure),
    };

    private sealed class UnframedException(string message) : IOException(message);

    private sealed class TooLargeException(string message) : IOException(message);
}
