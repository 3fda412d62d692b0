using System.Diagnostics;
using System.Globalization;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>
/// The one owner of a data directory, by a lock the kernel drops when the owner dies. The owner listens on the control socket in the state directory.
/// </summary>
internal sealed class DataOwnership : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(50);

    private readonly FileStream _lock;
    private readonly string _pidFile;

    private DataOwnership(FileStream held, string pidFile) => (_lock, _pidFile) = (held, pidFile);

    public static string SocketPath(HostConfig host) => Path.Combine(host.StateDirectory, "control.sock");

    /// <summary>Becomes the owner; waits up to <paramref name="patience"/> for another one to end.</summary>
    /// <exception cref="SafeClawException">DATA_IN_USE, with the owner's process id if it is known.</exception>
    public static async Task<DataOwnership> TakeAsync(HostConfig host, TimeSpan patience)
    {
        Directory.CreateDirectory(host.DataDirectory, OwnerOnly);
        Directory.CreateDirectory(host.StateDirectory, OwnerOnly);
        var pidFile = Path.Combine(host.DataDirectory, "owner.pid");
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            if (TryLock(Path.Combine(host.DataDirectory, "lock")) is { } held)
            {
                await File.WriteAllTextAsync(pidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
                return new DataOwnership(held, pidFile);
            }

            if (waiting.Elapsed >= patience) throw new SafeClawException(ErrorCode.DataInUse, $"{host.DataDirectory} belongs to process {PidIn(pidFile)}.", "start");
            await Task.Delay(Recheck);
        }
    }

    public void Dispose()
    {
        File.Delete(_pidFile);
        _lock.Dispose();
    }

    /// <summary>.NET holds an exclusive flock(2) on a file opened without sharing.</summary>
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private static string PidIn(string file)
    {
        try
        {
            return File.ReadAllText(file) is { Length: > 0 and < 16 } pid ? pid : "unknown";
        }
        catch (IOException)
        {
            return "unknown";
        }
    }
}
