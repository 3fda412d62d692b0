using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SafeClaw.Agent.Tests;

/// <summary>The assistant as a program behind a Unix socket.</summary>
public sealed class AgentProgramTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("agent").FullName;
    private Process _agent = null!;
    private HttpClient _http = null!;

    private string Socket => Path.Combine(_folder, "agent.sock");

    public async Task InitializeAsync()
    {
        _agent = Start("--listen", $"unix:{Socket}");
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        { BaseAddress = new Uri("http://agent"), Timeout = TimeSpan.FromSeconds(20) };
        for (var waited = Stopwatch.StartNew(); !await IsHealthyAsync(); await Task.Delay(10)) Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20) && !_agent.HasExited);
    }

    public Task DisposeAsync()
    {
        _http.Dispose();
        if (!_agent.HasExited) _agent.Kill();
        _agent.Dispose();
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task It_is_healthy_once_its_socket_is_there_and_the_socket_is_its_owners()
    {
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(new Uri("/health", UriKind.Relative))).StatusCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Socket));
    }

    [Fact]
    public async Task It_answers_a_turn_and_remembers_the_session()
    {
        await SayAsync("s1", "My name is Ada");
        await SayAsync("s2", "My name is Bob");
        Assert.Contains("Ada", (string?)(await SayAsync("s1", "What is my name?"))["content"], StringComparison.Ordinal);
        Assert.Contains("Bob", (string?)(await SayAsync("s2", "What is my name?"))["content"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_streamed_turn_comes_as_events()
    {
        using var response = await _http.PostAsJsonAsync(new Uri("/process", UriKind.Relative), new { session_id = "s", content = "What time is it in Oslo?", request_type = "process_message", stream = true });
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("data:", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"session_id\":\"s\"}")]
    public async Task What_is_no_turn_is_a_bad_request(string body)
    {
        using var response = await _http.PostAsync(new Uri("/process", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task It_ends_in_order_when_told()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_agent.Id}"]);
        await _agent.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token);
        Assert.Equal(0, _agent.ExitCode);
        Assert.False(File.Exists(Socket));
    }

    [Theory]
    [InlineData(2, "--nonsense", "x")]
    [InlineData(2, "--provider", "magic")]
    [InlineData(78, "--provider", "openai")]
    public async Task Wrong_calls_end_with_a_code_and_a_sentence(int code, params string[] arguments)
    {
        using var agent = Start(arguments);
        var error = await agent.StandardError.ReadToEndAsync();
        await agent.WaitForExitAsync();
        Assert.Equal(code, agent.ExitCode);
        Assert.StartsWith("safeclaw-agent: ", error, StringComparison.Ordinal);
    }

    private async Task<bool> IsHealthyAsync()
    {
        try
        {
            return (await _http.GetAsync(new Uri("/health", UriKind.Relative))).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Executables, "safeclaw-agent"), arguments) { RedirectStandardError = true };
        start.Environment.Remove("SAFECLAW_PARENT_PID");
        return Process.Start(start)!;
    }

    private async Task<JsonNode> SayAsync(string session, string content)
    {
        using var response = await _http.PostAsJsonAsync(new Uri("/process", UriKind.Relative), new { session_id = session, content, request_type = "process_message" });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }
}
