using System.Buffers;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>
/// Talks HTTP to the assistant over its socket: one connection per turn in flight, closed by cancellation, which is how the assistant hears of
/// it. An agent still starting is waited for.
/// </summary>
internal sealed class AgentClient : IDisposable
{
    /// <summary>Longest answer in bytes of UTF-8; a longer one is TOO_LARGE, and the turn's outcome is that.</summary>
    public const int MaxAnswerBytes = 1 << 20;

    /// <summary>A streamed event repeats up to the whole answer, every byte of it escaped at worst.</summary>
    private const int MaxEventBytes = (6 * MaxAnswerBytes) + 4_096;

    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker _http;
    private readonly Uri _process, _health;

    /// <param name="dial">Connects to the agent.</param>
    /// <param name="patience">How long to keep dialling an agent that does not listen yet.</param>
    public AgentClient(Func<CancellationToken, Task<Socket>> dial, TimeSpan patience)
    {
        _process = new Uri("http://agent/process");
        _health = new Uri("http://agent/health");
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 16,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxResponseDrainSize = 0,
            ConnectCallback = async (_, cancellationToken) => new NetworkStream(await DialAsync(dial, patience, cancellationToken), ownsSocket: true),
        });
    }

    /// <summary>A client for <c>unix:/path</c> or <c>http://127.0.0.1:port</c>.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static AgentClient For(string url, TimeSpan patience)
    {
        var endpoint = TeeEndpoint.Parse(url.StartsWith("http://", StringComparison.Ordinal) ? "tcp://" + url["http://".Length..].TrimEnd('/') : url);
        return new AgentClient(endpoint.ConnectAsync, patience);
    }

    /// <summary>True once the agent answers.</summary>
    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _http.SendAsync(new HttpRequestMessage(HttpMethod.Get, _health), cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>One request; see <see cref="IAgentHost.RunAsync"/>.</summary>
    public async Task<ProcessReply> RunAsync(ProcessRequest request, Action<string> onChunk, CancellationToken cancellationToken)
    {
        var forwarded = request with { Turn = null, RequestId = null, Stream = request.RequestType == RequestTypes.ProcessMessage };
        using var message = new HttpRequestMessage(HttpMethod.Post, _process)
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(forwarded, WireJson.Default.ProcessRequest)) { Headers = { ContentType = Json } },
        };
        try
        {
            using var response = await _http.SendAsync(message, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return response.Content.Headers.ContentType?.MediaType == StreamEvents.ContentType
                ? await ReadEventsAsync(body, request.SessionId, onChunk, cancellationToken)
                : await ReadWholeAsync(body, request.SessionId, cancellationToken);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or JsonException or InvalidOperationException)
        {
            return Failed(request.SessionId, "INTERNAL", "The assistant did not answer.");
        }
        catch (TooLargeException)
        {
            return Failed(request.SessionId, "TOO_LARGE", $"The assistant's answer has more than {MaxAnswerBytes} bytes.");
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<ProcessReply> ReadWholeAsync(Stream body, string sessionId, CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await body.ReadAsync(buffer.GetMemory(4_096), cancellationToken);
            if (read == 0) break;
            buffer.Advance(read);
            if (buffer.WrittenCount > MaxEventBytes) throw new TooLargeException();
        }

        return Checked(JsonSerializer.Deserialize(buffer.WrittenSpan, WireJson.Default.AgentReply), sessionId);
    }

    private static async Task<ProcessReply> ReadEventsAsync(Stream body, string sessionId, Action<string> onChunk, CancellationToken cancellationToken)
    {
        var characters = 0;
        await foreach (var (name, data) in ServerSentEvents.ReadAsync(body, MaxEventBytes, cancellationToken))
        {
            switch (name)
            {
                case StreamEvents.Chunk:
                    var chunk = JsonSerializer.Deserialize(data.Span, WireJson.Default.StreamChunk)!.Content;
                    characters += chunk.Length;
                    if (characters > MaxAnswerBytes) throw new TooLargeException();
                    onChunk(chunk);
                    break;
                case StreamEvents.Done: return Checked(JsonSerializer.Deserialize(data.Span, WireJson.Default.AgentReply), sessionId);
                case StreamEvents.Error:
                    var error = JsonSerializer.Deserialize(data.Span, WireJson.Default.ErrorReply)!;
                    return Failed(sessionId, error.Code, error.Error);
            }
        }

        return Failed(sessionId, "INTERNAL", "The assistant's answer ended in the middle.");
    }

    /// <summary>The agent's session id is not believed: the reply carries the one that was asked for, or is refused.</summary>
    private static ProcessReply Checked(AgentReply? reply, string sessionId)
    {
        if (reply is null || (reply.SessionId is { } other && other.Length > 0 && other != sessionId)) return Failed(sessionId, "INTERNAL", "The assistant answered for another session.");
        if (reply.Success == false) return Failed(sessionId, reply.Code ?? "INTERNAL", reply.Error ?? "The assistant failed.");
        if (reply.Content is null) return Failed(sessionId, "INTERNAL", "The assistant's answer has no content.");
        if (Encoding.UTF8.GetByteCount(reply.Content) > MaxAnswerBytes) throw new TooLargeException();
        return new ProcessReply(sessionId, reply.Content, Success: true);
    }

    private static ProcessReply Failed(string sessionId, string code, string error) => new(sessionId, "", Success: false, error, code);

    private static async Task<Socket> DialAsync(Func<CancellationToken, Task<Socket>> dial, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await dial(cancellationToken);
            }
            catch (SocketException) when (TimeProvider.System.GetElapsedTime(started) < patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken); // it is still starting, or being restarted
            }
        }
    }

    private sealed class TooLargeException : Exception;
}
