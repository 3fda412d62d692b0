using System.Globalization;
using System.Security.Cryptography;
using SafeClaw.Tee;
using SafeClaw.Vmm;

namespace SafeClaw.Actors;

/// <summary>
/// The folder of one generation, 0700, with a name nobody can guess or reuse: its sockets, and the process backend's secrets. A path is never
/// used twice, because a late listener's end would delete its successor's socket file.
/// </summary>
internal sealed class GenerationDirectory
{
    /// <summary>File in it that names the process it belongs to.</summary>
    private const string Owner = "owner";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private GenerationDirectory(string path) => Path = path;

    /// <summary>Absolute.</summary>
    public string Path { get; }

    public string AttestSocket => In("attest.sock");

    public string ExecSocket => In("exec.sock");

    public string PtySocket => In("pty.sock");

    /// <summary>The longest socket path a generation under <paramref name="root"/> will need, in bytes (limit: <see cref="TeeEndpoint.MaxUnixPathBytes"/>).</summary>
    public static int LongestSocketPath(string root) =>
        System.Text.Encoding.UTF8.GetByteCount(System.IO.Path.Combine(root, "0123456789abcdef-9999", "attest.sock"));

    /// <summary>Makes the root (0700 if it is not there) and a fresh folder for this generation in it.</summary>
    /// <exception cref="SafeClawException">BOOT_FAILED: the folder cannot be made, or the root is somebody else's.</exception>
    public static GenerationDirectory Create(string root, VmGeneration generation)
    {
        try
        {
            Directory.CreateDirectory(root, OwnerOnly);
            if (new DirectoryInfo(root).LinkTarget is not null)
                throw new SafeClawException(ErrorCode.BootFailed, $"The socket directory {root} is a symbolic link.", "boot", generation.ToString());
            var mode = File.GetUnixFileMode(root);
            if ((mode & ~OwnerOnly) != 0)
                throw new SafeClawException(ErrorCode.BootFailed, $"The socket directory {root} is open to others; make it 0700.", "boot", generation.ToString());
            var name = string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}-{generation.Number}");
            var path = System.IO.Path.Combine(root, name);
            Directory.CreateDirectory(path, OwnerOnly);
            File.WriteAllText(System.IO.Path.Combine(path, Owner), Describe(ProcessIdentity.Of(Environment.ProcessId)!.Value));
            return new GenerationDirectory(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SafeClawException(ErrorCode.BootFailed, $"The socket directory {root} cannot be used: {failure.Message}", "boot", generation.ToString(), failure);
        }
    }

    /// <summary>Removes it and everything in it; what is already gone is fine.</summary>
    public void Delete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Somebody was quicker.
        }
        catch (IOException)
        {
            // A process being killed may still write; the sweep at the next start removes the rest.
        }
    }

    /// <summary>Removes what killed hosts left under <paramref name="root"/>; what belongs to a process that runs stays.</summary>
    public static void Sweep(string root)
    {
        if (!Directory.Exists(root)) return;
        foreach (var folder in Directory.EnumerateDirectories(root, "????????????????-*"))
            if (!OwnerLives(folder)) new GenerationDirectory(folder).Delete();
    }

    private static bool OwnerLives(string folder)
    {
        try
        {
            var owner = File.ReadAllText(System.IO.Path.Combine(folder, Owner)).Split(' ');
            return owner is [var pid, var start] && int.TryParse(pid, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && ulong.TryParse(start, NumberStyles.None, CultureInfo.InvariantCulture, out var started) && new ProcessIdentity(id, started).IsAlive;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            // The folder is made before the mark in it; one without a mark is another host's newest, or garbage: only an old one is garbage.
            return DateTime.UtcNow - Directory.GetCreationTimeUtc(folder) < TimeSpan.FromMinutes(1);
        }
    }

    private static string Describe(ProcessIdentity process) => string.Create(CultureInfo.InvariantCulture, $"{process.Pid} {process.StartTime}");

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
