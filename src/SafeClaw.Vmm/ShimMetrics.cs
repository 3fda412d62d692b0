using System.Globalization;

namespace SafeClaw.Vmm;

/// <summary>What a machine's processes use, summed.</summary>
/// <param name="Processes">How many run.</param>
/// <param name="ResidentBytes">Resident memory in bytes.</param>
/// <param name="OpenDescriptors">Open file descriptors.</param>
public sealed record ShimMetrics(int Processes, long ResidentBytes, int OpenDescriptors)
{
    internal static ShimMetrics Of(IReadOnlyList<ProcessIdentity> tree)
    {
        var alive = tree.Where(process => process.IsAlive).ToList();
        return new ShimMetrics(alive.Count, alive.Sum(p => Resident(p.Pid)), alive.Sum(p => Descriptors(p.Pid)));
    }

    /// <summary>Second field of /proc/PID/statm, in pages.</summary>
    private static long Resident(int pid)
    {
        try
        {
            return long.Parse(File.ReadAllText(Proc(pid, "statm")).Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int Descriptors(int pid)
    {
        try
        {
            return Directory.GetFiles(Proc(pid, "fd")).Length;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static string Proc(int pid, string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{name}");
}
