using System.Globalization;
using System.Runtime.InteropServices;

namespace SafeClaw.Lifelines;

/// <summary>
/// A child that cannot outlive its parent, by two independent means: the kernel's parent-death signal, which reaches even a stopped process, and
/// the end of standard input, which works where the signal was lost. On only when the parent set <see cref="ParentVariable"/>; a program started
/// by hand lives.
/// </summary>
internal static class Lifeline
{
    /// <summary>Environment variable with the parent's process id.</summary>
    public const string ParentVariable = "SAFECLAW_PARENT_PID";

    private const int PrSetParentDeathSignal = 1, SigKill = 9, SigTerm = 15;

    /// <summary>How long a child may take to clean up once its parent is gone.</summary>
    private static readonly TimeSpan CleanUp = TimeSpan.FromMilliseconds(900);

    /// <summary>First statement of Main.</summary>
    /// <param name="terminate">True to be told of the parent's death by SIGTERM (a shim, which has children to end) instead of SIGKILL.</param>
    /// <param name="readsStandardInput">True if the program itself reads standard input and ends at its end of file.</param>
    /// <param name="onLost">Called once at the end of standard input, before the process ends; has 900 ms.</param>
    public static void Attach(bool terminate = false, bool readsStandardInput = false, Action? onLost = null)
    {
        if (Environment.GetEnvironmentVariable(ParentVariable) is not { Length: > 0 } parent) return;
        _ = prctl(PrSetParentDeathSignal, (nuint)(terminate ? SigTerm : SigKill), 0, 0, 0);
        // The parent may have died before the line above; then no signal will ever come.
        if (!int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) || pid != getppid()) _exit(1);
        if (!readsStandardInput) new Thread(() => WatchStandardInput(onLost)) { IsBackground = true, Name = "lifeline" }.Start();
    }

    private static unsafe void WatchStandardInput(Action? onLost)
    {
        byte ignored;
        while (read(0, &ignored, 1) > 0) { }

        if (onLost is not null)
        {
            var cleaning = new Thread(() => onLost()) { IsBackground = true, Name = "lifeline-lost" };
            cleaning.Start();
            cleaning.Join(CleanUp);
        }

        _exit(1);
    }

    [DllImport("libc")]
    private static extern int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc")]
    private static extern int getppid();

    [DllImport("libc")]
    private static extern unsafe nint read(int descriptor, byte* buffer, nint count);

    [DllImport("libc")]
    private static extern void _exit(int status);
}
