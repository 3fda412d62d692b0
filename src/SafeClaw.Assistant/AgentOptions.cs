namespace SafeClaw.Assistant;

/// <summary>Which assistant to make, and its limits.</summary>
public sealed record AgentOptions
{
    /// <summary>Where answers come from. Default <see cref="AgentProvider.Local"/>.</summary>
    public AgentProvider Provider { get; init; } = AgentProvider.Local;

    /// <summary>Base address of an OpenAI-compatible server, as <c>https://host/v1</c>. Needed by <see cref="AgentProvider.OpenAi"/>.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>The model's name on that server. Needed by <see cref="AgentProvider.OpenAi"/>.</summary>
    public string? Model { get; init; }

    /// <summary>File with the provider's key, read at each use so that a rotated key is taken up. Absent: requests carry no key.</summary>
    public string? ApiKeyFile { get; init; }

    /// <summary>How long a provider may take for one answer. 1 s to 1 h, default 2 min.</summary>
    public TimeSpan ProviderTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Sessions with a memory at the same time. 1 to 100,000, default 10,000; the next new one is refused.</summary>
    public int MaxSessions { get; init; } = 10_000;

    /// <summary>Bytes of UTF-8 remembered over all sessions. 64 KiB to 1 GiB, default 256 MiB; past it new sessions are refused.</summary>
    public long MaxMemoryBytes { get; init; } = 256L << 20;

    /// <summary>What the assistant may use. Every call and every result passes the <see cref="Privacy.ToolInterceptor"/>. Default none.</summary>
    public IReadOnlyList<Microsoft.Extensions.AI.AIFunction> Tools { get; init; } = [];

    /// <summary>Tools that may be given a person's sensitive values. Default none.</summary>
    public IReadOnlySet<string> ToolsForSensitiveValues { get; init; } = new HashSet<string>();

    /// <summary>The clock of the offline assistant. Default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary>Where answers come from.</summary>
public enum AgentProvider
{
    /// <summary>Offline, no language model: a few skills, honest about it.</summary>
    Local,

    /// <summary>Any server that speaks OpenAI's chat completions.</summary>
    OpenAi,
}
