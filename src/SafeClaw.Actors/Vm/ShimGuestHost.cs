using System.Collections.Concurrent;
using SafeClaw.Tee;
using SafeClaw.Vmm;

namespace SafeClaw.Actors;

/// <summary>Starts guests through a shim, as A3S Box does: one specification as JSON, one child process per machine.</summary>
internal sealed class ShimGuestHost : IGuestHost
{
    private readonly ShimGuestOptions _options;
    private readonly ConcurrentDictionary<ShimGuest, bool> _machines = [];

    /// <summary>Removes what hosts that were killed have left in the sockets' folder.</summary>
    public ShimGuestHost(ShimGuestOptions options)
    {
        _options = options;
        GenerationDirectory.Sweep(options.SocketRoot);
    }

    public async Task<IGuestVm> SpawnAsync(GuestLaunch launch, CancellationToken cancellationToken)
    {
        var folder = GenerationDirectory.Create(_options.SocketRoot, launch.Generation);
        try
        {
            var handler = await new VmController(_options.Controller).StartAsync(_options.Specify(launch, folder), cancellationToken);
            var machine = new ShimGuest(this, handler, folder);
            _machines[machine] = true;
            return machine;
        }
        catch (VmmException refused)
        {
            folder.Delete();
            throw new SafeClawException(ErrorCode.BootFailed, refused.Message, "boot", launch.Generation.ToString(), refused);
        }
        catch
        {
            folder.Delete();
            throw;
        }
    }

    public Task SettledAsync() => Task.WhenAll(_machines.Keys.Select(machine => machine.Gone));

    private sealed class ShimGuest(ShimGuestHost owner, ShimHandler handler, GenerationDirectory folder) : IGuestVm
    {
        private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TeeEndpoint Attest { get; } = new TeeEndpoint.Unix(folder.AttestSocket);

        public Task<string> Exited { get; } = DescribeAsync(handler);

        /// <summary>Completes when nothing of it is left.</summary>
        public Task Gone => _gone.Task;

        public Task StopAsync() => EndAsync(owner._options.StopGrace);

        public void Kill() => _ = EndAsync(TimeSpan.Zero);

        private async Task EndAsync(TimeSpan grace)
        {
            try
            {
                await handler.StopAsync(grace);
                await handler.DisposeAsync();
                folder.Delete();
            }
            finally
            {
                owner._machines.TryRemove(this, out _);
                _gone.TrySetResult();
            }
        }

        private static async Task<string> DescribeAsync(ShimHandler handler)
        {
            var exit = await handler.Exited;
            var how = exit switch
            {
                { Signal: { } signal } => $"killed by signal {signal}",
                { ExitCode: { } code } => $"exit code {code}",
                _ => "for an unknown reason",
            };
            return string.IsNullOrWhiteSpace(exit.OutputTail) ? $"{how}." : $"{how}; its last words: {exit.OutputTail.Trim()}";
        }
    }
}

/// <summary>How machines are started.</summary>
internal sealed record ShimGuestOptions
{
    /// <summary>Finds and runs the shim.</summary>
    public required VmControllerOptions Controller { get; init; }

    /// <summary>Folder for the generations' folders; 0700.</summary>
    public required string SocketRoot { get; init; }

    /// <summary>The machine's description for the shim.</summary>
    public required Func<GuestLaunch, GenerationDirectory, InstanceSpec> Specify { get; init; }

    /// <summary>SIGTERM to SIGKILL in an orderly stop. Default 5 s.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(5);
}
