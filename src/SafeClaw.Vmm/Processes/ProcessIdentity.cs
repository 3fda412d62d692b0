using System.Globalization;
using System.Runtime.InteropServices;

namespace SafeClaw.Vmm;

/// <summary>A process that cannot be mistaken for a later one with the same id: pid and start time (field 22 of /proc/PID/stat, in clock ticks).</summary>
internal readonly record struct ProcessIdentity(int Pid, ulong StartTime)
{
    private const int SigKill = 9;

    /// <summary>Who runs under that pid now; null if nobody does, or only a zombie.</summary>
    public static ProcessIdentity? Of(int pid) => Stat(pid) is { } stat && stat[0] is not "Z" and not "X" ? new ProcessIdentity(pid, Number(stat[19])) : null;

    /// <summary>True while that very process runs.</summary>
    public bool IsAlive => Of(Pid) == this;

    /// <summary>Sends a signal to that very process, never to a successor of its pid.</summary>
    public void Signal(int signal)
    {
        if (IsAlive) _ = kill(Pid, signal);
    }

    /// <summary>That process and everything below it, parents first.</summary>
    public IReadOnlyList<ProcessIdentity> Tree()
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Identity: Of(pid), Parent: Stat(pid) is { } stat ? (int)Number(stat[1]) : 0))
            .Where(entry => entry.Identity is not null)
            .ToLookup(entry => entry.Parent, entry => entry.Identity!.Value);
        var tree = new List<ProcessIdentity> { this };
        for (var i = 0; i < tree.Count; i++) tree.AddRange(children[tree[i].Pid]);
        return tree;
    }

    /// <summary>SIGKILL to the whole tree; looked up before the first kill, because orphans change their parent.</summary>
    public void KillTree()
    {
        foreach (var process in Tree()) process.Signal(SigKill);
    }

    /// <summary>The fields of /proc/PID/stat after the command in parentheses, which may contain anything: [0] is the state, [1] the parent.</summary>
    private static string[]? Stat(int pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/stat");
            return line[(line.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static ulong Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    [DllImport("libc")]
    private static extern int kill(int pid, int signal);
}
