namespace SafeClaw.Simulation;

/// <summary>A directory with mode 0700 whose files are 0600 from birth, appear whole, and can be guarded by one lock between processes.</summary>
internal sealed class PrivateDirectory
{
    private const UnixFileMode OwnerDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(120), LockRetry = TimeSpan.FromMilliseconds(50);

    private PrivateDirectory(string path) => Path = path;

    public string Path { get; }

    /// <summary>Makes the directory, or closes an existing one of ours to everybody else.</summary>
    public static PrivateDirectory Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var info = Directory.CreateDirectory(full, OwnerDirectory);
        if (info.LinkTarget is not null) throw new IOException($"{full} is a symbolic link; name the directory itself.");
        if (info.UnixFileMode != OwnerDirectory)
        {
            try
            {
                File.SetUnixFileMode(full, OwnerDirectory);
            }
            catch (UnauthorizedAccessException)
            {
                throw new IOException($"{full} belongs to somebody else; the simulated processor keeps secrets there.");
            }
        }

        return new PrivateDirectory(full);
    }

    public bool Has(string name) => File.Exists(Of(name));

    /// <exception cref="InvalidDataException">The file is larger than allowed.</exception>
    public byte[] Read(string name, int maxBytes)
    {
        using var file = new FileStream(Of(name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        if (file.Length > maxBytes) throw new InvalidDataException($"{Of(name)} has more than {maxBytes} bytes.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Writes beside, flushes to the disk, renames: nobody ever sees half a file.</summary>
    public void Write(string name, ReadOnlySpan<byte> bytes)
    {
        var draft = Of($"{name}.{Environment.ProcessId}.new");
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerFile }))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, Of(name), overwrite: true);
    }

    /// <summary>Appends one line; a file that has grown past <paramref name="maxBytes"/> is set aside first, as NAME.1.</summary>
    public void AppendLine(string name, ReadOnlySpan<byte> line, int maxBytes)
    {
        var path = Of(name);
        if (new FileInfo(path) is { Exists: true } existing && existing.Length > maxBytes) File.Move(path, path + ".1", overwrite: true);
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, UnixCreateMode = OwnerFile });
        file.Write([.. line, (byte)'\n']);
    }

    /// <summary>Waits for the directory's lock, which the system releases with the process.</summary>
    /// <exception cref="TimeoutException">Somebody else kept it for two minutes.</exception>
    public async Task<IAsyncDisposable> LockAsync(CancellationToken cancellationToken)
    {
        var giveUp = Environment.TickCount64 + (long)LockTimeout.TotalMilliseconds;
        while (true)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX | LOCK_NB) on Linux.
                return new FileStream(Of("lock"), new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerFile });
            }
            catch (IOException) when (Environment.TickCount64 < giveUp)
            {
                await Task.Delay(LockRetry, cancellationToken);
            }
            catch (IOException)
            {
                throw new TimeoutException($"Another process has held {Of("lock")} for {LockTimeout.TotalSeconds:0} s.");
            }
        }
    }

    private string Of(string name) => System.IO.Path.Combine(Path, name);
}
