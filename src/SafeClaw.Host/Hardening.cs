using System.Collections;
using System.Runtime.InteropServices;

namespace SafeClaw.Host;

/// <summary>
/// Closes two windows into the memory of a production host, which holds message text: .NET's diagnostics port (any process of this user could ask it for a
/// dump) and core files. The runtime reads its switch only at its own start, so the process replaces itself once.
/// </summary>
internal static class Hardening
{
    private const string Diagnostics = "DOTNET_EnableDiagnostics", MiniDump = "DOTNET_DbgEnableMiniDump";
    private const int SetDumpable = 4; // PR_SET_DUMPABLE, linux/prctl.h

    /// <summary>First statement of Main; returns at once outside Production.</summary>
    public static void Apply()
    {
        if (!HostConfiguration.EnvironmentName.Equals("Production", StringComparison.OrdinalIgnoreCase)) return;
        _ = prctl(SetDumpable, 0, 0, 0, 0);
        if (Environment.GetEnvironmentVariable(Diagnostics) is not null)
        {
            // Set by us or by somebody who decided. What the process opened before it replaced itself has no listener any more.
            if (Environment.GetEnvironmentVariable(Diagnostics) == "0") RemoveLeftovers();
            return;
        }

        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}").Append($"{Diagnostics}=0").Append($"{MiniDump}=0");
        // argv as the kernel has it: under `dotnet safeclaw.dll` the program is dotnet.
        var arguments = File.ReadAllText("/proc/self/cmdline").TrimEnd('\0').Split('\0');
        _ = execve(Environment.ProcessPath!, [.. arguments, null], [.. variables, null]);
        Console.Error.WriteLine($"safeclaw: cannot start anew without diagnostics (error {Marshal.GetLastPInvokeError()}); set {Diagnostics}=0.");
        Environment.Exit(ExitCodes.Configuration);
    }

    private static void RemoveLeftovers()
    {
        foreach (var pattern in new[] { $"dotnet-diagnostic-{Environment.ProcessId}-*", $"clr-debug-pipe-{Environment.ProcessId}-*" })
            foreach (var file in Directory.EnumerateFiles(Path.GetTempPath(), pattern)) File.Delete(file);
    }

    [DllImport("libc")]
    private static extern int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [DllImport("libc", SetLastError = true)]
    private static extern int execve([MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] arguments,
        [MarshalAs(UnmanagedType.LPArray, ArraySubType = UnmanagedType.LPStr)] string?[] environment);
}
