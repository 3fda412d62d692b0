using System.Text;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest.Tests.Http;

/// <summary>Raw bytes against the real server: what a lenient HTTP stack would overlook is refused, and no route ever sees it.</summary>
public sealed class StrictnessTests : IAsyncLifetime
{
    private const string Turn = """{"session_id":"a:b:c","content":"hi"}""";

    private GuestUnderTest _guest = null!;

    public async Task InitializeAsync() => _guest = await GuestUnderTest.StartAsync(new GuestLimits { HeadTimeout = TimeSpan.FromSeconds(1), BodyTimeout = TimeSpan.FromSeconds(2) });

    public async Task DisposeAsync() => await _guest.DisposeAsync();

    private async Task RefusedAsync(string raw, params int[] statuses)
    {
        var reply = await _guest.SendAsync(raw);
        Assert.Contains(reply.Status, statuses);
        Assert.True(reply.Closed, $"the connection stays open after {reply.Status}");
        Assert.Empty(_guest.Agent.Runs);
    }

    private static string WithHeader(string header) =>
        $"POST /process HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\nContent-Length: {Turn.Length}\r\n{header}\r\n\r\n{Turn}";

    private static string WithLength(string length, string? body = null) =>
        $"POST /process HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\nContent-Length:{length}\r\n\r\n{body ?? Turn}";

    [Fact]
    public async Task A_proper_request_is_answered_and_the_connection_kept()
    {
        var reply = await _guest.PostAsync("/process", Turn);
        Assert.Equal(200, reply.Status);
        Assert.Equal("""{"session_id":"a:b:c","content":"echo hi","success":true}""", reply.Body);
        Assert.False(reply.Closed);
    }

    [Theory]
    [Trait("neg", "H01")]
    [InlineData(" 2097153", 413)]
    [InlineData(" 2147483648", 413)]
    [InlineData(" 4294967295", 413)]
    [InlineData(" 9223372036854775808", 400)]
    [InlineData(" 99999999999999999999", 400)]
    public async Task A_body_over_the_limit_is_refused_by_its_claim(string length, int status) => await RefusedAsync(WithLength(length), status);

