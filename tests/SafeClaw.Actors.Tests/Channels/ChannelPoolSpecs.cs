using Akka.Actor;
using Akka.TestKit;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors.Tests;

/// <summary>The pool pairs turns with attested channels of one generation; a probe plays the attestation actor.</summary>
public sealed class ChannelPoolSpecs : VirtualTimeKit
{
    private readonly VmGenerations _generations = new();
    private readonly VmGeneration _generation;
    private readonly TestProbe _attestation;
    private readonly IActorRef _pool;
    private readonly FakeLink _first = new();
    private int _sent;

    public ChannelPoolSpecs()
    {
        _generation = _generations.Next();
        _attestation = CreateTestProbe("attestation");
        _pool = Sys.ActorOf(ChannelPool.Props(new ChannelPoolOptions { MinSize = 1, MaxSize = 2, MaxWaiting = 3 }, _attestation.Ref), "channels");
    }

    [Fact]
    public async Task A_turn_is_answered_over_a_channel_of_its_generation()
    {
        Serve(dedupes: true);
        Send();
        Assert.Equal("echo hello 1", Assert.IsType<GuestAnswer.Replied>((await AnswerAsync()).Answer).Content);
    }

    [Fact]
    [Trait("neg", "P06")]
    [Trait("neg", "P08")]
    public async Task A_turn_for_another_generation_is_refused_without_a_byte()
    {
        Serve(dedupes: true);
        _pool.Tell(new ChannelProtocol.Send(_generations.Next(), Request(), Soon), TestActor);
        var lost = Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer);
        Assert.False(lost.Sent);
        Assert.Equal(ErrorCode.ChannelLost, lost.Failure.Code);
    }

    [Fact]
    public async Task Beyond_the_queue_a_caller_hears_busy_at_once()
    {
        _first.OnProcess = _ => Never<GuestAnswer>();
        Serve(dedupes: true);
        for (var turn = 0; turn < 1 + 3 + 1; turn++) Send();
        var lost = Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer);
        Assert.Equal(ErrorCode.Busy, lost.Failure.Code);
        Assert.False(lost.Sent);
    }

    [Fact]
    public async Task The_pool_grows_while_turns_wait_and_no_further_than_its_maximum()
    {
        _first.OnProcess = _ => Never<GuestAnswer>();
        Serve(dedupes: true);
        for (var turn = 0; turn < 3; turn++) Send();
        await _attestation.ExpectMsgAsync<AttestationProtocol.Open>();
        await SettledAsync(_pool);
        await _attestation.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        _pool.Tell(new AttestationProtocol.Opened(_generation, new FakeLink()));
        await AnswerAsync();
        await AnswerAsync();
    }

    [Fact]
    [Trait("neg", "P04")]
    public async Task A_turn_lost_on_its_way_goes_once_more_on_another_channel_if_the_guest_remembers_turns()
    {
        _first.OnProcess = _ => Lost(sent: true);
        Serve(dedupes: true);
        Send();
        await OpenAnotherAsync(new FakeLink());
        Assert.IsType<GuestAnswer.Replied>((await AnswerAsync()).Answer);
    }

    [Fact]
    public async Task A_turn_is_resent_once_and_no_more()
    {
        _first.OnProcess = _ => Lost(sent: true);
        Serve(dedupes: true);
        Send();
        await OpenAnotherAsync(new FakeLink { OnProcess = _ => Lost(sent: true) });
        Assert.Equal(ErrorCode.OutcomeUnknown, Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer).Failure.Code);
    }

    [Fact]
    [Trait("neg", "P02")]
    public async Task A_turn_that_was_sent_is_never_resent_to_a_guest_that_forgets()
    {
        _first.OnProcess = _ => Lost(sent: true);
        Serve(dedupes: false);
        Send();
        var lost = Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer);
        Assert.Equal(ErrorCode.OutcomeUnknown, lost.Failure.Code);
        Assert.True(lost.Sent);
    }

    [Fact]
    [Trait("neg", "P03")]
    public async Task A_turn_that_never_left_goes_again_even_to_a_guest_that_forgets()
    {
        _first.OnProcess = _ => Lost(sent: false);
        Serve(dedupes: false);
        Send();
        await OpenAnotherAsync(new FakeLink());
        Assert.IsType<GuestAnswer.Replied>((await AnswerAsync()).Answer);
    }

    [Fact]
    [Trait("neg", "T30")]
    public async Task Revoking_closes_every_channel_and_answers_everybody()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _first.OnProcess = _ =>
        {
            reached.TrySetResult();
            return Never<GuestAnswer>();
        };
        Serve(dedupes: true);
        Send();
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(5));
        Send();
        _pool.Tell(new ChannelProtocol.Revoke(_generation, new Failure(ErrorCode.PolicyViolation, "The policy changed.", "verify")));
        var answers = new[] { await AnswerAsync(), await AnswerAsync() };
        Assert.Contains(answers, a => a.Answer is GuestAnswer.Lost { Sent: true, Failure.Code: ErrorCode.OutcomeUnknown });
        Assert.Contains(answers, a => a.Answer is GuestAnswer.Lost { Sent: false });
        await _first.Closed.WaitAsync(TimeSpan.FromSeconds(5));
        Send();
        Assert.False(Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer).Sent);
    }

    [Fact]
    [Trait("neg", "P05")]
    public async Task A_guest_that_stays_silent_past_the_deadline_leaves_the_outcome_unknown_and_its_channel_is_closed()
    {
        _first.OnProcess = _ => Never<GuestAnswer>();
        Serve(dedupes: true);
        Send();
        await ChannelHasTheTurnAsync();
        await PassAsync(TimeSpan.FromSeconds(30), _pool);
        Assert.Equal(ErrorCode.OutcomeUnknown, Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer).Failure.Code);
        Assert.True(_first.IsRevoked);
    }

    [Fact]
    [Trait("neg", "V19")]
    public async Task An_answer_after_the_deadline_is_not_delivered_to_the_next_turn()
    {
        var late = new TaskCompletionSource<GuestAnswer>();
        _first.OnProcess = _ => late.Task;
        Serve(dedupes: true);
        Send();
        await ChannelHasTheTurnAsync();
        await PassAsync(TimeSpan.FromSeconds(30), _pool);
        await AnswerAsync();
        late.SetResult(new GuestAnswer.Replied("for the first turn"));
        Send();
        await PassAsync(TimeSpan.FromMilliseconds(50), _pool);
        await OpenAnotherAsync(new FakeLink());
        var second = await AnswerAsync();
        Assert.Equal("2", second.RequestId);
        Assert.Equal("echo hello 2", Assert.IsType<GuestAnswer.Replied>(second.Answer).Content);
    }

    [Fact]
    public async Task A_turn_that_waits_past_its_deadline_was_surely_not_sent()
    {
        _first.OnProcess = _ => Never<GuestAnswer>();
        Serve(dedupes: true);
        _pool.Tell(new ChannelProtocol.Send(_generation, Request(), Soon + TimeSpan.FromHours(1)), TestActor);
        Send();
        await PassAsync(TimeSpan.FromSeconds(30), _pool);
        var lost = Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer);
        Assert.False(lost.Sent);
        Assert.Equal(ErrorCode.Timeout, lost.Failure.Code);
    }

    [Fact]
    [Trait("neg", "P11")]
    public async Task A_waiting_turn_that_is_cancelled_leaves_the_queue_and_a_running_one_ends_with_its_outcome_unknown()
    {
        _first.OnProcess = _ => Never<GuestAnswer>();
        Serve(dedupes: true);
        Send();
        Send();
        await ChannelHasTheTurnAsync();
        _pool.Tell(new ChannelProtocol.Cancel("2"), TestActor);
        Assert.Equal(ErrorCode.Cancelled, Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer).Failure.Code);
        _pool.Tell(new ChannelProtocol.Cancel("1"), TestActor);
        Assert.Equal(ErrorCode.OutcomeUnknown, Assert.IsType<GuestAnswer.Lost>((await AnswerAsync()).Answer).Failure.Code);
    }

    [Fact]
    public async Task A_channel_that_breaks_while_idle_is_replaced_by_a_newly_attested_one()
    {
        Serve(dedupes: true);
        await SettledAsync(_pool);
        _first.Break();
        await OpenAnotherAsync(new FakeLink());
        Send();
        Assert.IsType<GuestAnswer.Replied>((await AnswerAsync()).Answer);
    }

    private DateTimeOffset Soon => Sys.Scheduler.Now + TimeSpan.FromSeconds(30);

    private void Serve(bool dedupes) => _pool.Tell(new ChannelProtocol.Serve(_generation, _first, dedupes));

    private void Send() => _pool.Tell(new ChannelProtocol.Send(_generation, Request(), Soon), TestActor);

    private ProcessRequest Request()
    {
        var number = ++_sent;
        return new ProcessRequest("ada:cli:main", $"hello {number}", RequestId: $"{number}", Turn: number);
    }

    private async Task<ChannelProtocol.Answered> AnswerAsync() => await ExpectMsgAsync<ChannelProtocol.Answered>();

    /// <summary>Waits until the pool asks for another connection (time passes for it), and gives it one.</summary>
    private async Task OpenAnotherAsync(FakeLink link)
    {
        await AwaitAssertAsync(async () =>
        {
            await PassAsync(TimeSpan.FromMilliseconds(50), _pool);
            await _attestation.ExpectMsgAsync<AttestationProtocol.Open>(TimeSpan.FromMilliseconds(50));
        });
        _pool.Tell(new AttestationProtocol.Opened(_generation, link));
    }

    /// <summary>The channel actor has read its turn, so its deadline timer is armed.</summary>
    private async Task ChannelHasTheTurnAsync()
    {
        await SettledAsync(_pool);
        await SettledAsync(await Sys.ActorSelection(_pool.Path / "channel-1").ResolveOne(TimeSpan.FromSeconds(5)));
        await SettledAsync(_pool);
        await SettledAsync(await Sys.ActorSelection(_pool.Path / "channel-1").ResolveOne(TimeSpan.FromSeconds(5)));
    }

    private Task<GuestAnswer> Lost(bool sent) =>
        Task.FromResult<GuestAnswer>(new GuestAnswer.Lost(sent, new Failure(ErrorCode.ChannelLost, "The connection to the guest broke.", "channel", _generation.ToString())));

    private static Task<T> Never<T>() => new TaskCompletionSource<T>().Task;
}
