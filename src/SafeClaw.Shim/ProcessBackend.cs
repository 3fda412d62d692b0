using System.Diagnostics;
using SafeClaw.Tee;
using SafeClaw.Vmm;

namespace SafeClaw.Shim;

/// <summary>
/// The machine as two processes of this host: the guest, and a software secure processor beside it that was told at launch what the guest measures.
/// For development: it isolates nothing, and its evidence says "simulated".
/// </summary>
internal static class ProcessBackend
{
    /// <summary>SNP guest policy of a simulated launch: SMT allowed, the bit that must be one, ABI 0.0; no debug, no migration.</summary>
    private const ulong GuestPolicy = 0x30000;

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(4);

    /// <summary>Runs the machine until it ends or <paramref name="stop"/> is cancelled; returns the guest's exit status.</summary>
    public static async Task<int> RunAsync(InstanceSpec spec, MachineChildren children, CancellationToken stop)
    {
        Check(spec);
        var folder = Path.GetDirectoryName(spec.AttestSocketPath)!;
        var processor = Path.Combine(folder, "amdsp.sock");
        // The guest starts while the files are measured; it waits for the processor, and the processor for its launch.
        var guest = await children.StartAsync(Guest(spec, folder, processor));
        var amdsp = await children.StartAsync(Amdsp(spec, processor));
        await LaunchAsync(amdsp, spec);
        return await OutliveAsync(guest, amdsp, stop);
    }

    /// <summary>What A3S Box's shim checks before it starts anything, and in addition what this backend needs.</summary>
    private static void Check(InstanceSpec spec)
    {
        if (!Directory.Exists(spec.RootfsPath)) throw new VmmException($"The root file system {spec.RootfsPath} does not exist.");
        foreach (var mount in spec.FsMounts)
            if (!Path.Exists(mount.HostPath)) throw new VmmException($"The mounted folder {mount.HostPath} does not exist.");
        foreach (var socket in new[] { spec.AttestSocketPath, spec.ExecSocketPath, spec.PtySocketPath })
            if (socket.Length > 0 && Path.Exists(socket)) throw new VmmException($"The socket path {socket} exists already.");
        if (spec.AttestSocketPath.Length == 0) throw new VmmException("The specification names no attest_socket_path.");
        if (spec.Safeclaw?.SimulatorState is null) throw new VmmException("The process backend needs safeclaw.simulator_state in the specification.");
        foreach (var program in new[] { "safeclaw-guest", "safeclaw-amdsp" })
            if (!File.Exists(Path.Combine(spec.RootfsPath, program))) throw new VmmException($"{Path.Combine(spec.RootfsPath, program)} is missing; run `./build.sh build`.");
    }

    private static ProcessStartInfo Guest(InstanceSpec spec, string folder, string processor)
    {
        var start = new ProcessStartInfo(Path.Combine(spec.RootfsPath, "safeclaw-guest"))
        {
            ArgumentList =
            {
                "--listen", $"unix:{spec.AttestSocketPath}", "--simulate", "signed", "--amdsp", processor,
                "--secrets-dir", Path.Combine(folder, "secrets"),
            },
        };
        foreach (var entry in spec.Entrypoint.Env)
            if (entry is [var name, var value]) start.Environment[name] = value;
        return start;
    }

    private static ProcessStartInfo Amdsp(InstanceSpec spec, string processor) => new(Path.Combine(spec.RootfsPath, "safeclaw-amdsp"))
    {
        ArgumentList = { "--listen", $"unix:{processor}", "--state", spec.Safeclaw!.SimulatorState! },
    };

    /// <summary>One line on the standard input that the processor inherited from us, and that nobody else can write to.</summary>
    private static async Task LaunchAsync(Process amdsp, InstanceSpec spec)
    {
        var launch = new LaunchRequest(GuestManifest.MeasureNow(spec.RootfsPath), spec.Safeclaw!.HostData, GuestPolicy);
        await amdsp.StandardInput.WriteAsync(launch.ToLine());
        await amdsp.StandardInput.FlushAsync();
    }

    private static async Task<int> OutliveAsync(Process guest, Process amdsp, CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = stop.Register(() => stopped.TrySetResult());
        var guestEnded = guest.WaitForExitAsync(CancellationToken.None);
        var first = await Task.WhenAny(guestEnded, amdsp.WaitForExitAsync(CancellationToken.None), stopped.Task);
        if (first == guestEnded) return guest.ExitCode;
        if (first == stopped.Task)
        {
            Signals.Terminate(guest);
            return await Task.WhenAny(guestEnded, Task.Delay(StopGrace, CancellationToken.None)) == guestEnded ? guest.ExitCode : 0;
        }

        await Console.Error.WriteLineAsync($"safeclaw-shim: the secure processor ended with exit code {amdsp.ExitCode}.");
        return 1;
    }
}
