using Akka.Actor;
using SafeClaw.Actors;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors.Tests;

/// <summary>The world outside the VM's tree, played by the test: every side effect is a question that a probe receives and the test answers.</summary>
internal sealed class ProbeWorld(IActorRef probe) : IGuestHost, IGuestDialer, ISecretSource
{
    public sealed record Spawn(GuestLaunch Launch);

    public sealed record Dial(GuestDial Target, Action<string> Passed);

    public sealed record ReadSecrets;

    /// <summary>Answer to <see cref="Spawn"/>, <see cref="Dial"/> or <see cref="ReadSecrets"/> that lets the question fail.</summary>
    public sealed record Throw(Exception Cause);

    public Task<IGuestVm> SpawnAsync(GuestLaunch launch, CancellationToken cancellationToken) => AskAsync<IGuestVm>(new Spawn(launch));

    public Task SettledAsync() => Task.CompletedTask;

    public Task<DialOutcome> OpenAsync(GuestDial dial, Action<string> passed, CancellationToken cancellationToken) => AskAsync<DialOutcome>(new Dial(dial, passed));

    public Task<SecretsRequest> ReadAsync(CancellationToken cancellationToken) => AskAsync<SecretsRequest>(new ReadSecrets());

    private async Task<T> AskAsync<T>(object question) =>
        await probe.Ask<object>(question, Timeout.InfiniteTimeSpan) switch { Throw t => throw t.Cause, var answer => (T)answer };
}

/// <summary>A machine that is only a record of what was done to it.</summary>
internal sealed class FakeVm : IGuestVm
{
    private readonly TaskCompletionSource<string> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TeeEndpoint Attest { get; } = TeeEndpoint.Parse("unix:/nowhere/attest.sock");

    public Task<string> Exited => _exited.Task;

    public TaskCompletionSource Killed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource StopAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task StopAsync()
    {
        StopAsked.TrySetResult();
        return _stopped.Task;
    }

    public void Kill() => Killed.TrySetResult();

    /// <summary>The process ends by itself.</summary>
    public void Die(string how) => _exited.TrySetResult(how);

    /// <summary>The orderly stop that was asked for is done.</summary>
    public void FinishStopping() => _stopped.TrySetResult();
}
