namespace SafeClaw.Simulation.Tests;

/// <summary>A temporary state directory; optionally a copy of one complete platform, so that RSA keys are made once for all tests.</summary>
internal sealed class StateFolder : IDisposable
{
    private static readonly Lazy<Task<StateFolder>> Complete = new(MakeCompleteAsync);

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("amdsp-");

    public string Path => System.IO.Path.Combine(_parent.FullName, "state");

    /// <summary>Where a socket may lie: short enough for a Unix address.</summary>
    public string Socket(string name = "s") => System.IO.Path.Combine(_parent.FullName, name);

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    public static async Task<StateFolder> CopyOfCompleteAsync()
    {
        var source = await Complete.Value;
        var copy = new StateFolder();
        Directory.CreateDirectory(copy.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(source.Path))
            if (System.IO.Path.GetFileName(file) is var name && name != "lock") File.Copy(file, copy.Of(name));
        return copy;
    }

    public void Dispose() => _parent.Delete(recursive: true);

    private static async Task<StateFolder> MakeCompleteAsync()
    {
        var folder = new StateFolder();
        using var processor = await new ProcessorState(folder.Path, SimulatedProduct.Genoa).OpenAsync(settings: null, CancellationToken.None);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return folder;
    }
}
