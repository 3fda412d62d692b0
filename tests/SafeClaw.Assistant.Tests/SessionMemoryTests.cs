using SafeClaw.Assistant;

namespace SafeClaw.Assistant.Tests;

public sealed class SessionMemoryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    [Trait("neg", "L13")]
    public async Task One_hundred_interleaved_sessions_never_see_each_other()
    {
        var agent = Agents.Create(new AgentOptions());
        var canaries = Enumerable.Range(0, 100).Select(i => $"canary{Guid.NewGuid():N}{i:000}").ToArray();
        foreach (var round in Enumerable.Range(0, 3))
            await Task.WhenAll(canaries.Select((canary, i) => agent.ProcessAsync(new AgentTurn($"u{i}:cli:1", $"my token{round} is {canary}."), None)));

        var crossings = 0;
        await Task.WhenAll(canaries.Select(async (canary, i) =>
        {
            var everything = await agent.ProcessAsync(new AgentTurn($"u{i}:cli:1", "what did I tell you?"), None);
            Assert.Contains(canary, everything);
            if (canaries.Any(other => other != canary && everything.Contains(other))) Interlocked.Increment(ref crossings);
        }));
        Assert.Equal(0, crossings);
    }

    [Fact]
    public async Task A_terminated_session_is_forgotten()
    {
        var agent = Agents.Create(new AgentOptions());
        await agent.ProcessAsync(new AgentTurn("s", "my name is Ada"), None);
        await agent.TerminateSessionAsync("s", None);
        Assert.Contains("not told", await agent.ProcessAsync(new AgentTurn("s", "what is my name?"), None));
        await agent.TerminateSessionAsync("never-was", None);
    }

    [Fact]
    public async Task A_session_starts_anew_with_its_history()
    {
        var agent = Agents.Create(new AgentOptions());
        await agent.ProcessAsync(new AgentTurn("s", "my colour is red"), None);
        await agent.InitSessionAsync("s", [new AgentExchange(AgentExchange.User, "my name is Ada"), new AgentExchange(AgentExchange.Assistant, "Hello")], None);
        Assert.Equal("Your name is Ada.", await agent.ProcessAsync(new AgentTurn("s", "what is my name?"), None));
        Assert.Contains("not told", await agent.ProcessAsync(new AgentTurn("s", "what is my colour?"), None));
    }

    [Fact]
    public async Task Fifty_turns_are_remembered_and_the_oldest_forgotten()
    {
        var agent = Agents.Create(new AgentOptions());
        await agent.ProcessAsync(new AgentTurn("s", "my name is Ada"), None);
        for (var i = 0; i < 48; i++) await agent.ProcessAsync(new AgentTurn("s", "thanks"), None);
        Assert.Equal("Your name is Ada.", await agent.ProcessAsync(new AgentTurn("s", "what is my name?"), None));
        await agent.ProcessAsync(new AgentTurn("s", "thanks"), None);
        Assert.Contains("not told", await agent.ProcessAsync(new AgentTurn("s", "what is my name?"), None));
    }

    [Fact]
    public async Task A_session_remembers_at_most_64_KiB()
    {
        var agent = Agents.Create(new AgentOptions());
        await agent.ProcessAsync(new AgentTurn("s", "my name is Ada"), None);
        await agent.ProcessAsync(new AgentTurn("s", new string('x', 65_500)), None);
        Assert.Contains("not told", await agent.ProcessAsync(new AgentTurn("s", "what is my name?"), None));
    }

    [Fact]
    public async Task A_new_session_past_the_limit_is_refused_and_the_live_ones_stay()
    {
        var agent = Agents.Create(new AgentOptions { MaxSessions = 2 });
        await agent.ProcessAsync(new AgentTurn("a", "my name is Ada"), None);
        await agent.ProcessAsync(new AgentTurn("b", "hello"), None);
        var refused = await Assert.ThrowsAsync<AgentException>(() => agent.ProcessAsync(new AgentTurn("c", "hello"), None));
        Assert.Equal(AgentFailure.Overloaded, refused.Failure);
        Assert.Equal("Your name is Ada.", await agent.ProcessAsync(new AgentTurn("a", "what is my name?"), None));
        await agent.TerminateSessionAsync("b", None);
        await agent.ProcessAsync(new AgentTurn("c", "hello"), None);
    }

    [Fact]
    public async Task New_sessions_past_the_bytes_are_refused()
    {
        var agent = Agents.Create(new AgentOptions { MaxMemoryBytes = 64 << 10 });
        await agent.ProcessAsync(new AgentTurn("a", new string('x', 60_000)), None);
        await agent.ProcessAsync(new AgentTurn("b", new string('x', 60_000)), None);
        await Assert.ThrowsAsync<AgentException>(() => agent.ProcessAsync(new AgentTurn("c", "hello"), None));
    }

    [Fact]
    public async Task An_abandoned_stream_is_not_remembered_and_frees_its_session()
    {
        var agent = Agents.Create(new AgentOptions());
        await foreach (var _ in agent.StreamAsync(new AgentTurn("s", "repeat my name is Ada and a good deal more text so that there are pieces"), None)) break;
        Assert.Contains("not told", await agent.ProcessAsync(new AgentTurn("s", "what is my name?"), None));
    }

    [Fact]
    [Trait("neg", "L07")]
    public void Turns_and_exchanges_print_sizes_only()
    {
        Assert.Equal("AgentTurn(6 characters)", new AgentTurn("s", "secret").ToString());
        Assert.Equal("AgentExchange(6 characters)", new AgentExchange("user", "secret").ToString());
    }
}
