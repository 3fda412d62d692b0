namespace SafeClaw.Actors;

/// <summary>The confidential VM: the owner's <c>TeeConfig</c> with every field, and what the runtime adds to it. Section <c>SafeClaw:Tee</c>.</summary>
public sealed record TeeConfig
{
    /// <summary>False refuses sensitive turns with TEE_DISABLED. Default true.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The seed's <c>tee-real</c> feature. False refuses sensitive turns with TEE_DISABLED; there is no mock behind it. Default true.</summary>
    public bool Real { get; init; } = true;

    /// <summary>The confidential-computing technology. Default A3sBox.</summary>
    public TeeBackend Backend { get; init; } = TeeBackend.A3sBox;

    /// <summary>What the machine is made from: a folder (its root file system, or the guest's programs for the process backend). Default: the programs beside this one.</summary>
    public string? BoxImage { get; init; }

    /// <summary>Memory of the machine in MiB, 128 to 1,048,576. Default 2048.</summary>
    public int MemoryMb { get; init; } = 2048;

    /// <summary>Virtual CPUs, 1 to 255. The launch measurement depends on it. Default 2.</summary>
    public int CpuCores { get; init; } = 2;

    /// <summary>The attestation server's port on vsock, 1024 to 65535 and neither 4089 (exec) nor 4090 (PTY). Default 4091.</summary>
    public int VsockPort { get; init; } = DefaultVsockPort;

    /// <summary>What evidence must say.</summary>
    public AttestationConfig Attestation { get; init; } = new();

    /// <summary>The shim's path; null looks beside this program, then in PATH.</summary>
    public string? ShimPath { get; init; }

    /// <summary>What the shim starts. Default A3sBox, which leaves it to the shim.</summary>
    public ShimBackend ShimBackend { get; init; } = ShimBackend.A3sBox;

    /// <summary>True accepts simulated evidence. Refused in Production. Default false.</summary>
    public bool AllowSimulated { get; init; }

    /// <summary>What is injected once the guest is verified.</summary>
    public IReadOnlyList<SecretRef> Secrets { get; init; } = [];

    /// <summary>Folder of the host that the guest sees, absolute; null for none.</summary>
    public string? WorkspaceDir { get; init; }

    /// <summary>Folder for the machines' sockets, 0700; null for the runtime directory of the user.</summary>
    public string? SocketDir { get; init; }

    /// <summary>The lifecycle's limits.</summary>
    public VmOptions Lifecycle { get; init; } = new() { PhaseLimits = DefaultPhases };

    /// <summary>The channel pool's limits.</summary>
    public ChannelPoolOptions Pool { get; init; } = new();

    /// <summary>True if sensitive turns are processed at all.</summary>
    public bool IsOn => Enabled && Real;

    internal const int DefaultVsockPort = 4091;

    internal static IReadOnlyDictionary<string, TimeSpan> DefaultPhases { get; } = new Dictionary<string, TimeSpan>(StringComparer.Ordinal)
    {
        [BootPhases.Spawn] = TimeSpan.FromSeconds(10),
        [BootPhases.Socket] = TimeSpan.FromSeconds(60),
        [BootPhases.Handshake] = TimeSpan.FromSeconds(5),
        [BootPhases.Verify] = TimeSpan.FromSeconds(15),
        [BootPhases.Inject] = TimeSpan.FromSeconds(10),
        [BootPhases.FirstAnswer] = TimeSpan.FromSeconds(10),
    };

    internal static TeeConfig Read(ConfigSection section) => new()
    {
        Enabled = section.Flag(nameof(Enabled), true, "Process sensitive turns; false refuses them with TEE_DISABLED."),
        Real = section.Flag(nameof(Real), true, "The tee-real feature; false refuses sensitive turns with TEE_DISABLED, never a mock."),
        Backend = section.OneOf(nameof(Backend), TeeBackend.A3sBox, "The confidential-computing technology.", Unsupported),
        BoxImage = section.OptionalText(nameof(BoxImage), "absolute folder", "What the machine is made from; empty takes the guest's programs beside this one."),
        MemoryMb = section.Whole(nameof(MemoryMb), 2048, 128, 1_048_576, "MiB", "Memory of the machine."),
        CpuCores = section.Whole(nameof(CpuCores), 2, 1, 255, "virtual CPUs", "The launch measurement depends on it."),
        VsockPort = ReadPort(section),
        Attestation = section.Section(nameof(Attestation), AttestationConfig.Read),
        ShimPath = section.OptionalText(nameof(ShimPath), "path", "The shim; empty looks beside this program, then in PATH."),
        ShimBackend = section.OneOf(nameof(ShimBackend), ShimBackend.A3sBox, "What the shim starts: a process (development only), or what the shim itself decides."),
        AllowSimulated = section.Flag(nameof(AllowSimulated), false, "Accept simulated evidence; refused in Production."),
        Secrets = section.Sections(nameof(Secrets), 256, SecretRef.Read),
        WorkspaceDir = section.OptionalText(nameof(WorkspaceDir), "absolute folder", "Folder of this host that the guest sees; empty for none."),
        SocketDir = section.OptionalText(nameof(SocketDir), "absolute folder", "Folder for the machines' sockets, made 0700; empty for the user's runtime directory."),
        Lifecycle = section.Section(nameof(Lifecycle), ReadLifecycle) with { PhaseLimits = section.Section("Phases", ReadPhases) },
        Pool = section.Section(nameof(Pool), ReadPool),
    };

