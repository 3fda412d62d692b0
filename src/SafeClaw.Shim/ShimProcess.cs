using System.Runtime.InteropServices;
using SafeClaw.Vmm;

namespace SafeClaw.Shim;

/// <summary>The shim as a program: reads its one argument, runs the machine, becomes the machine's exit status.</summary>
internal static class ShimProcess
{
    /// <summary>As A3S Box's shim: 1 for anything that keeps the machine from starting, 2 for a wrong command line.</summary>
    private const int Failed = 1, Usage = 2;

    private const string Help = """
        safeclaw-shim: starts one confidential machine from its specification and stays until it ends.

          safeclaw-shim --config '<InstanceSpec JSON>'      run a machine (SAFECLAW_SHIM_BACKEND=process)
          safeclaw-shim manifest --write DIR FILE...        write DIR/guest-manifest.json over the named files of DIR
          safeclaw-shim --help

        Exit codes: the guest's own; 1 it could not be started; 2 usage. SIGTERM ends the machine in an orderly way.
        """;

    private static readonly MachineChildren Children = new();

    /// <summary>Kills what runs under this shim; for the end of its parent.</summary>
    public static void EndChildren() => Children.Kill();

    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["--help" or "-h"]:
                Console.Out.WriteLine(Help);
                return 0;
            case ["manifest", "--write", var folder, .. var files] when files.Length > 0:
                GuestManifest.Write(folder, files);
                return 0;
            case ["--config", var json]:
                return await RunMachineAsync(json);
            default:
                Console.Error.WriteLine(Help);
                return Usage;
        }
    }

    private static async Task<int> RunMachineAsync(string json)
    {
        using var terminated = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            var spec = InstanceSpec.Parse(json);
            return Environment.GetEnvironmentVariable("SAFECLAW_SHIM_BACKEND") switch
            {
                null or "" or "process" => await ProcessBackend.RunAsync(spec, Children, terminated.Token),
                "qemu" => Fail("The backend qemu is not part of this version; use SAFECLAW_SHIM_BACKEND=process."),
                var other => Fail($"There is no backend '{other}'; use SAFECLAW_SHIM_BACKEND=process."),
            };
        }
        catch (Exception failure) when (failure is FormatException or VmmException or IOException or UnauthorizedAccessException)
        {
            return Fail(failure.Message);
        }
        finally
        {
            Children.Kill();
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            terminated.Cancel();
        }
    }

    private static int Fail(string why)
    {
        Console.Error.WriteLine($"safeclaw-shim: {why}");
        return Failed;
    }
}
