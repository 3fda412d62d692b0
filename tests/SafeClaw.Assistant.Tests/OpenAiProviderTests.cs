using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace SafeClaw.Assistant.Tests;

/// <summary>The provider against a local server that answers as OpenAI's chat completions do.</summary>
public sealed class OpenAiProviderTests : IDisposable
{
    private readonly HttpListener _server = new();
    private readonly string _address = $"http://127.0.0.1:{FreePort()}/v1/";
    private readonly string _key = Path.GetTempFileName();
    private readonly List<(string Path, string? Authorization, JsonNode Body)> _seen = [];
    private Func<HttpListenerContext, Task> _answer = context => StreamAsync(context, "Hello", ", ", "Ada");

    public OpenAiProviderTests()
    {
        File.WriteAllText(_key, "key-one\n");
        _server.Prefixes.Add(_address);
        _server.Start();
        _ = ServeAsync();
    }

    public void Dispose()
    {
        _server.Close();
        File.Delete(_key);
    }

    [Fact]
    public async Task A_turn_is_streamed_with_the_sessions_history_and_the_key_as_it_is_now()
    {
        var agent = Agent();
        Assert.Equal("Hello, Ada", await agent.ProcessAsync(new AgentTurn("s", "I am Ada"), CancellationToken.None));
        await File.WriteAllTextAsync(_key, "key-two");
        await agent.ProcessAsync(new AgentTurn("s", "Who am I?"), CancellationToken.None);
        Assert.Equal(["Bearer key-one", "Bearer key-two"], _seen.Select(request => request.Authorization));
        Assert.All(_seen, request => Assert.Equal("/v1/chat/completions", request.Path));
        Assert.Equal("test-model", (string?)_seen[0].Body["model"]);
        Assert.Equal(["I am Ada", "Hello, Ada", "Who am I?"], _seen[1].Body["messages"]!.AsArray().Select(message => Text(message!)));
    }

    [Theory]
    [InlineData(401, AgentFailure.ProviderRefused)]
    [InlineData(404, AgentFailure.ProviderRefused)]
    [InlineData(500, AgentFailure.ProviderUnavailable)]
    [InlineData(429, AgentFailure.ProviderUnavailable)]
    public async Task A_refusal_is_told_by_kind_and_never_with_the_providers_words(int status, AgentFailure failure)
    {
        _answer = async context =>
        {
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync("{\"error\":{\"message\":\"canary from the provider\"}}"u8.ToArray());
            context.Response.Close();
        };
        var refused = await Assert.ThrowsAsync<AgentException>(() => Agent().ProcessAsync(new AgentTurn("s", "hi"), CancellationToken.None));
        Assert.Equal(failure, refused.Failure);
        Assert.DoesNotContain("canary", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_never_answers_is_given_up_in_time()
    {
        _answer = _ => Task.Delay(Timeout.Infinite);
        var late = await Assert.ThrowsAsync<AgentException>(() => Agent(TimeSpan.FromSeconds(1)).ProcessAsync(new AgentTurn("s", "hi"), CancellationToken.None));
        Assert.Equal(AgentFailure.ProviderUnavailable, late.Failure);
    }

    [Fact]
    public async Task Cancelling_a_turn_cancels_the_call()
    {
        _answer = _ => Task.Delay(Timeout.Infinite);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Agent().ProcessAsync(new AgentTurn("s", "hi"), cancel.Token));
    }

    [Fact]
    public async Task A_missing_key_file_is_told()
    {
        var agent = Agents.Create(Options() with { ApiKeyFile = "/nowhere/key" });
        Assert.Equal(AgentFailure.ProviderRefused, (await Assert.ThrowsAsync<AgentException>(() => agent.ProcessAsync(new AgentTurn("s", "hi"), CancellationToken.None))).Failure);
    }

    [Fact]
    public void Address_and_model_are_needed()
    {
        Assert.Throws<ArgumentException>(() => Agents.Create(Options() with { BaseUrl = null }));
        Assert.Throws<ArgumentException>(() => Agents.Create(Options() with { Model = "" }));
    }

    private AgentOptions Options() => new() { Provider = AgentProvider.OpenAi, BaseUrl = new Uri(_address), Model = "test-model", ApiKeyFile = _key };

    private IAgent Agent(TimeSpan? timeout = null) => Agents.Create(Options() with { ProviderTimeout = timeout ?? TimeSpan.FromSeconds(20) });

    private async Task ServeAsync()
    {
        while (_server.IsListening)
        {
            try
            {
                var context = await _server.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream);
                _seen.Add((context.Request.Url!.AbsolutePath, context.Request.Headers["Authorization"], JsonNode.Parse(await reader.ReadToEndAsync())!));
                _ = _answer(context);
            }
            catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task StreamAsync(HttpListenerContext context, params string[] pieces)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (var piece in pieces)
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes($$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"{{piece}}"},"finish_reason":null}]}""" + "\n\n"));
        await context.Response.OutputStream.WriteAsync("data: [DONE]\n\n"u8.ToArray());
        context.Response.Close();
    }

    private static string Text(JsonNode message) => message["content"] is JsonArray parts ? string.Concat(parts.Select(part => (string?)part!["text"])) : (string)message["content"]!;

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