    private static IReadOnlyDictionary<TeeBackend, string> Unsupported { get; } = new Dictionary<TeeBackend, string>
    {
        [TeeBackend.IntelSgx] = "SafeClaw verifies AMD SEV-SNP evidence only; use A3sBox or AmdSev.",
        [TeeBackend.ArmTrustzone] = "SafeClaw verifies AMD SEV-SNP evidence only; use A3sBox or AmdSev.",
    };

    private static int ReadPort(ConfigSection section)
    {
        var port = section.Whole(nameof(VsockPort), DefaultVsockPort, 1024, 65535, "port number", "The attestation server's port on vsock; 4089 and 4090 are the exec and PTY servers'.");
        if (port is 4089 or 4090) section.Problem(nameof(VsockPort), $"Port {port} is the {(port == 4089 ? "exec" : "PTY")} server's; use another one, by default 4091.");
        return port;
    }

    private static Dictionary<string, TimeSpan> ReadPhases(ConfigSection section) => BootPhases.All.ToDictionary(phase => phase,
        phase => section.Seconds(KeyOf(phase), DefaultPhases[phase], 0.1, 3600, $"Longest time for the boot phase '{phase}'."), StringComparer.Ordinal);

    /// <summary>first-answer → FirstAnswer.</summary>
    private static string KeyOf(string phase) => string.Concat(phase.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static VmOptions ReadLifecycle(ConfigSection section)
    {
        var standard = new VmOptions { PhaseLimits = DefaultPhases };
        return standard with
        {
            MaxWaiting = section.Whole(nameof(VmOptions.MaxWaiting), standard.MaxWaiting, 1, 1_000_000, "callers", "Callers that may wait for one boot; the next is refused BUSY."),
            BackoffMin = section.Seconds(nameof(VmOptions.BackoffMin), standard.BackoffMin, 0.01, 60, "Wait before the first restart; doubled each time."),
            BackoffMax = section.Seconds(nameof(VmOptions.BackoffMax), standard.BackoffMax, 0.01, 3600, "Longest wait between restarts."),
            BreakerAfter = section.Whole(nameof(VmOptions.BreakerAfter), standard.BreakerAfter, 1, 100, "failures in a row", "After so many the breaker opens."),
            BreakerOpenFor = section.Seconds(nameof(VmOptions.BreakerOpenFor), standard.BreakerOpenFor, 0.1, 3600, "How long the open breaker refuses at once."),
            HealthInterval = section.Seconds(nameof(VmOptions.HealthInterval), standard.HealthInterval, 0.1, 3600, "Time between health probes."),
            HealthLimit = section.Seconds(nameof(VmOptions.HealthLimit), standard.HealthLimit, 0.1, 600, "How long one health probe may take."),
            HealthFailures = section.Whole(nameof(VmOptions.HealthFailures), standard.HealthFailures, 1, 100, "failed probes in a row", "After so many the guest counts as hung."),
            MaxDials = section.Whole(nameof(VmOptions.MaxDials), standard.MaxDials, 1, 16, "dials", "Attested dials at once."),
            StopLimit = section.Seconds(nameof(VmOptions.StopLimit), standard.StopLimit, 0.1, 600, "How long an orderly stop may take before the kill."),
        };
    }

    private static ChannelPoolOptions ReadPool(ConfigSection section)
    {
        var standard = new ChannelPoolOptions();
        var pool = standard with
        {
            MinSize = section.Whole(nameof(ChannelPoolOptions.MinSize), standard.MinSize, 1, 512, "connections", "Kept open to a ready guest."),
            MaxSize = section.Whole(nameof(ChannelPoolOptions.MaxSize), standard.MaxSize, 1, 512, "connections", "At most; a streamed turn holds one."),
            MaxWaiting = section.Whole(nameof(ChannelPoolOptions.MaxWaiting), standard.MaxWaiting, 0, 10_000, "turns", "May wait for a channel; the next is refused BUSY."),
            ReopenAfter = section.Seconds(nameof(ChannelPoolOptions.ReopenAfter), standard.ReopenAfter, 0.001, 60, "Wait before a lost connection is replaced."),
        };
        if (pool.MaxSize < pool.MinSize) section.Problem(nameof(ChannelPoolOptions.MaxSize), $"Must be at least MinSize, which is {pool.MinSize}.");
        return pool;
    }
}

/// <summary>Confidential-computing technologies, as the owner's configuration names them.</summary>
public enum TeeBackend
{
    /// <summary>A3S Box's MicroVM with SEV-SNP.</summary>
    A3sBox,

    /// <summary>Not supported.</summary>
    IntelSgx,

    /// <summary>SEV-SNP, however the machine is started.</summary>
    AmdSev,

    /// <summary>Not supported.</summary>
    ArmTrustzone,
}

/// <summary>What a shim starts.</summary>
public enum ShimBackend
{
    /// <summary>What A3S Box's own shim starts; SafeClaw's refuses it.</summary>
    A3sBox,

    /// <summary>Two processes of this host, simulated evidence: development only.</summary>
    Process,

    /// <summary>A QEMU machine.</summary>
    Qemu,
}
