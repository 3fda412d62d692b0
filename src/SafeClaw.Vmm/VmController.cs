using System.ComponentModel;
using System.Diagnostics;
using SafeClaw.Lifelines;

namespace SafeClaw.Vmm;

/// <summary>How shims are found and run.</summary>
public sealed record VmControllerOptions
{
    /// <summary>Path of the shim; null to look beside this program and in PATH.</summary>
    public string? ShimPath { get; init; }

    /// <summary>What SafeClaw's own shim starts: <c>process</c> or <c>qemu</c>. A3S Box's shim ignores it.</summary>
    public string Backend { get; init; } = "process";

    /// <summary>Folder for the shim's output, one file per machine of at most 1 MiB, the newest 20 of them; null keeps only the tail in memory.</summary>
    public string? LogDirectory { get; init; }
}

/// <summary>Finds a shim and starts machines with it, as child processes that cannot outlive this one.</summary>
public sealed class VmController(VmControllerOptions options)
{
    /// <summary>Name of SafeClaw's own shim.</summary>
    public const string ShimName = "safeclaw-shim";

    /// <summary>Variables a shim and its machine get from us; nothing else of our environment reaches them.</summary>
    private static readonly string[] PassedOn = ["PATH", "HOME", "LANG", "TMPDIR", "DOTNET_ROOT", "DOTNET_TieredPGO", "DOTNET_TieredCompilation", "DOTNET_gcServer"];

    private const int OutputTailBytes = 4096;
    private const int MaxLogFiles = 20;
    private const string LogSuffix = ".console.log";

    /// <summary>The configured shim, else the one beside this program, else the first in PATH.</summary>
    /// <exception cref="VmmException">There is none; the message says where it was looked for.</exception>
    public static string FindShim(string? configured)
    {
        if (configured is not null)
            return File.Exists(configured) ? Path.GetFullPath(configured)
                : throw new VmmException($"The shim {configured} does not exist (SafeClaw:Tee:ShimPath).");
        var beside = Path.Combine(AppContext.BaseDirectory, ShimName);
        if (File.Exists(beside)) return beside;
        var inPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, ShimName)).FirstOrDefault(File.Exists);
        return inPath ?? throw new VmmException(
            $"No {ShimName} was found beside this program or in PATH; run `./build.sh build`, or set SafeClaw:Tee:ShimPath.");
    }

    /// <summary>Starts a machine and returns once its shim runs; the machine itself may still fail, which <see cref="ShimHandler.Exited"/> tells.</summary>
    /// <exception cref="VmmException">The shim cannot be started, with a hint what to do.</exception>
    public async Task<ShimHandler> StartAsync(InstanceSpec spec, CancellationToken cancellationToken)
    {
        var shim = FindShim(options.ShimPath);
        RemoveStaleSockets(spec);
        var start = new ProcessStartInfo(shim)
        {
            ArgumentList = { "--config", spec.ToJson() },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        foreach (var name in PassedOn)
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        start.Environment["SAFECLAW_SHIM_BACKEND"] = options.Backend;
        // No diagnostics port and no dumps of processes that hold messages and secrets.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        cancellationToken.ThrowIfCancellationRequested();
        var handler = new ShimHandler(await StartProcessAsync(start, shim), new OutputRing(OutputTailBytes, LogFile(spec)));
        if (!cancellationToken.IsCancellationRequested) return handler;
        await handler.DisposeAsync();
        throw new OperationCanceledException(cancellationToken);
    }

    private static async Task<Process> StartProcessAsync(ProcessStartInfo start, string shim)
    {
        try
        {
            return await ChildStarter.StartAsync(start);
        }
        catch (Win32Exception failure)
        {
            throw new VmmException(Explain(failure, shim), failure);
        }
    }

    /// <summary>The same error number has several causes, so the file is looked at before it is blamed.</summary>
    private static string Explain(Win32Exception failure, string shim) => failure.NativeErrorCode switch
    {
        _ when Directory.Exists(shim) => $"The shim {shim} is a directory.",
        13 => $"The shim {shim} is not executable; run `chmod +x` on it.",
        8 => $"The shim {shim} is not a program this machine can run.",
        2 when File.Exists(shim) => $"The interpreter named in the first line of the shim {shim} is missing.",
        2 => $"The shim {shim} does not exist.",
        11 => "No further process can be started: the limit of processes is reached.",
        _ => $"The shim {shim} cannot be started: {failure.Message}",
    };

    /// <summary>A shim refuses to make a socket where a file lies. Only sockets nobody listens on are removed.</summary>
    private static void RemoveStaleSockets(InstanceSpec spec)
    {
        foreach (var path in new[] { spec.AttestSocketPath, spec.ExecSocketPath, spec.PtySocketPath, spec.GrpcSocketPath })
        {
            if (path.Length == 0 || !Path.Exists(path)) continue;
            if (StaleSocket.IsStale(path)) File.Delete(path);
            else throw new VmmException($"The socket path {path} is in use by somebody else; its file was left untouched.");
        }
    }

    private string? LogFile(InstanceSpec spec)
    {
        if (options.LogDirectory is not { } folder) return null;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var old in new DirectoryInfo(folder).GetFiles($"*{LogSuffix}").OrderByDescending(file => file.LastWriteTimeUtc).Skip(MaxLogFiles - 1)) old.Delete();
        return Path.Combine(folder, spec.BoxId + LogSuffix);
    }
}
