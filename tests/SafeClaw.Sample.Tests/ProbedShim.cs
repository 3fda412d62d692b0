using Akka.Actor;
using SafeClaw.Actors;
using SafeClaw.Tee;

namespace SafeClaw.Sample.Tests;

/// <summary>A shim whose every launch is a question to a probe; the test answers with the machine that is to be running from then on.</summary>
internal sealed class ProbedShim(IActorRef probe) : IGuestHost
{
    public async Task<IGuestVm> SpawnAsync(GuestLaunch launch, CancellationToken cancellationToken) => await probe.Ask<IGuestVm>(launch, TimeSpan.FromSeconds(30), cancellationToken);

    public Task SettledAsync() => Task.CompletedTask;
}

/// <summary>A machine whose guest the test plays.</summary>
internal sealed class ProbedMachine(TeeEndpoint attest, Func<ValueTask> end) : IGuestVm
{
    private readonly TaskCompletionSource<string> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TeeEndpoint Attest => attest;

    public Task<string> Exited => _exited.Task;

    public async Task StopAsync()
    {
        await end();
        _exited.TrySetResult("stopped");
    }

    public void Kill() => _ = StopAsync();
}
