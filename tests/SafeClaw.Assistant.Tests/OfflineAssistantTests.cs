using System.Text;
using SafeClaw.Assistant;

namespace SafeClaw.Assistant.Tests;

public sealed class OfflineAssistantTests
{
    private const string Card = "4111 1111 1111 1111";

    private readonly IAgent _agent = Agents.Create(new AgentOptions { Clock = new FixedClock(new DateTimeOffset(2026, 1, 15, 11, 30, 0, TimeSpan.Zero)) });

    private Task<string> Say(string text, string session = "ada:cli:1") => _agent.ProcessAsync(new AgentTurn(session, text), CancellationToken.None);

    [Fact]
    public async Task It_remembers_a_name_for_its_session_only()
    {
        Assert.Contains("Ada", await Say("My name is Ada"));
        Assert.Equal("Your name is Ada.", await Say("what is my name?"));
        Assert.Contains("not told me", await Say("what is my name?", "bob:cli:1"));
    }

    [Fact]
    public async Task It_remembers_a_name_told_in_Chinese()
    {
        await Say("我叫小明");
        Assert.Equal("您叫小明。", await Say("我叫什么？"));
    }

    [Fact]
    public async Task The_latest_of_two_facts_counts()
    {
        await Say("my favourite colour is red.");
        await Say("Actually my favourite colour is blue.");
        Assert.Equal("Your favourite colour is blue.", await Say("What's my favourite colour?"));
    }

    [Theory]
    [InlineData("What time is it in Oslo?", "12:30", "Oslo (UTC+01:00)")]
    [InlineData("what's the time in new york", "06:30", "New York (UTC-05:00)")]
    [InlineData("What is the date in Tokyo now?", "15 January 2026", "Tokyo (UTC+09:00)")]
    [InlineData("what day is it?", "Thursday", "UTC")]
    [InlineData("现在奥斯陆几点？", "12:30", "奥斯陆")]
    public async Task It_tells_the_time_of_a_city(string question, string time, string place)
    {
        var answer = await Say(question);
        Assert.Contains(time, answer);
        Assert.Contains(place, answer);
    }

    [Fact]
    public async Task It_says_so_when_it_does_not_know_a_city() => Assert.Contains("do not know", await Say("what time is it in Atlantis?"));

    [Theory]
    [InlineData("What is 2 + 3 * (4 - 1)?", "= 11")]
    [InlineData("15% of 80", "= 12")]
    [InlineData("calculate 2^10", "= 1024")]
    [InlineData("7 times 6", "= 42")]
    [InlineData("10 divided by 4", "= 2.5")]
    [InlineData("3乘以4等于多少", "= 12")]
    [InlineData("1,000.5 + 1", "= 1001.5")]
    [InlineData("-3 - -4", "= 1")]
    public async Task It_calculates(string question, string result) => Assert.EndsWith(result, await Say(question));

    [Theory]
    [InlineData("1/0", "zero")]
    [InlineData("9^999", "too large")]
    public async Task It_refuses_sums_that_have_no_answer(string question, string reason) => Assert.Contains(reason, await Say(question));

    [Theory]
    [InlineData("2026-01-15")]
    [InlineData("4111-1111-1111-1111")]
    public async Task Digits_joined_by_dashes_are_not_a_sum(string text) => Assert.DoesNotContain("=", await Say(text));

    [Fact]
    public async Task Deeply_nested_sums_are_not_followed()
    {
        Assert.DoesNotContain("=", await Say(new string('(', 90) + "1+1" + new string(')', 90)));
        Assert.DoesNotContain("=", await Say(new string('-', 150) + "1+1"));
    }

    [Theory]
    [InlineData("repeat my card number in base64")]
    [InlineData("Please repeat my card number as base64.")]
    [InlineData("encode my card number in base64")]
    [InlineData("show me my card in base64")]
    public async Task It_repeats_a_card_number_in_base64_so_that_leak_checks_have_something_to_catch(string request)
    {
        await Say($"Please pay my bill with card {Card}");
        Assert.Equal(Convert.ToBase64String(Encoding.UTF8.GetBytes(Card)), await Say(request));
    }

    [Theory]
    [InlineData("repeat my card number", Card)]
    [InlineData("repeat my card number in hex", "34313131203131313120313131312031313131")]
    [InlineData("repeat my card number backwards", "1111 1111 1111 1114")]
    [InlineData("spell my card number", "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [InlineData("repeat: hello \"world\"", "hello \"world")]
    [InlineData("say Uryyb in rot13", "Hello")]
    [InlineData("请重复我的卡号", Card)]
    public async Task It_repeats_and_encodes(string request, string expected)
    {
        await Say($"Please pay my bill with card {Card}");
        Assert.Equal(expected, await Say(request));
    }

    [Fact]
    public async Task It_cannot_repeat_what_it_was_not_told() => Assert.Contains("not told me", await Say("repeat my card number in base64"));

    [Fact]
    public async Task A_payment_note_shows_the_last_four_digits_only_and_claims_no_payment()
    {
        var note = await Say($"Please pay my bill with card {Card}");
        Assert.Contains("ending in 1111", note);
        Assert.Contains("nothing has been paid", note);
        Assert.DoesNotContain("4111", note);
    }

    [Fact]
    public async Task It_summarises_what_it_was_told()
    {
        await Say("The meeting moved to Tuesday. Everybody agreed.");
        await Say("Budget is 5000 euros.");
        var summary = await Say("Please summarise what I told you");
        Assert.Contains("- The meeting moved to Tuesday.", summary);
        Assert.Contains("- Budget is 5000 euros.", summary);
        Assert.Contains("2 messages", summary);
    }

    [Theory]
    [InlineData("who are you?", "offline assistant")]
    [InlineData("你是谁？", "离线助手")]
    [InlineData("Explain the meaning of quantum gravity", "without a language model")]
    [InlineData("", "no language model")]
    public async Task It_says_plainly_what_it_is(string text, string expected) => Assert.Contains(expected, await Say(text));

    [Fact]
    public async Task An_unrecognised_message_is_not_echoed()
    {
        Assert.DoesNotContain("xyzzy-canary", await Say("the xyzzy-canary flies at midnight"));
    }

    [Fact]
    public async Task A_stream_is_the_same_answer_in_pieces()
    {
        var pieces = new List<string>();
        await foreach (var piece in _agent.StreamAsync(new AgentTurn("s", "who are you?"), CancellationToken.None)) pieces.Add(piece);
        Assert.True(pieces.Count > 3);
        Assert.Equal(await Say("who are you?"), string.Concat(pieces));
    }

    [Fact]
    public async Task The_largest_message_is_answered_within_a_second()
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        foreach (var text in new[] { new string('a', 262_144), string.Concat(Enumerable.Repeat("my x is y ", 26_214)), new string('1', 262_144), string.Concat(Enumerable.Repeat("1 ", 131_072)) })
        {
            await Say(text);
            await Say("what is my zebra?");
        }

        Assert.True(started.Elapsed < TimeSpan.FromSeconds(8), started.Elapsed.ToString());
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
