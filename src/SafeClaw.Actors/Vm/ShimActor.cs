using Akka.Actor;
using SafeClaw.Tee;

namespace SafeClaw.Actors;

/// <summary>Owns the child process of one generation. Whatever ends this actor, its <c>PostStop</c> ends the machine.</summary>
internal sealed class ShimActor : ReceiveActor
{
    private readonly OwnedVm _owned = new();

    public ShimActor(IGuestHost host, GuestLaunch launch)
    {
        var generation = launch.Generation;
        Receive<Spawned>(s =>
        {
            Context.Parent.Tell(new Booted(generation, s.Vm.Attest));
            s.Vm.Exited.PipeTo(Self, success: how => new HasExited(how), failure: cause => new HasExited(cause.GetType().Name));
        });
        Receive<SpawnFailed>(f => Context.Parent.Tell(new StepFailed(generation, Failure.From(f.Cause, "boot", generation.ToString()))));
        Receive<HasExited>(e => Context.Parent.Tell(new Exited(generation, e.How)));
        Receive<StopOrderly>(_ => _owned.StopAsync().PipeTo(Self, success: () => StoppedOrderly.Instance, failure: _ => StoppedOrderly.Instance));
        Receive<StoppedOrderly>(_ => Context.Stop(Self));

        _owned.SpawnAsync(host, launch).PipeTo(Self, success: vm => new Spawned(vm), failure: cause => new SpawnFailed(cause));
    }

    public static Props Props(IGuestHost host, GuestLaunch launch) => Akka.Actor.Props.Create(() => new ShimActor(host, launch));

    protected override void PostStop() => _owned.Kill();

    /// <summary>Ask for an orderly end; the actor stops when the machine is gone.</summary>
    internal sealed record StopOrderly
    {
        public static StopOrderly Instance { get; } = new();
    }

    /// <summary>To the parent: the process runs, and this is where its server will listen.</summary>
    internal sealed record Booted(VmGeneration Generation, TeeEndpoint Attest) : IVmStep;

    /// <summary>To the parent: the process has ended.</summary>
    internal sealed record Exited(VmGeneration Generation, string How) : IVmStep;

    private sealed record Spawned(IGuestVm Vm);

    private sealed record SpawnFailed(Exception Cause);

    private sealed record HasExited(string How);

    private sealed record StoppedOrderly
    {
        public static StoppedOrderly Instance { get; } = new();
    }

    /// <summary>
    /// Closes the gap between "the machine has started" and "the actor has heard of it": a machine that starts after the actor was stopped is
    /// killed by whoever comes second.
    /// </summary>
    private sealed class OwnedVm
    {
        private readonly Lock _gate = new();
        private readonly CancellationTokenSource _stopped = new();
        private IGuestVm? _vm;

        public async Task<IGuestVm> SpawnAsync(IGuestHost host, GuestLaunch launch)
        {
            var vm = await host.SpawnAsync(launch, _stopped.Token);
            lock (_gate)
            {
                if (!_stopped.IsCancellationRequested) return _vm = vm;
            }

            vm.Kill();
            throw new OperationCanceledException("The machine was given up while it started.");
        }

        public Task StopAsync()
        {
            _stopped.Cancel();
            lock (_gate) return _vm?.StopAsync() ?? Task.CompletedTask;
        }

        public void Kill()
        {
            _stopped.Cancel();
            lock (_gate) _vm?.Kill();
        }
    }
}
