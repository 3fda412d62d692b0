using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace SafeClaw.Lifelines;

/// <summary>
/// Starts children from one thread that never ends: the kernel sends a child its parent-death signal when the *thread* that forked it ends, and
/// pool threads do. Each child is told our process id and gets a standard input that closes with us.
/// </summary>
internal static class ChildStarter
{
    private static readonly BlockingCollection<Action> Starts = [];

    static ChildStarter() => new Thread(() =>
    {
        foreach (var start in Starts.GetConsumingEnumerable()) start();
    })
    { IsBackground = true, Name = "child-starter" }.Start();

    /// <summary>Starts the child with exactly the environment in <paramref name="start"/>, plus <see cref="Lifeline.ParentVariable"/>.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The file is missing (2), not executable (13) or no program (8).</exception>
    public static Task<Process> StartAsync(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        start.Environment[Lifeline.ParentVariable] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
            }
        });
        return started.Task;
    }
}
