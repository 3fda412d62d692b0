using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafeClaw.Vmm;

/// <summary>
/// The specification of one machine, as a shim takes it in <c>--config</c>: one document that both generations of A3S Box's shim read (the older one
/// needs <c>grpc_socket_path</c>; both ignore members they do not know). Never holds a secret: it is visible in the process list.
/// </summary>
public sealed record InstanceSpec
{
    /// <summary>Longest document in bytes: Linux allows 131,072 per argument with its terminator.</summary>
    public const int MaxBytes = 131_071;

    /// <summary>Names the machine in logs and in the shim's cgroup.</summary>
    public required string BoxId { get; init; }

    /// <summary>Virtual CPUs, 1 to 255.</summary>
    public required byte Vcpus { get; init; }

    /// <summary>Memory in MiB.</summary>
    public required uint MemoryMib { get; init; }

    /// <summary>Absolute path of the root file system; for the backend <c>process</c> the folder of the guest's executables.</summary>
    public required string RootfsPath { get; init; }

    /// <summary>Needed by the older generation of the shim, which makes a socket there; unused by us.</summary>
    public required string GrpcSocketPath { get; init; }

    /// <summary>Where the exec server (4089) is bridged to.</summary>
    public required string ExecSocketPath { get; init; }

    /// <summary>Where the PTY server (4090) is bridged to; empty turns it off.</summary>
    public string PtySocketPath { get; init; } = "";

    /// <summary>Where the attestation server (4091) is bridged to.</summary>
    public string AttestSocketPath { get; init; } = "";

    /// <summary>Where the newer generation bridges forwarded ports; empty turns it off.</summary>
    public string PortForwardSocketPath { get; init; } = "";

    /// <summary>Host folders the machine sees.</summary>
    public IReadOnlyList<FsMount> FsMounts { get; init; } = [];

    /// <summary>What the machine runs.</summary>
    public required Entrypoint Entrypoint { get; init; }

    /// <summary>File that receives the console.</summary>
    public string? ConsoleOutput { get; init; }

    /// <summary>Working directory of the entrypoint.</summary>
    public string Workdir { get; init; } = "/";

    /// <summary>Confidential computing as A3S Box configures it; null unless real SNP is asked of it.</summary>
    public TeeInstanceConfig? TeeConfig { get; init; }

    /// <summary>Forwarded ports, <c>host:guest</c>.</summary>
    public IReadOnlyList<string> PortMap { get; init; } = [];

    /// <summary>User of the entrypoint, or null for root.</summary>
    public string? User { get; init; }

    /// <summary>Always null: with a network the older shim overwrites the entrypoint's environment.</summary>
    public string? Network { get; }

    /// <summary>cgroup limits.</summary>
    public ResourceLimits ResourceLimits { get; init; } = new();

    /// <summary>What SafeClaw's own shim needs beyond A3S Box's.</summary>
    public SafeClawLaunch? Safeclaw { get; init; }

    /// <summary>The document.</summary>
    /// <exception cref="VmmException">It is longer than <see cref="MaxBytes"/>.</exception>
    public string ToJson()
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(this, InstanceSpecJson.Default.InstanceSpec);
        if (bytes.Length > MaxBytes) throw new VmmException($"The machine's specification has {bytes.Length} bytes; an argument has at most {MaxBytes}.");
        return System.Text.Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Reads a document; unknown members are ignored.</summary>
    /// <exception cref="FormatException">It is not a specification; the message says where.</exception>
    public static InstanceSpec Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, InstanceSpecJson.Default.InstanceSpec) ?? throw new FormatException("The specification is null.");
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"The specification is not valid: {malformed.Message}", malformed);
        }
    }
}
