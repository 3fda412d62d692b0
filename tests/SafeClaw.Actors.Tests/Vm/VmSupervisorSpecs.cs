using Akka.Actor;
using Akka.TestKit;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors.Tests;

/// <summary>The lifecycle of the VM, a scenario per state; the test plays shim, guest and clock.</summary>
public sealed class VmSupervisorSpecs : VirtualTimeKit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly TestProbe _world;
    private readonly IActorRef _vm;
    private readonly FakeVm _machine = new();
    private readonly FakeLink _link = new();

    public VmSupervisorSpecs()
    {
        _world = CreateTestProbe("world");
        var outside = new ProbeWorld(_world.Ref);
        var options = new VmOptions { PhaseLimits = BootPhases.All.ToDictionary(phase => phase, _ => Limit), BackoffJitter = 0, MaxWaiting = 200 };
        _vm = Sys.ActorOf(VmSupervisor.Props(options, new VmWorld
        {
            Host = outside,
            Dialer = outside,
            Secrets = outside,
            PolicyDigest = new string('0', 64),
            Channels = new ChannelPoolOptions { MinSize = 1 },
        }), "vm");
    }

    [Fact]
    public async Task Down_nothing_is_started_until_somebody_needs_it()
    {
        var status = await StatusAsync();
        Assert.Equal(VmState.Down, status.State);
        await _world.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    [Trait("neg", "V24")]
    public async Task Booting_a_hundred_callers_share_one_boot()
    {
        for (var i = 0; i < 100; i++) _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        for (var i = 0; i < 100; i++) await ExpectMsgAsync<VmProtocol.Ready>();
        await _world.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task Booting_callers_beyond_the_bound_hear_busy_at_once()
    {
        for (var i = 0; i < 201; i++) _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        Assert.Equal(ErrorCode.Busy, (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Code);
    }

    [Fact]
    public async Task Booting_a_shim_that_cannot_start_is_told_with_its_reason_and_not_retried_unasked()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await _world.ExpectMsgAsync<ProbeWorld.Spawn>();
        _world.Reply(new ProbeWorld.Throw(new SafeClawException(ErrorCode.BootFailed, "The shim is missing.", "boot")));
        var refused = await ExpectMsgAsync<VmProtocol.Refused>();
        Assert.Equal(ErrorCode.BootFailed, refused.Failure.Code);
        Assert.Contains("missing", refused.Failure.Detail, StringComparison.Ordinal);
        await PassAsync(TimeSpan.FromMinutes(5), _vm);
        Assert.Equal(VmState.Down, (await StatusAsync()).State);
        await _world.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    [Trait("neg", "V07")]
    public async Task Booting_a_machine_that_never_listens_is_killed_at_the_phase_deadline()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await _world.ExpectMsgAsync<ProbeWorld.Spawn>();
        _world.Reply(_machine);
        await _world.ExpectMsgAsync<ProbeWorld.Dial>();
        await PassAsync(Limit, _vm);
        var refused = await ExpectMsgAsync<VmProtocol.Refused>();
        Assert.Equal(ErrorCode.Timeout, refused.Failure.Code);
        Assert.Contains("socket", refused.Failure.Detail, StringComparison.Ordinal);
        await _machine.Killed.Task.WaitAsync(Limit);
        Assert.Equal(VmState.Backoff, (await StatusAsync()).State);
    }

    [Fact]
    public async Task Booting_a_machine_that_starts_after_it_was_given_up_is_killed()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await _world.ExpectMsgAsync<ProbeWorld.Spawn>();
        await PassAsync(Limit, _vm);
        Assert.Equal(ErrorCode.Timeout, (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Code);
        _world.Reply(_machine);
        await _machine.Killed.Task.WaitAsync(Limit);
    }

    [Theory]
    [InlineData(ErrorCode.PolicyViolation)]
    [InlineData(ErrorCode.SignatureInvalid)]
    [InlineData(ErrorCode.ChainUntrusted)]
    [InlineData(ErrorCode.BindingMismatch)]
    [InlineData(ErrorCode.FreshnessFailed)]
    [InlineData(ErrorCode.InstanceMismatch)]
    [InlineData(ErrorCode.SimulatedRejected)]
    [Trait("neg", "V30")]
    public async Task Verifying_a_guest_whose_evidence_is_rejected_is_killed_quarantined_and_gets_no_secrets(ErrorCode code)
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        _world.Reply(new DialOutcome.Refused(new Failure(code, "measurement.", "verify")));
        var refused = await ExpectMsgAsync<VmProtocol.Refused>();
        Assert.Equal(ErrorCode.VmQuarantined, refused.Failure.Code);
        Assert.Contains(ErrorCodes.Name(code), refused.Failure.Detail, StringComparison.Ordinal);
        await _machine.Killed.Task.WaitAsync(Limit);
        await PassAsync(TimeSpan.FromHours(1), _vm);
        await _world.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Assert.Equal(VmState.Quarantined, (await StatusAsync()).State);
    }

    [Fact]
    [Trait("neg", "V31")]
    public async Task Quarantined_turns_are_refused_until_an_operator_releases_and_then_a_new_generation_boots()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        _world.Reply(new DialOutcome.Refused(new Failure(ErrorCode.PolicyViolation, "debug.", "verify")));
        await ExpectMsgAsync<VmProtocol.Refused>();
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        Assert.Equal(ErrorCode.VmQuarantined, (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Code);
        var first = (await StatusAsync()).Generation;

        _vm.Tell(VmProtocol.Release.Instance, TestActor);
        Assert.Equal(VmState.Down, (await ExpectMsgAsync<VmProtocol.Status>()).State);
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(new FakeVm(), _link);
        var ready = await ExpectMsgAsync<VmProtocol.Ready>();
        Assert.NotEqual(first, ready.Guest.Generation);
    }

    [Fact]
    public async Task Verifying_collateral_that_cannot_be_had_is_no_verdict_and_leads_to_backoff()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        _world.Reply(new DialOutcome.Refused(new Failure(ErrorCode.CollateralUnavailable, "KDS is silent.", "verify")));
        Assert.Equal(ErrorCode.CollateralUnavailable, (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Code);
        Assert.Equal(VmState.Backoff, (await StatusAsync()).State);
    }

    [Fact]
    public async Task Verifying_a_connection_that_arrives_for_a_generation_already_given_up_is_closed()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        await PassAsync(Limit, _vm);
        await ExpectMsgAsync<VmProtocol.Refused>();
        _world.Reply(new DialOutcome.Opened(_link));
        await _link.Closed.WaitAsync(Limit);
        Assert.Equal(0, _link.Injections);
    }

    [Fact]
    [Trait("neg", "S16")]
    public async Task Injecting_a_secret_without_a_value_stops_the_boot_and_names_it()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        _world.Reply(new DialOutcome.Opened(_link));
        await _world.ExpectMsgAsync<ProbeWorld.ReadSecrets>();
        _world.Reply(new ProbeWorld.Throw(new SafeClawException(ErrorCode.SecretMissing, "The secret 'api-key' has no value at env:NOPE.", "inject")));
        var refused = await ExpectMsgAsync<VmProtocol.Refused>();
        Assert.Equal(ErrorCode.SecretMissing, refused.Failure.Code);
        Assert.Contains("api-key", refused.Failure.Detail, StringComparison.Ordinal);
        await _machine.Killed.Task.WaitAsync(Limit);
        Assert.Equal(0, _link.Injections);
    }

    [Fact]
    [Trait("neg", "S11")]
    public async Task Injecting_without_an_answer_restarts_the_machine_instead_of_using_it_half_filled()
    {
        _link.OnInject = _ => new TaskCompletionSource().Task;
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        _world.Reply(new DialOutcome.Opened(_link));
        await _world.ExpectMsgAsync<ProbeWorld.ReadSecrets>();
        _world.Reply(new SecretsRequest([]));
        await AwaitAssertAsync(() => Assert.Equal(1, _link.Injections));
        await PassAsync(Limit, _vm);
        Assert.Equal(ErrorCode.Timeout, (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Code);
        await _machine.Killed.Task.WaitAsync(Limit);
        Assert.True(_link.IsRevoked);
    }

    [Fact]
    public async Task Ready_tells_every_phase_with_its_time_and_answers_at_once()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        await ExpectMsgAsync<VmProtocol.Ready>();
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await ExpectMsgAsync<VmProtocol.Ready>();
        var status = await StatusAsync();
        Assert.Equal(VmState.Ready, status.State);
        Assert.True(status.Simulated);
        Assert.Equal(BootPhases.All, status.Phases.Select(phase => phase.Phase));
        Assert.All(status.Phases, phase => Assert.True(phase.Ok));
    }

    [Fact]
    [Trait("neg", "V17")]
    public async Task Ready_a_machine_that_dies_is_followed_by_the_next_generation_after_backoff()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        var first = (await ExpectMsgAsync<VmProtocol.Ready>()).Guest.Generation;

        _machine.Die("killed by signal 9.");
        await AwaitAssertAsync(async () => Assert.Equal(VmState.Backoff, (await StatusAsync()).State));
        Assert.True(_link.IsRevoked);
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await PassAsync(TimeSpan.FromSeconds(0.2), _vm);
        await BootToReadyAsync(new FakeVm(), new FakeLink());
        var second = (await ExpectMsgAsync<VmProtocol.Ready>()).Guest.Generation;
        Assert.Equal(first.BootId, second.BootId);
        Assert.True(second.Number > first.Number);
    }

    [Fact]
    [Trait("neg", "V18")]
    public async Task Ready_a_guest_that_stays_silent_for_three_health_probes_is_restarted()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        await ExpectMsgAsync<VmProtocol.Ready>();
        for (var probe = 0; probe < 3; probe++)
        {
            await PassAsync(TimeSpan.FromSeconds(5), _vm);
            await _world.FishForMessageAsync(message => message is ProbeWorld.Dial, Limit);
            _world.Reply(new DialOutcome.Refused(new Failure(ErrorCode.ChannelLost, "Nobody answers.", "verify")));
            await SettledAsync(_vm);
        }

        await AwaitAssertAsync(async () => Assert.Equal(VmState.Backoff, (await StatusAsync()).State));
        await _machine.Killed.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task Ready_a_guest_whose_health_probe_is_lost_is_restarted()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        await ExpectMsgAsync<VmProtocol.Ready>();
        Sys.ActorSelection(_vm.Path / "health-1").Tell(PoisonPill.Instance);
        await AwaitAssertAsync(async () => Assert.Equal(VmState.Backoff, (await StatusAsync()).State));
        await _machine.Killed.Task.WaitAsync(Limit);
    }

    [Fact]
    [Trait("neg", "P15")]
    public async Task Ready_an_answer_for_another_session_quarantines_the_machine()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        var guest = (await ExpectMsgAsync<VmProtocol.Ready>()).Guest;
        _vm.Tell(new VmProtocol.Distrust(guest.Generation, new Failure(ErrorCode.InstanceMismatch, "The guest answered for another session.", "guest")));
        Assert.Equal(VmState.Quarantined, (await StatusAsync()).State);
        await _machine.Killed.Task.WaitAsync(Limit);
    }

    [Fact]
    [Trait("neg", "V05")]
    public async Task Backoff_after_five_failures_the_breaker_refuses_at_once_and_lets_one_trial_through_a_minute_later()
    {
        for (var failure = 0; failure < 5; failure++)
        {
            _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
            await SettledAsync(_vm);
            await PassAsync(TimeSpan.FromSeconds(31), _vm);
            await _world.ExpectMsgAsync<ProbeWorld.Spawn>();
            _world.Reply(new ProbeWorld.Throw(new SafeClawException(ErrorCode.BootFailed, "exit code 1.", "boot")));
            await ExpectMsgAsync<VmProtocol.Refused>();
        }

        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        Assert.Contains("5 times in a row", (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Detail, StringComparison.Ordinal);
        await _world.ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));

        await PassAsync(TimeSpan.FromSeconds(60), _vm);
        await SettledAsync(_vm);
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        await ExpectMsgAsync<VmProtocol.Ready>();
    }

    [Fact]
    [Trait("neg", "V25")]
    public async Task Stopping_ends_the_machine_in_order_and_answers_when_nothing_is_left()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        await ExpectMsgAsync<VmProtocol.Ready>();
        _vm.Tell(VmProtocol.Stop.Instance, TestActor);
        await _machine.StopAsked.Task.WaitAsync(Limit);
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await ExpectMsgAsync<VmProtocol.Refused>();
        _machine.FinishStopping();
        await ExpectMsgAsync<VmProtocol.Stopped>();
        Assert.Equal(VmState.Down, (await StatusAsync()).State);
    }

    [Fact]
    public async Task Stopping_a_machine_that_ignores_it_is_killed_at_the_limit()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await BootToReadyAsync(_machine, _link);
        await ExpectMsgAsync<VmProtocol.Ready>();
        _vm.Tell(VmProtocol.Stop.Instance, TestActor);
        await _machine.StopAsked.Task.WaitAsync(Limit);
        await PassAsync(Limit, _vm);
        await _machine.Killed.Task.WaitAsync(Limit);
        await ExpectMsgAsync<VmProtocol.Stopped>();
    }

    [Fact]
    [Trait("neg", "V25")]
    public async Task Stopping_during_a_boot_refuses_those_who_wait_and_leaves_no_machine()
    {
        _vm.Tell(VmProtocol.EnsureReady.Instance, TestActor);
        await DialAsync(_machine);
        _vm.Tell(VmProtocol.Stop.Instance, TestActor);
        Assert.Equal(ErrorCode.Cancelled, (await ExpectMsgAsync<VmProtocol.Refused>()).Failure.Code);
        _machine.FinishStopping();
        await ExpectMsgAsync<VmProtocol.Stopped>();
        await _machine.Killed.Task.WaitAsync(Limit);
    }

    private async Task<VmProtocol.Status> StatusAsync() => await _vm.Ask<VmProtocol.Status>(VmProtocol.GetStatus.Instance, Limit);

    /// <summary>Answers everything up to the first dial's outcome.</summary>
    private async Task<ProbeWorld.Dial> DialAsync(FakeVm machine)
    {
        await _world.FishForMessageAsync(message => message is ProbeWorld.Spawn, Limit);
        _world.Reply(machine);
        var dial = (ProbeWorld.Dial)await _world.FishForMessageAsync(message => message is ProbeWorld.Dial { Target.AwaitSocket: true }, Limit);
        dial.Passed(BootPhases.Socket);
        dial.Passed(BootPhases.Handshake);
        return dial;
    }

    private async Task BootToReadyAsync(FakeVm machine, FakeLink link)
    {
        await DialAsync(machine);
        _world.Reply(new DialOutcome.Opened(link));
        await _world.ExpectMsgAsync<ProbeWorld.ReadSecrets>();
        _world.Reply(new SecretsRequest([]));
    }
}
