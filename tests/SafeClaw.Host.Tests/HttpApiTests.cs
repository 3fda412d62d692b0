using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace SafeClaw.Host.Tests;

/// <summary>A running host for a class of tests.</summary>
public sealed class ServingHost : IAsyncLifetime
{
    internal Machine Machine { get; } = new();

    internal RunningHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await Machine.ServeAsync();

    public async Task DisposeAsync() => await Machine.DisposeAsync();
}

/// <summary>The HTTP API's contract.</summary>
public sealed class HttpApiTests(ServingHost serving) : IClassFixture<ServingHost>
{
    private readonly HttpClient _http = serving.Host.Http;

    [Fact]
    public async Task An_answer_has_every_member_and_says_in_headers_what_happened()
    {
        using var response = await PostAsync("ada:test:1", """{"id":"m1","content":"hello"}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var reply = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.Equal(["id", "reply", "session", "level", "route", "tee", "simulated", "generation", "verdict", "redactions", "outcome", "elapsed_ms"], reply.Select(member => member.Key));
        Assert.Equal(("m1", "ada:test:1", "local", "completed"), ((string?)reply["id"], (string?)reply["session"], (string?)reply["route"], (string?)reply["outcome"]));
        Assert.Null(reply["generation"]);
        foreach (var (name, value) in new[] { ("Route", "local"), ("Tee", "false"), ("Simulated", "false"), ("Level", "Normal"), ("Redactions", "0"), ("Request-Id", "m1"), ("Session", "ada:test:1") })
            Assert.Equal(value, response.Headers.GetValues($"X-SafeClaw-{name}").Single());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"content\":1}")]
    [InlineData("{\"content\":null}")]
    [InlineData("{\"content\":\"a\",\"content\":\"b\"}")]
    [InlineData("{\"content\":\"a\",\"unknown\":1}")]
    [InlineData("{\"content\":\"\"}")]
    [InlineData("{\"content\":\"a\",\"id\":\"with space\"}")]
    [InlineData("{\"content\":\"a\",\"deadline_ms\":0}")]
    [InlineData("{\"content\":\"a\",\"stream\":true}")]
    public async Task What_is_no_message_is_a_problem_with_its_code(string body)
    {
        using var response = await PostAsync("ada:test:1", body);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("INVALID_REQUEST", (string?)problem["code"]);
        Assert.Equal(32, ((string?)problem["correlation_id"])?.Length);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("a:b")]
    [InlineData("a:b:c:d")]
    [InlineData("a:b:")]
    [InlineData("a:b:c%20d")]
    public async Task What_is_no_session_is_refused(string session)
    {
        using var response = await PostAsync(session, """{"content":"a"}""");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_message_and_a_body_have_a_longest_length()
    {
        using var text = await PostAsync("ada:test:1", $$"""{"content":"{{new string('a', 300 * 1024)}}"}""");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, text.StatusCode);
        using var tooLong = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/sessions/ada:test:1/messages", UriKind.Relative)) { Content = new StringContent(new string('a', 3 * 1024 * 1024)) };
        tooLong.Headers.ExpectContinue = true; // the answer comes before the body is sent, which the server would not read to its end
        using var body = await _http.SendAsync(tooLong);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, body.StatusCode);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task A_request_a_web_page_could_make_is_refused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/tee", UriKind.Relative));
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Theory]
    [InlineData("GET", "/v1/admin/status")]
    [InlineData("POST", "/v1/admin/shutdown")]
    [InlineData("POST", "/v1/admin/release")]
    public async Task Administration_is_not_served_over_the_network(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    [Trait("neg", "O11")]
    public async Task Health_and_the_vm_are_told_without_waking_it()
    {
        Assert.Equal("live", (string?)JsonNode.Parse(await _http.GetStringAsync(new Uri("/health/live", UriKind.Relative)))!["status"]);
        Assert.Equal("ready", (string?)JsonNode.Parse(await _http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)))!["status"]);
        var tee = await serving.Host.TeeAsync();
        Assert.True((bool)tee["enabled"]!);
        Assert.Empty(serving.Host.Of("safeclaw-shim"));
    }

    [Fact]
    public async Task The_control_socket_serves_status_to_the_command()
    {
        var status = await serving.Machine.RunAsync("status", "--json");
        Assert.Equal(serving.Host.Pid, (int)status.Json["pid"]!);
        Assert.Equal("Development", (string?)status.Json["environment"]);
    }

    private Task<HttpResponseMessage> PostAsync(string session, string body) =>
        _http.PostAsync(new Uri($"/v1/sessions/{session}/messages", UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"));
}
