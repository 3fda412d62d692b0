using System.Diagnostics;
using SafeClaw.Lifelines;

namespace SafeClaw.Shim;

/// <summary>The processes that make up the machine; whatever way the shim ends, they end with it.</summary>
internal sealed class MachineChildren
{
    private static readonly TimeSpan Reaping = TimeSpan.FromMilliseconds(400);

    private readonly Lock _gate = new();
    private readonly List<Process> _running = [];
    private bool _ended;

    /// <summary>Starts a child that shares the shim's output; its standard input stays open as its lifeline.</summary>
    public async Task<Process> StartAsync(ProcessStartInfo start)
    {
        var child = await ChildStarter.StartAsync(start);
        lock (_gate)
        {
            if (!_ended)
            {
                _running.Add(child);
                return child;
            }
        }

        KillTree(child);
        throw new IOException("The shim is ending.");
    }

    public void Kill()
    {
        lock (_gate)
        {
            _ended = true;
            foreach (var child in _running) KillTree(child);
            _running.Clear();
        }
    }

    /// <summary>Kills and waits, so that no child is left for somebody else to reap.</summary>
    private static void KillTree(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
            child.WaitForExit(Reaping);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
