using Akka.Actor;
using Akka.TestKit;
using SafeClaw.Assistant;
using SafeClaw.Privacy;

namespace SafeClaw.Actors.Tests;

/// <summary>One conversation; probes play the VM's supervisor and the channel pool.</summary>
public sealed class SessionActorSpecs : VirtualTimeKit
{
    private const string Card = "Please pay with card 4111 1111 1111 1111";

    private readonly TestProbe _vm;
    private readonly TestProbe _channels;
    private readonly ScriptedAgent _local = new();
    private readonly IActorRef _sessions;
    private readonly VmGeneration _generation = new VmGenerations().Next();

    public SessionActorSpecs()
    {
        _vm = CreateTestProbe("vm");
        _channels = CreateTestProbe("channels");
        _sessions = Sys.ActorOf(SessionManager.Props(World(_vm.Ref)), "sessions");
    }

    [Fact]
    [Trait("neg", "A25")]
    public async Task A_message_that_is_not_sensitive_is_answered_locally_and_no_vm_is_asked_for()
    {
        Say("What time is it in Oslo?");
        var reply = (await ExpectMsgAsync<SessionProtocol.Processed>()).Reply;
        Assert.Equal("local: What time is it in Oslo?", reply.Reply.Text);
        Assert.False(reply.Tee);
        Assert.False(reply.Simulated);
        Assert.Null(reply.Generation);
        Assert.Null(reply.Verdict);
        Assert.Equal(Route.Local, reply.Route);
        await _vm.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_sensitive_message_goes_to_the_attested_guest_and_its_reply_is_leak_checked()
    {
        Say(Card);
        await GuestRepliesAsync("I will pay with 4111 1111 1111 1111 today.");
        var reply = (await ExpectMsgAsync<SessionProtocol.Processed>()).Reply;
        Assert.True(reply.Tee);
        Assert.True(reply.Simulated);
        Assert.Equal(_generation.ToString(), reply.Generation);
        Assert.Equal("accepted", reply.Verdict);
        Assert.DoesNotContain("4111 1111 1111 1111", reply.Reply.Text, StringComparison.Ordinal);
        Assert.Equal(1, reply.Redactions);
        Assert.Equal(0, _local.Asked);
    }

    [Fact]
    public async Task Turns_of_a_session_run_one_at_a_time_in_their_order()
    {
        Say(Card, "1");
        Say(Card, "2");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(Ready());
        var first = await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        Assert.Equal("1", first.Request.RequestId);
        var session = _channels.Sender;
        await _channels.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        session.Tell(new ChannelProtocol.Answered("1", new GuestAnswer.Replied("one"), true));
        await GuestRepliesAsync("two", "2");
        Assert.Equal("one", (await ExpectMsgAsync<SessionProtocol.Processed>()).Reply.Reply.Text);
        Assert.Equal("two", (await ExpectMsgAsync<SessionProtocol.Processed>()).Reply.Reply.Text);
    }

    [Fact]
    public async Task When_the_tee_is_down_a_sensitive_turn_is_refused_unless_the_operator_allows_the_host_to_take_it()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(new VmProtocol.Refused(new Failure(ErrorCode.BootFailed, "It does not start.", "boot")));
        Assert.Equal(ErrorCode.BootFailed, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);

        var lenient = Sys.ActorOf(SessionManager.Props(World(_vm.Ref) with { WhenTeeIsDown = WhenTeeIsDown.Local }));
        lenient.Tell(Turn(Card, "2"), TestActor);
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(new VmProtocol.Refused(new Failure(ErrorCode.BootFailed, "It does not start.", "boot")));
        var reply = (await ExpectMsgAsync<SessionProtocol.Processed>()).Reply;
        Assert.Equal((false, Route.Local), (reply.Tee, reply.Route));

        lenient.Tell(Turn(Card, "3"), TestActor);
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(new VmProtocol.Refused(new Failure(ErrorCode.VmQuarantined, "It is hostile.", "verify")));
        Assert.Equal(ErrorCode.VmQuarantined, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
    }

    [Fact]
    public async Task Turn_numbers_grow_by_one()
    {
        for (var turn = 1L; turn <= 3; turn++)
        {
            Say(Card, $"{turn}");
            await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
            _vm.Reply(Ready());
            Assert.Equal(turn, (await _channels.ExpectMsgAsync<ChannelProtocol.Send>()).Request.Turn);
            _channels.Reply(new ChannelProtocol.Answered($"{turn}", new GuestAnswer.Replied("done"), true));
            await ExpectMsgAsync<SessionProtocol.Processed>();
        }
    }

    [Fact]
    public async Task Once_sensitive_a_session_stays_in_the_guest()
    {
        Say(Card, "1");
        await GuestRepliesAsync("done", "1");
        await ExpectMsgAsync<SessionProtocol.Processed>();
        Say("What time is it in Oslo?", "2");
        await GuestRepliesAsync("noon", "2");
        Assert.True((await ExpectMsgAsync<SessionProtocol.Processed>()).Reply.Tee);
    }

    [Fact]
    public async Task A_vm_that_is_refused_refuses_the_turn_with_its_reason_and_leaves_the_session_usable()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(new VmProtocol.Refused(new Failure(ErrorCode.VmQuarantined, "Attestation failed.", "verify")));
        Assert.Equal(ErrorCode.VmQuarantined, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
        Say(Card, "2");
        await GuestRepliesAsync("done", "2");
        await ExpectMsgAsync<SessionProtocol.Processed>();
    }

    [Fact]
    public async Task Without_a_tee_a_sensitive_message_is_refused_and_never_answered_locally()
    {
        var sessions = Sys.ActorOf(SessionManager.Props(World(vm: null)));
        sessions.Tell(Turn(Card, "1"), TestActor);
        Assert.Equal(ErrorCode.TeeDisabled, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
        Assert.Equal(0, _local.Asked);
    }

    [Fact]
    public async Task A_turn_that_reached_no_guest_waits_for_the_next_generation()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(Ready());
        await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        _channels.Reply(new ChannelProtocol.Answered("1", new GuestAnswer.Lost(false, new Failure(ErrorCode.ChannelLost, "Gone.", "channel")), false));
        await GuestRepliesAsync("done", "1");
        await ExpectMsgAsync<SessionProtocol.Processed>();
    }

    [Fact]
    public async Task A_turn_that_may_have_run_is_told_as_unknown_and_not_sent_again()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(Ready());
        await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        _channels.Reply(new ChannelProtocol.Answered("1", new GuestAnswer.Lost(true, new Failure(ErrorCode.OutcomeUnknown, "Gone.", "guest")), false));
        Assert.Equal(ErrorCode.OutcomeUnknown, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
        await _channels.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    [Trait("neg", "H35")]
    [Trait("neg", "L13")]
    public async Task An_answer_for_another_session_makes_the_supervisor_distrust_the_machine()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(Ready());
        await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        _channels.Reply(new ChannelProtocol.Answered("1", new GuestAnswer.Lost(true, new Failure(ErrorCode.InstanceMismatch, "Another session.", "guest")), false));
        Assert.Equal(_generation, (await _vm.ExpectMsgAsync<VmProtocol.Distrust>()).Generation);
        Assert.Equal(ErrorCode.InstanceMismatch, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
    }

    [Fact]
    public async Task A_deadline_before_sending_is_a_timeout_and_after_it_an_unknown_outcome()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        await PassAsync(TimeSpan.FromSeconds(60), _sessions);
        Assert.Equal(ErrorCode.Timeout, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);

        Say(Card, "2");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _vm.Reply(Ready());
        await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        await PassAsync(TimeSpan.FromSeconds(60), _sessions);
        Assert.Equal(ErrorCode.OutcomeUnknown, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
        Assert.Equal("2", (await _channels.ExpectMsgAsync<ChannelProtocol.Cancel>()).RequestId);
    }

    [Fact]
    public async Task A_caller_who_gives_up_before_the_guest_has_the_turn_is_told_cancelled()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        _sessions.Tell(new SessionProtocol.Cancel(Session, "1"));
        Assert.Equal(ErrorCode.Cancelled, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
    }

    [Fact]
    [Trait("neg", "A30")]
    public async Task The_sixty_sixth_turn_of_a_busy_session_is_refused_at_once()
    {
        for (var turn = 0; turn < 66; turn++) Say(Card, $"{turn}");
        Assert.Equal("65", (await ExpectMsgAsync<SessionProtocol.Refused>()).Id);
    }

    [Fact]
    [Trait("neg", "A28")]
    public async Task A_session_that_meets_a_defect_answers_its_turn_and_goes_on()
    {
        _local.OnProcess = _ => throw new InvalidOperationException("defect");
        Say("hello", "1");
        Assert.Equal(ErrorCode.Internal, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
        _local.OnProcess = turn => Task.FromResult("local: " + turn.Content);
        Say("hello", "2");
        await ExpectMsgAsync<SessionProtocol.Processed>();
    }

    [Fact]
    public async Task Draining_refuses_new_turns_and_ends_when_the_last_one_has_its_reply()
    {
        Say(Card, "1");
        await _vm.ExpectMsgAsync<VmProtocol.EnsureReady>();
        var drainer = CreateTestProbe();
        _sessions.Tell(SessionProtocol.Drain.Instance, drainer.Ref);
        Say(Card, "2");
        Assert.Equal(ErrorCode.Overloaded, (await ExpectMsgAsync<SessionProtocol.Refused>()).Failure.Code);
        await drainer.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        _vm.Reply(Ready());
        await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        _channels.Reply(new ChannelProtocol.Answered("1", new GuestAnswer.Replied("done"), true));
        await ExpectMsgAsync<SessionProtocol.Processed>();
        await drainer.ExpectMsgAsync<SessionProtocol.Drained>();
    }

    private static SessionId Session => SessionId.TryParse("ada:cli:main", out var id, out _) ? id : default;

    private SessionWorld World(IActorRef? vm) => new()
    {
        Classifier = new Classifier(new ClassifierOptions()),
        Routing = RoutingPolicy.Default,
        LeakCheck = new LeakCheck(new LeakCheckOptions()),
        SecretTaints = new SecretTaints(),
        LocalAgent = _local,
        Vm = vm,
    };

    private void Say(string text, string id = "1") => _sessions.Tell(Turn(text, id), TestActor);

    private SessionProtocol.Process Turn(string text, string id) =>
        new(id, new TurnRequest(Session, UserText.TryCreate(text, out _)!), Sys.Scheduler.Now + TimeSpan.FromSeconds(60));

    private VmProtocol.Ready Ready() => new(new GuestHandle(_generation, SomeEvidence.Accepted, _channels.Ref));

    private async Task GuestRepliesAsync(string content, string id = "1")
    {
        await _vm.FishForMessageAsync(message => message is VmProtocol.EnsureReady);
        _vm.Reply(Ready());
        await _channels.ExpectMsgAsync<ChannelProtocol.Send>();
        _channels.Reply(new ChannelProtocol.Answered(id, new GuestAnswer.Replied(content), true));
    }

    private sealed class ScriptedAgent : IAgent
    {
        public int Asked { get; private set; }

        public Func<AgentTurn, Task<string>> OnProcess { get; set; } = turn => Task.FromResult("local: " + turn.Content);

        public Task<string> ProcessAsync(AgentTurn turn, CancellationToken cancellationToken)
        {
            Asked++;
            return OnProcess(turn);
        }

        public IAsyncEnumerable<string> StreamAsync(AgentTurn turn, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task InitSessionAsync(string sessionId, IReadOnlyList<AgentExchange> history, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task TerminateSessionAsync(string sessionId, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