    [Fact]
    [Trait("neg", "H01")]
    public async Task A_claim_of_four_gigabytes_allocates_nothing()
    {
        await _guest.PostAsync("/process", Turn);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await _guest.SendAsync(WithLength(" 4294967295"));
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 2 << 20);
    }

    [Fact]
    [Trait("neg", "H02")]
    public async Task A_post_without_a_length_is_refused() =>
        await RefusedAsync("POST /process HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\n\r\n", 411);

    [Theory]
    [Trait("neg", "H03")]
    [InlineData("Transfer-Encoding: chunked")]
    [InlineData("transfer-encoding: chunked")]
    [InlineData("X-Content-Length: 5")]
    public async Task A_length_beside_a_transfer_encoding_is_refused(string header) => await RefusedAsync(WithHeader(header), 400);

    [Theory]
    [Trait("neg", "H04")]
    [InlineData("Content-Length: 37")]
    [InlineData("Content-Length: 5")]
    [InlineData("content-length: 37")]
    public async Task A_second_length_is_refused_equal_or_not(string header) => await RefusedAsync(WithHeader(header), 400);

    [Theory]
    [Trait("neg", "H04")]
    [Trait("neg", "H05")]
    [InlineData(" 3, 3")]
    [InlineData(" +37")]
    [InlineData(" 0x25")]
    [InlineData(" -0")]
    [InlineData(" 37;")]
    [InlineData(" 3 7")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" \u0663")]
    [InlineData("\t37")]
    public async Task A_length_that_is_not_plain_digits_is_refused(string length) => await RefusedAsync(WithLength(length), 400);

    [Theory]
    [Trait("neg", "H05")]
    [InlineData(" 37 ")]
    [InlineData("037")]
    public async Task Plain_digits_are_a_length_whatever_white_space_or_zeros_surround_them(string length) =>
        Assert.Equal(200, (await _guest.SendAsync(WithLength(length))).Status);

    [Theory]
    [Trait("neg", "H06")]
    [InlineData("Transfer-Encoding: xchunked")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: chunked, chunked")]
    [InlineData("Transfer-Encoding:")]
    [InlineData("Transfer-Encoding:\tchunked")]
    [InlineData("Transfer-Encoding: \u000bchunked")]
    [InlineData("Transfer-Encoding: \u000cchunked")]
    [InlineData("Transfer-Encoding:\r\n chunked")]
    [InlineData("Transfer-Encoding : chunked")]
    [InlineData("Transfer_Encoding: chunked\r\nTransfer-Encoding: identity")]
    public async Task No_transfer_encoding_is_accepted(string header) => await RefusedAsync(WithHeader(header), 400);

    [Theory]
    [Trait("neg", "H06")]
    [InlineData("1.0")]
    [InlineData("1.1")]
    public async Task Chunked_bodies_are_refused_in_both_versions(string version) =>
        await RefusedAsync($"POST /process HTTP/{version}\r\nHost: guest\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 400);

    [Theory]
    [Trait("neg", "H07")]
    [InlineData("FFFFFFFFFFFFFFFF\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5_\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=b\nc\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nContent-Length: 3\r\nHost: x\r\nAuthorization: y\r\n\r\n")]
    public async Task No_trick_with_chunks_reaches_a_route(string chunks) =>
        await RefusedAsync($"POST /process HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}", 400);

    [Theory]
    [Trait("neg", "H08")]
    [InlineData("GET /status HTTP/1.1\nHost: guest\n\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\n\r\n")]
    [InlineData("GET /status HTTP/1.1\nHost: guest\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: a\rb\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: a\0b\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX\0Y: a\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: a\u0001b\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: a\u007fb\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX\u00e9: a\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: \u00e9\r\n\r\n")]
    [InlineData("GET /status\0 HTTP/1.1\r\nHost: guest\r\n\r\n")]
    [InlineData("GET /sta\u00e9tus HTTP/1.1\r\nHost: guest\r\n\r\n")]
    [InlineData("GET /status\tHTTP/1.1\r\nHost: guest\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\n: empty\r\nHost: guest\r\n\r\n")]
    public async Task Line_ends_and_bytes_that_parsers_disagree_about_are_refused(string raw) => await RefusedAsync(raw, 400);

    [Theory]
    [Trait("neg", "H09")]
    [InlineData("GET /status HTTP/1.1\r\nHost : guest\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\n Host: guest\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: a\r\n b\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nX: a\r\n\tb\r\n\r\n")]
    [InlineData("GET /status HTTP/1.1\r\nHost: guest\r\nContent-Length\r\n\r\n")]
    public async Task White_space_where_none_belongs_is_refused(string raw) => await RefusedAsync(raw, 400);

    [Theory]
    [Trait("neg", "H10")]
    [InlineData("GET /status HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET /status HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET http://other/status HTTP/1.1\r\nHost: guest\r\n\r\n", 400)]
    [InlineData("GET http://guest/status HTTP/1.1\r\nHost: guest\r\n\r\n", 404)]
    public async Task One_Host_and_no_absolute_target(string raw, int status) => await RefusedAsync(raw, status);

    [Theory]
    [Trait("neg", "H11")]
    [InlineData("/PROCESS")]
    [InlineData("/process/")]
    [InlineData("//process")]
    [InlineData("/x/../process")]
    [InlineData("/./process")]
    [InlineData("/%70rocess")]
    [InlineData("/process%00")]
    [InlineData("/process;v=1")]
    [InlineData("/process?x=1")]
    [InlineData("/process?")]
    [InlineData("/process#x")]
    public async Task Only_the_exact_target_is_a_route(string target) => await RefusedAsync(GuestUnderTest.Post(target, Turn), 404, 400);

    [Theory]
    [Trait("neg", "H12")]
    [InlineData("POST", "/sealXYZ", 404)]
    [InlineData("GET", "/secrets", 405)]
    [InlineData("POST", "/status", 405)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("HEAD", "/status", 405)]
    public async Task What_is_no_route_is_never_a_status(string method, string target, int status) =>
        await RefusedAsync($"{method} {target} HTTP/1.1\r\nHost: guest\r\nContent-Length: 0\r\n\r\n", status);

    [Theory]
    [Trait("neg", "H13")]
    [InlineData("post")]
    [InlineData("Post")]
    [InlineData("TRACE")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task Methods_are_compared_by_the_letter(string method) =>
        await RefusedAsync(GuestUnderTest.Post("/process", Turn).Replace("POST", method, StringComparison.Ordinal), 405);

    [Theory]
    [Trait("neg", "H13")]
    [InlineData("CONNECT guest:443 HTTP/1.1\r\nHost: guest\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: guest\r\n\r\n")]
    public async Task Methods_with_targets_of_their_own_are_refused(string raw) => await RefusedAsync(raw, 0, 400, 404, 405, 501, 505);

    [Fact]
    [Trait("neg", "H13")]
    [Trait("neg", "H14")]
    public async Task Long_lines_and_many_headers_are_refused()
    {
        await RefusedAsync(new string('A', 10_000) + " /status HTTP/1.1\r\nHost: guest\r\n\r\n", 414, 400);
        await RefusedAsync($"GET /{new string('a', 8_192)} HTTP/1.1\r\nHost: guest\r\n\r\n", 414);
        await RefusedAsync("GET /status HTTP/1.1\r\nHost: guest\r\n" + string.Concat(Enumerable.Range(0, 101).Select(i => $"X{i}: y\r\n")) + "\r\n", 431);
        await RefusedAsync($"GET /status HTTP/1.1\r\nHost: guest\r\nX: {new string('a', 32_768)}\r\n\r\n", 431);
    }

    [Theory]
    [Trait("neg", "H05")]
    [InlineData("HTTP/1.0")]
    [InlineData("HTTP/1.9")]
    [InlineData("HTTP/2.0")]
    [InlineData("HTTP/0.9")]
    [InlineData("http/1.1")]
    public async Task Only_HTTP_1_1_is_spoken(string version) => await RefusedAsync($"GET /status {version}\r\nHost: guest\r\n\r\n", 400, 505);

    [Fact]
    [Trait("neg", "H15")]
    public async Task A_head_that_trickles_is_cut_off_while_others_are_served()
    {
        await using var slow = await _guest.DialAsync();
        await slow.WriteAsync("GET /sta");
        Assert.Equal(200, (await _guest.PostAsync("/process", Turn)).Status);
        var reply = await slow.ReadReplyAsync();
        Assert.Equal(408, reply.Status);
        Assert.True(reply.Closed);
    }

    [Fact]
    [Trait("neg", "H16")]
    public async Task A_body_shorter_than_its_claim_never_reaches_a_route() => await RefusedAsync(WithLength(" 200"), 408);

    [Fact]
    [Trait("neg", "H16")]
    public async Task A_body_cut_off_by_the_end_of_the_connection_never_reaches_a_route()
    {
        await using (var client = await _guest.DialAsync()) await client.WriteAsync(WithLength(" 200"));
        Assert.Equal(200, (await _guest.SendAsync("GET /status HTTP/1.1\r\nHost: guest\r\n\r\n")).Status);
        Assert.Empty(_guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H17")]
    public async Task What_follows_the_claimed_length_is_the_next_request()
    {
        await using var client = await _guest.DialAsync();
        await client.WriteAsync(GuestUnderTest.Post("/process", Turn) + "extra");
        Assert.Equal(200, (await client.ReadReplyAsync()).Status);
        await client.WriteAsync("\r\n\r\n");
        Assert.True((await client.ReadReplyAsync()).Status is 400 or 0);
        Assert.Equal("hi", Assert.Single(_guest.Agent.Runs).Content);
    }

    [Fact]
    [Trait("neg", "H17")]
    public async Task Smuggled_bytes_in_a_body_are_not_a_request()
    {
        var inner = GuestUnderTest.Post("/process", """{"session_id":"x","content":"smuggled"}""");
        await _guest.SendAsync(Encoding.UTF8.GetBytes(GuestUnderTest.Post("/process", inner)));
        Assert.Empty(_guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H18")]
    public async Task A_thousand_pipelined_requests_are_answered_in_order()
    {
        await using var client = await _guest.DialAsync();
        var all = Task.Run(async () =>
        {
            foreach (var i in Enumerable.Range(0, 1_000)) await client.WriteAsync(GuestUnderTest.Post("/process", $$"""{"session_id":"a","content":"{{i}}"}"""));
        });
        for (var i = 0; i < 1_000; i++) Assert.Contains($"echo {i}\"", (await client.ReadReplyAsync()).Body);
        await all;
    }

    [Fact]
    [Trait("neg", "H19")]
    public async Task A_client_that_stops_sending_still_gets_its_reply()
    {
        var go = new TaskCompletionSource();
        _guest.Agent.Answer = async (r, _, ct) =>
        {
            await go.Task.WaitAsync(ct);
            return new ProcessReply(r.SessionId, "late", true);
        };
        await using var client = await _guest.DialAsync();
        await client.WriteAsync(GuestUnderTest.Post("/process", """{"session_id":"a","content":"x","turn":1}"""));
        await client.Tls.ShutdownAsync(); // close_notify: no more from us
        go.SetResult();
        var reply = await client.ReadReplyAsync();
        Assert.Equal(200, reply.Status);
        Assert.Contains("late", reply.Body);
    }

    [Fact]
    [Trait("neg", "H21")]
    public async Task Expectations_are_not_fulfilled() => await RefusedAsync(
        $"POST /process HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\nContent-Length: {Turn.Length}\r\nExpect: 100-continue\r\n\r\n", 417);

    [Theory]
    [Trait("neg", "H22")]
    [InlineData("Content-Type: text/plain", "")]
    [InlineData("Content-Type: application/json; charset=utf-16", "")]
    [InlineData("Content-Type: application/x-www-form-urlencoded", "")]
    [InlineData("X: y", "")]
    [InlineData("Content-Type: application/json", "Content-Encoding: gzip\r\n")]
    [InlineData("Content-Type: application/json", "Content-Encoding: identity\r\n")]
    [InlineData("Content-Type: application/json\r\nContent-Type: text/plain", "")]
    public async Task Only_plain_JSON_is_taken(string type, string more) =>
        await RefusedAsync($"POST /process HTTP/1.1\r\nHost: guest\r\n{type}\r\n{more}Content-Length: {Turn.Length}\r\n\r\n{Turn}", 415);

    [Theory]
    [Trait("neg", "H23")]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    public async Task Text_that_is_not_UTF8_is_refused(byte[] bad)
    {
        byte[] body = [.. "{\"session_id\":\"a\",\"content\":\""u8, .. bad, .. "\"}"u8];
        byte[] raw = [.. Encoding.ASCII.GetBytes($"POST /process HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
        var reply = await _guest.SendAsync(raw);
        Assert.Equal(400, reply.Status);
        Assert.Contains("PROTOCOL_VIOLATION", reply.Body);
        Assert.Empty(_guest.Agent.Runs);
    }

    [Theory]
    [Trait("neg", "H23")]
    [Trait("neg", "H25")]
    [Trait("neg", "H27")]
    [InlineData("\uFEFF{\"session_id\":\"a\",\"content\":\"x\"}")]
    [InlineData("{\"session_id\":\"a\",\"content\":\"\\ud800\"}")]
    [InlineData("{\"session_id\":\"a\",\"content\":\"\\udc00x\"}")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[\"a\",\"x\"]")]
    [InlineData("\"a\"")]
    [InlineData("{")]
    [InlineData("{\"session_id\":\"a\",\"content\":\"x\",}")]
    [InlineData("{\"session_id\":\"a\",/*c*/\"content\":\"x\"}")]
    [InlineData("{\"session_id\":\"a\",\"content\":\"x\"}{}")]
    [InlineData("{\"session_id\":\"a\",\"content\":\"x\"} x")]
    [InlineData("{\"session_id\":\"a\",\"session_id\":\"b\",\"content\":\"x\"}")]
    [InlineData("{\"session_id\":\"a\",\"content\":\"x\",\"content\":\"y\"}")]
    [InlineData("{\"session_id\":\"a\",\"content\":1}")]
    [InlineData("{\"session_id\":\"a\",\"content\":null}")]
    [InlineData("{\"session_id\":null,\"content\":\"x\"}")]
    [InlineData("{\"content\":\"x\"}")]
    [InlineData("{\"session_id\":\"a\",\"turn\":1e999}")]
    [InlineData("{\"session_id\":\"a\",\"turn\":NaN}")]
    [InlineData("{\"session_id\":\"a\",\"turn\":1.5}")]
    [InlineData("{\"session_id\":\"a\",\"turn\":\"1\"}")]
    [InlineData("{\"session_id\":\"a\",\"turn\":0}")]
    [InlineData("{\"session_id\":\"a\",\"stream\":1}")]
    [InlineData("{\"session_id\":\"a\",\"request_type\":\"nope\"}")]
    [InlineData("{\"session_id\":\"a\",\"request_type\":\"Process_Message\"}")]
    [InlineData("{\"session_id\":\"a\",\"history\":[null]}")]
    [InlineData("{\"session_id\":\"a\",\"history\":[{\"role\":\"system\",\"content\":\"x\"}]}")]
    [InlineData("{\"SESSION_ID\":\"a\",\"content\":\"x\"}")]
    public async Task JSON_that_is_not_exactly_a_request_is_refused(string json)
    {
        var reply = await _guest.PostAsync("/process", json);
        Assert.Equal(400, reply.Status);
        Assert.Empty(_guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H25")]
    public async Task Deep_and_wide_JSON_is_refused_in_bounded_time()
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        foreach (var json in new[]
        {
            "{\"session_id\":\"a\",\"x\":" + new string('[', 65) + new string(']', 65) + "}",
            "{\"session_id\":\"a\",\"x\":" + new string('[', 900_000),
            "{" + string.Join(',', Enumerable.Range(0, 150_000).Select(i => $"\"k{i}\":1")) + "}",
            "{\"session_id\":\"a\",\"turn\":" + new string('9', 1_000_000) + "}",
        })
            Assert.Equal(400, (await _guest.PostAsync("/process", json)).Status);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), started.Elapsed.ToString());
        Assert.Empty(_guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H26")]
    public async Task Many_colliding_members_take_bounded_time()
    {
        // Members no request knows: whatever they hash to, they are skipped one after the other.
        var json = "{\"session_id\":\"a\",\"content\":\"x\"" + string.Concat(Enumerable.Range(0, 100_000).Select(i => $",\"\\u0041{i:x8}\":0")) + "}";
        var started = System.Diagnostics.Stopwatch.StartNew();
        var reply = await _guest.PostAsync("/process", json);
        Assert.True(reply.Status is 200 or 400);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(5), started.Elapsed.ToString());
    }

    [Theory]
    [Trait("neg", "H24")]
    [Trait("neg", "H28")]
    [InlineData("")]
    [InlineData("a\\u0000b")]
    [InlineData("a\\nb")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("\\u202eabc")]
    [InlineData("é")]
    public async Task Session_ids_of_other_characters_are_refused(string id)
    {
        var reply = await _guest.PostAsync("/process", $$"""{"session_id":"{{id}}","content":"x"}""");
        Assert.Equal(400, reply.Status);
        Assert.Contains("SESSION_CONFLICT", reply.Body);
        Assert.Empty(_guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H28")]
    public async Task A_session_id_of_ten_thousand_characters_is_refused() =>
        Assert.Equal(400, (await _guest.PostAsync("/process", $$"""{"session_id":"{{new string('a', 10_000)}}","content":"x"}""")).Status);

    [Fact]
    [Trait("neg", "H24")]
    public async Task NUL_in_a_message_is_text_like_any_other()
    {
        Assert.Equal(200, (await _guest.PostAsync("/process", """{"session_id":"a","content":"x\u0000y"}""")).Status);
        Assert.Equal("x\0y", _guest.Agent.Runs[0].Content);
    }

    [Fact]
    [Trait("neg", "H29")]
    [Trait("neg", "H30")]
    public async Task A_failing_turn_tells_its_code_and_nothing_of_the_message()
    {
        _guest.Agent.Answer = (_, _, _) => throw new InvalidOperationException("canary-4111 \"quoted\"\n at Some.Stack");
        var reply = await _guest.PostAsync("/process", """{"session_id":"a","content":"canary-4111"}""");
        Assert.Equal(500, reply.Status);
        Assert.DoesNotContain("canary", reply.Body);
        Assert.DoesNotContain(" at ", reply.Body);
        Assert.Equal("INTERNAL", System.Text.Json.JsonSerializer.Deserialize(reply.Body, WireJson.Default.ProcessReply)!.Code);
    }

    [Fact]
    [Trait("neg", "H29")]
    public async Task A_failing_route_answers_with_a_correlation_id_only()
    {
        await using var guest = await GuestUnderTest.StartAsync(more: new ThrowingRoute());
        var reply = await guest.PostAsync("/throws", "{}");
        Assert.Equal(500, reply.Status);
        var error = System.Text.Json.JsonSerializer.Deserialize(reply.Body, WireJson.Default.ErrorReply)!;
        Assert.Equal("INTERNAL", error.Code);
        Assert.Equal(32, error.CorrelationId!.Length);
        Assert.DoesNotContain("canary", reply.Body);
    }

    [Fact]
    [Trait("neg", "H30")]
    public async Task An_error_with_quotes_and_line_ends_is_escaped()
    {
        _guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, "", false, "a \"quote\"\nand a line\u0001", "INTERNAL"));
        var reply = await _guest.PostAsync("/process", Turn);
        Assert.Equal("a \"quote\"\nand a line\u0001", System.Text.Json.JsonSerializer.Deserialize(reply.Body, WireJson.Default.ProcessReply)!.Error);
    }

    private sealed class ThrowingRoute : IRoute
    {
        public string Path => "/throws";

        public string Method => "POST";

        public int MaxBody => 100;

        public Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken) => throw new InvalidOperationException("canary");
    }
}
