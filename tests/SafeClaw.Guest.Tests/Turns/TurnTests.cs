using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest.Tests.Turns;

/// <summary>The dedupe rule over the wire: a resent turn has one effect.</summary>
public sealed class TurnTests
{
    private static string Json(string content, int turn, string session = "a:b:c", bool stream = false) =>
        $$"""{"session_id":"{{session}}","content":"{{content}}","turn":{{turn}}{{(stream ? ",\"stream\":true" : "")}}}""";

    [Fact]
    public async Task A_resent_turn_gets_the_stored_outcome_without_a_second_effect()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var first = await guest.PostAsync("/process", Json("pay", 1));
        var again = await guest.PostAsync("/process", Json("pay", 1));
        Assert.Equal(first.Body, again.Body);
        Assert.Single(guest.Agent.Runs);
        await guest.PostAsync("/process", Json("pay", 2));
        Assert.Equal(2, guest.Agent.Runs.Count);
    }

    [Fact]
    public async Task The_same_turn_with_other_content_is_a_conflict()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        await guest.PostAsync("/process", Json("pay", 5));
        var other = await guest.PostAsync("/process", Json("pay twice", 5));
        Assert.Equal(409, other.Status);
        Assert.Contains("SESSION_CONFLICT", other.Body);
        Assert.Equal(409, (await guest.PostAsync("/process", Json("pay", 4))).Status);
        Assert.Single(guest.Agent.Runs);
    }

    [Fact]
    public async Task A_failed_outcome_is_stored_like_any_other()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, "", false, "no", "INTERNAL"));
        Assert.Equal(500, (await guest.PostAsync("/process", Json("pay", 1))).Status);
        guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, "paid", true));
        Assert.Equal(500, (await guest.PostAsync("/process", Json("pay", 1))).Status);
    }

    [Fact]
    public async Task A_repeat_attaches_to_the_turn_under_way()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var go = new TaskCompletionSource();
        guest.Agent.Answer = async (r, _, _) => { await go.Task; return new ProcessReply(r.SessionId, "done", true); };
        var first = guest.PostAsync("/process", Json("pay", 1));
        await WaitForAsync(() => guest.Agent.Runs.Count == 1);
        var second = guest.PostAsync("/process", Json("pay", 1));
        await Task.Delay(50);
        go.SetResult();
        Assert.Equal((await first).Body, (await second).Body);
        Assert.Single(guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H20")]
    public async Task A_turn_whose_connection_is_lost_goes_on_for_the_host_to_come_back()
    {
        await using var guest = await GuestUnderTest.StartAsync(turns: new TurnLimits { Reattach = TimeSpan.FromSeconds(10) });
        var go = new TaskCompletionSource();
        guest.Agent.Answer = async (r, _, ct) => { await go.Task.WaitAsync(ct); return new ProcessReply(r.SessionId, "done", true); };
        await using (var client = await guest.DialAsync())
        {
            await client.WriteAsync(GuestUnderTest.Post("/process", Json("pay", 1)));
            await WaitForAsync(() => guest.Agent.Runs.Count == 1);
        }

        var again = guest.PostAsync("/process", Json("pay", 1));
        go.SetResult();
        Assert.Contains("done", (await again).Body);
        Assert.Single(guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H20")]
    public async Task A_turn_that_nobody_comes_back_for_is_cancelled_and_stays_cancelled()
    {
        await using var guest = await GuestUnderTest.StartAsync(turns: new TurnLimits { Reattach = TimeSpan.FromMilliseconds(50) });
        var cancelled = new TaskCompletionSource();
        guest.Agent.Answer = async (_, _, ct) => { using var _r = ct.Register(() => cancelled.TrySetResult()); await Task.Delay(Timeout.Infinite, ct); throw new InvalidOperationException(); };
        await using (var client = await guest.DialAsync())
        {
            await client.WriteAsync(GuestUnderTest.Post("/process", Json("pay", 1)));
            await WaitForAsync(() => guest.Agent.Runs.Count == 1);
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var again = await guest.PostAsync("/process", Json("pay", 1));
        Assert.Equal(409, again.Status);
        Assert.Contains("CANCELLED", again.Body);
        Assert.Single(guest.Agent.Runs);
    }

    [Fact]
    [Trait("neg", "H20")]
    public async Task An_unnumbered_turn_is_cancelled_at_once_when_its_client_leaves()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var cancelled = new TaskCompletionSource();
        guest.Agent.Answer = async (_, _, ct) => { using var _r = ct.Register(() => cancelled.TrySetResult()); await Task.Delay(Timeout.Infinite, ct); throw new InvalidOperationException(); };
        await using (var client = await guest.DialAsync())
        {
            await client.WriteAsync(GuestUnderTest.Post("/process", """{"session_id":"a","content":"x"}"""));
            await WaitForAsync(() => guest.Agent.Runs.Count == 1);
        }

        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_stream_tells_its_pieces_as_they_come_and_ends_with_done()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var go = new TaskCompletionSource();
        guest.Agent.Answer = async (r, chunk, _) => { chunk("one "); await go.Task; chunk("two"); return new ProcessReply(r.SessionId, "one two", true); };
        await using var client = await guest.DialAsync();
        await client.WriteAsync(GuestUnderTest.Post("/process", Json("x", 1, stream: true), "Connection: close\r\n"));
        Assert.Contains("""data: {"content":"one "}""", await client.ReadUntilAsync("one "));
        go.SetResult();
        var all = await client.ReadToEndAsync();
        Assert.Contains("text/event-stream", all);
        Assert.Contains("event: chunk\ndata: {\"content\":\"two\"}\n\n", all);
        Assert.Contains("event: done\ndata: {\"session_id\":\"a:b:c\",\"content\":\"one two\",\"success\":true}\n\n", all);
    }

    [Fact]
    public async Task A_stream_that_fails_midway_ends_with_error_and_one_that_fails_at_once_with_a_status()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        guest.Agent.Answer = (r, chunk, _) => { chunk("half"); return Task.FromResult(new ProcessReply(r.SessionId, "", false, "broke", "INTERNAL")); };
        await using var client = await guest.DialAsync();
        await client.WriteAsync(GuestUnderTest.Post("/process", Json("x", 1, stream: true), "Connection: close\r\n"));
        var all = await client.ReadToEndAsync();
        Assert.Contains("event: error\ndata: {\"error\":\"broke\",\"code\":\"INTERNAL\"}", all);
        Assert.DoesNotContain("event: done", all);

        guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, "", false, "full", "OVERLOADED"));
        Assert.Equal(503, (await guest.PostAsync("/process", Json("x", 2, stream: true))).Status);
        Assert.Equal(409, (await guest.PostAsync("/process", Json("x", 1, stream: true))).Status);
    }

    [Fact]
    public async Task A_finished_turn_can_be_streamed_again()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        await guest.PostAsync("/process", Json("x", 1));
        await using var client = await guest.DialAsync();
        await client.WriteAsync(GuestUnderTest.Post("/process", Json("x", 1, stream: true), "Connection: close\r\n"));
        var all = await client.ReadToEndAsync();
        Assert.Contains("event: chunk\ndata: {\"content\":\"echo x\"}", all);
        Assert.Contains("event: done", all);
        Assert.Single(guest.Agent.Runs);
    }

    [Fact]
    public async Task New_sessions_past_the_bound_are_refused_and_live_ones_remembered()
    {
        await using var guest = await GuestUnderTest.StartAsync(turns: new TurnLimits { MaxSessions = 2 });
        await guest.PostAsync("/process", Json("x", 1, "a"));
        await guest.PostAsync("/process", Json("x", 1, "b"));
        var refused = await guest.PostAsync("/process", Json("x", 1, "c"));
        Assert.Equal(503, refused.Status);
        Assert.Contains("OVERLOADED", refused.Body);
        await guest.PostAsync("/process", Json("x", 1, "a"));
        Assert.Equal(2, guest.Agent.Runs.Count);
        await guest.PostAsync("/process", """{"session_id":"a","request_type":"terminate_session"}""");
        Assert.Equal(200, (await guest.PostAsync("/process", Json("x", 1, "c"))).Status);
    }

    [Fact]
    public async Task Outcomes_past_their_bytes_refuse_new_sessions()
    {
        await using var guest = await GuestUnderTest.StartAsync(turns: new TurnLimits { MaxBytes = 10_000 });
        guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, new string('x', 6_000), true));
        await guest.PostAsync("/process", Json("x", 1, "a"));
        await WaitForAsync(() => guest.Ledger.Bytes == 12_000);
        Assert.Equal(503, (await guest.PostAsync("/process", Json("x", 1, "b"))).Status);
        guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, "short", true));
        await guest.PostAsync("/process", Json("x", 2, "a"));
        await WaitForAsync(() => guest.Ledger.Bytes == 10);
        Assert.Equal(200, (await guest.PostAsync("/process", Json("x", 1, "b"))).Status);
    }

    [Fact]
    public async Task A_message_of_256_KiB_fits_and_one_byte_more_does_not()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal(200, (await guest.PostAsync("/process", Json(new string('x', 262_144), 1))).Status);
        Assert.Equal(413, (await guest.PostAsync("/process", Json(new string('x', 262_145), 2))).Status);
    }

    [Fact]
    [Trait("neg", "L13")]
    public async Task One_hundred_interleaved_sessions_get_their_own_answers_only()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        guest.Agent.Answer = async (r, _, _) => { await Task.Yield(); return new ProcessReply(r.SessionId, $"{r.SessionId} {r.Content}", true); };
        var crossings = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            await using var client = await guest.DialAsync();
            for (var turn = 1; turn <= 5; turn++)
            {
                var canary = Guid.NewGuid().ToString("N");
                await client.WriteAsync(GuestUnderTest.Post("/process", Json(canary, turn, $"u{i}:cli:1")));
                var reply = await client.ReadReplyAsync();
                if (!reply.Body.Contains($"\"content\":\"u{i}:cli:1 {canary}\"", StringComparison.Ordinal)) Interlocked.Increment(ref crossings);
            }
        });
        Assert.Equal(0, crossings);
        Assert.Equal(500, guest.Agent.Runs.Count);
    }

    internal static async Task WaitForAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (!condition()) await Task.Delay(5, deadline.Token);
    }
}
