using System.Text.Json.Serialization;

namespace SafeClaw.Vmm;

/// <summary>A host folder in the machine.</summary>
/// <param name="Tag">The virtio-fs tag.</param>
/// <param name="HostPath">Absolute path on the host.</param>
/// <param name="ReadOnly">Whether the machine may write.</param>
public sealed record FsMount(string Tag, string HostPath, bool ReadOnly);

/// <summary>What a machine runs.</summary>
/// <param name="Executable">Path inside the root file system.</param>
/// <param name="Args">Its arguments.</param>
/// <param name="Env">Its environment, as two-element arrays.</param>
public sealed record Entrypoint(string Executable, IReadOnlyList<string> Args, IReadOnlyList<string[]> Env);

/// <summary>Where A3S Box finds its TEE configuration.</summary>
/// <param name="ConfigPath">A JSON file of its own form.</param>
/// <param name="TeeType"><c>snp</c>.</param>
public sealed record TeeInstanceConfig(string ConfigPath, string TeeType);

/// <summary>cgroup limits; null means none.</summary>
public sealed record ResourceLimits
{
    public long? PidsLimit { get; init; }

    public string? CpusetCpus { get; init; }

    public IReadOnlyList<string> Ulimits { get; init; } = [];

    public long? CpuShares { get; init; }

    public long? CpuQuota { get; init; }

    public long? CpuPeriod { get; init; }

    public long? MemoryReservation { get; init; }

    public long? MemorySwap { get; init; }
}

/// <summary>What SafeClaw's shim is told beyond A3S Box's specification.</summary>
/// <param name="HostData">64 hex digits for HOST_DATA, chosen by the host for this launch.</param>
/// <param name="SimulatorState">Folder of the software secure processor's keys; null where none is to be started.</param>
public sealed record SafeClawLaunch(string HostData, string? SimulatorState);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, MaxDepth = 16,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(InstanceSpec))]
internal sealed partial class InstanceSpecJson : JsonSerializerContext;
