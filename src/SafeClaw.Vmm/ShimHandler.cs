using System.Diagnostics;

namespace SafeClaw.Vmm;

/// <summary>A running shim and the machine behind it, owned from start to end: its output drained, its exit told, its whole tree ended.</summary>
public sealed class ShimHandler : IAsyncDisposable
{
    private const int SigTerm = 15;

    private readonly Process _process;
    private readonly ProcessIdentity? _identity;
    private readonly OutputRing _output;

    internal ShimHandler(Process process, OutputRing output)
    {
        (_process, _output) = (process, output);
        ProcessId = process.Id;
        _identity = ProcessIdentity.Of(process.Id);
        var drained = Task.WhenAll(output.DrainAsync(process.StandardOutput.BaseStream), output.DrainAsync(process.StandardError.BaseStream));
        Exited = AwaitExitAsync(drained);
    }

    /// <summary>The shim's process id, for logs; signals go by process identity.</summary>
    public int ProcessId { get; }

    /// <summary>Completes when the shim has ended.</summary>
    public Task<ShimExit> Exited { get; }

    /// <summary>True until the shim has ended.</summary>
    public bool IsRunning => !Exited.IsCompleted;

    /// <summary>The last 4 KiB the shim and its machine wrote.</summary>
    public string OutputTail => _output.Tail;

    /// <summary>What the shim and everything below it use now; zeros once it has ended.</summary>
    public ShimMetrics Metrics() => ShimMetrics.Of(_identity is { } identity ? identity.Tree() : []);

    /// <summary>SIGTERM, then after <paramref name="grace"/> SIGKILL to the whole tree; completes when the shim has ended.</summary>
    public async Task<ShimExit> StopAsync(TimeSpan grace)
    {
        if (_identity is not { } identity) return await Exited;
        var tree = identity.Tree();
        if (grace > TimeSpan.Zero)
        {
            identity.Signal(SigTerm);
            await Task.WhenAny(Exited, Task.Delay(grace));
        }

        identity.KillTree();
        var exit = await Exited;
        // Grandchildren that outlived a shim which ended by itself have another parent by now.
        foreach (var left in tree) left.KillTree();
        return exit;
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning) await StopAsync(TimeSpan.Zero);
        // Process.Dispose leaves streams open that somebody has asked for.
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    /// <summary>
    /// The pipes are drained for a moment after the exit, for the last words; a surviving grandchild that holds them open cannot delay it further.
    /// </summary>
    private async Task<ShimExit> AwaitExitAsync(Task drained)
    {
        await _process.WaitForExitAsync();
        await Task.WhenAny(drained, Task.Delay(TimeSpan.FromMilliseconds(200)));
        // .NET reports a death by signal as 128 + its number, as a shell does.
        var code = _process.ExitCode;
        return code > 128 ? new ShimExit(null, code - 128, _output.Tail) : new ShimExit(code, null, _output.Tail);
    }
}

/// <summary>How a shim ended.</summary>
/// <param name="ExitCode">Its exit code; null if a signal killed it.</param>
/// <param name="Signal">The signal that killed it, or null. A program that exits with 129 to 159 itself looks the same.</param>
/// <param name="OutputTail">The last 4 KiB it wrote.</param>
public sealed record ShimExit(int? ExitCode, int? Signal, string OutputTail);
