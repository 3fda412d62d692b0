using SafeClaw.Tee;
using SafeClaw.Vmm;

namespace SafeClaw.Actors;

/// <summary>Starts guests through a shim, as A3S Box does: one specification as JSON, one child process per machine.</summary>
internal sealed class ShimGuestHost(ShimGuestOptions options) : IGuestHost
{
    public async Task<IGuestVm> SpawnAsync(GuestLaunch launch, CancellationToken cancellationToken)
    {
        var folder = GenerationDirectory.Create(options.SocketRoot, launch.Generation);
        try
        {
            var handler = await new VmController(options.Controller).StartAsync(options.Specify(launch, folder), cancellationToken);
            return new ShimGuest(handler, folder, options.StopGrace);
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

    private sealed class ShimGuest(ShimHandler handler, GenerationDirectory folder, TimeSpan grace) : IGuestVm
    {
        public TeeEndpoint Attest { get; } = new TeeEndpoint.Unix(folder.AttestSocket);

        public Task<string> Exited { get; } = DescribeAsync(handler);

        public async Task StopAsync()
        {
            await handler.StopAsync(grace);
            await handler.DisposeAsync();
            folder.Delete();
        }

        public void Kill() => _ = KillAsync();

        private async Task KillAsync()
        {
            await handler.StopAsync(TimeSpan.Zero);
            await handler.DisposeAsync();
            folder.Delete();
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
