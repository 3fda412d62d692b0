using System.Text.Json;
using SafeClaw.Vmm;

namespace SafeClaw.Actors;

/// <summary>What machines are made from, as the shim is told it.</summary>
internal sealed class GuestImage(SafeClawOptions options)
{
    private const string Manifest = "guest-manifest.json";
    private const int MaxManifestBytes = 1024 * 1024;

    private string Root => Path.GetFullPath(options.Tee.BoxImage ?? AppContext.BaseDirectory);

    /// <summary>The measurement that was written beside the guest's files when they were built: 96 hex digits.</summary>
    /// <exception cref="ConfigurationException">There is no readable manifest.</exception>
    public string ExpectedMeasurement()
    {
        var path = Path.Combine(Root, Manifest);
        try
        {
            if (new FileInfo(path).Length > MaxManifestBytes) throw new JsonException("it is too large");
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return json.RootElement.GetProperty("measurement").GetString() is { Length: 96 } hex && hex.All(char.IsAsciiHexDigit) ? hex : throw new JsonException("it names no measurement");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ConfigurationException([new ConfigProblem("SafeClaw:Tee:Attestation:ExpectedMeasurements", $"There are none, and {path} cannot be read ({wrong.Message}); run `./build.sh build`.")]);
        }
    }

    /// <summary>The machine's specification for one launch.</summary>
    public InstanceSpec Specify(GuestLaunch launch, GenerationDirectory folder, string simulatorState) => new()
    {
        BoxId = $"safeclaw-{launch.Generation}",
        Vcpus = (byte)options.Tee.CpuCores,
        MemoryMib = (uint)options.Tee.MemoryMb,
        RootfsPath = Root,
        GrpcSocketPath = Path.Combine(folder.Path, "grpc.sock"),
        ExecSocketPath = folder.ExecSocket,
        PtySocketPath = folder.PtySocket,
        AttestSocketPath = folder.AttestSocket,
        FsMounts = options.Tee.WorkspaceDir is { } workspace ? [new FsMount("workspace", Path.GetFullPath(workspace), ReadOnly: false)] : [],
        Entrypoint = new Entrypoint("/sbin/init", [], []),
        Safeclaw = new SafeClawLaunch(Convert.ToHexStringLower(launch.HostData.Span), options.Tee.ShimBackend == ShimBackend.Process ? simulatorState : null),
    };
}
