using System.Runtime.InteropServices;

namespace SafeClaw.Scenarios.Tests;

/// <summary>kill(2), for processes these tests started.</summary>
internal static class Signal
{
    public const int Interrupt = 2, Kill = 9, Terminate = 15, Continue = 18, Stop = 19;

    public static void Send(int pid, int signal) => _ = kill(pid, signal);

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
