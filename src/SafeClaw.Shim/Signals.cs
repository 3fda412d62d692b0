using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SafeClaw.Shim;

/// <summary>Signals that .NET's <see cref="Process"/> cannot send.</summary>
internal static class Signals
{
    private const int SigTerm = 15;

    /// <summary>Asks a child of ours to end. It cannot have been replaced by another process: we have not reaped it.</summary>
    public static void Terminate(Process child)
    {
        if (!child.HasExited) _ = kill(child.Id, SigTerm);
    }

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
