using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SafeClaw.Actors;
using SafeClaw.Privacy;

namespace SafeClaw.Host;

/// <summary>A command's connection to the running host.</summary>
internal sealed class ControlClient : IDisposable
{
    private static readonly TimeSpan TurnLimit = TimeSpan.FromMinutes(61);

    private readonly HttpClient _http;

    private ControlClient(string path) => _http = new HttpClient(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ConnectCallback = async (_, cancellationToken) => new NetworkStream(await ConnectAsync(path, cancellationToken), ownsSocket: true),
    })
    { BaseAddress = new Uri("http://localhost"), Timeout = TurnLimit };

    /// <summary>The running host, or null if nobody listens.</summary>
    public static async Task<ControlClient?> TryConnectAsync(HostConfig host, CancellationToken cancellationToken)
    {
        var path = DataOwnership.SocketPath(host);
        try
        {
            (await ConnectAsync(path, cancellationToken)).Dispose();
            return new ControlClient(path);
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>The running host.</summary>
    /// <exception cref="SafeClawException">Nobody listens.</exception>
    public static async Task<ControlClient> ConnectAsync(HostConfig host, CancellationToken cancellationToken) => await TryConnectAsync(host, cancellationToken)
        ?? throw new SafeClawException(ErrorCode.InvalidRequest, $"No host is running (nobody listens on {DataOwnership.SocketPath(host)}); start one with `safeclaw serve`.", "control");

    public Task<MessageReply> AskAsync(SessionId session, UserText text, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, $"/v1/sessions/{Uri.EscapeDataString(session.Value)}/messages",
            JsonContent.Create(new MessageRequest(text.Reveal()), HostJson.Default.MessageRequest), HostJson.Default.MessageReply, cancellationToken);

    public Task<StatusDocument> StatusAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, "/v1/admin/status", null, HostJson.Default.StatusDocument, cancellationToken);

    public Task<TeeDocument> ReleaseAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, "/v1/admin/release", null, HostJson.Default.TeeDocument, cancellationToken);

    public Task ShutdownAsync(CancellationToken cancellationToken) => SendAsync(HttpMethod.Post, "/v1/admin/shutdown", null, HostJson.Default.OkDocument, cancellationToken);

    public void Dispose() => _http.Dispose();

    private static async Task<Socket> ConnectAsync(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            if (response.IsSuccessStatusCode) return await response.Content.ReadFromJsonAsync(type, cancellationToken) ?? throw new JsonException();
            var problem = await response.Content.ReadFromJsonAsync(HostJson.Default.ProblemDocument, cancellationToken) ?? throw new JsonException();
            throw new SafeClawException(ErrorCodes.TryParse(problem.Code, out var code) ? code : ErrorCode.Internal, WithoutAdvice(problem), problem.Stage, problem.Generation);
        }
        catch (Exception broken) when (broken is HttpRequestException or JsonException)
        {
            throw new SafeClawException(ErrorCode.Internal, "The running host did not answer as expected; it may be another version or just stopping.", "control", cause: broken);
        }
    }

    /// <summary>The advice comes with the code again.</summary>
    private static string WithoutAdvice(ProblemDocument problem) => ErrorCodes.TryParse(problem.Code, out var code) && problem.Detail.EndsWith(ErrorCodes.Advice(code), StringComparison.Ordinal)
        ? problem.Detail[..^ErrorCodes.Advice(code).Length].TrimEnd() : problem.Detail;
}
