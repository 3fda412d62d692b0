namespace SafeClaw.Actors;

/// <summary>Limits of the VM's lifecycle; bound from <c>SafeClaw:Tee:Phases</c> and its neighbours, validated there.</summary>
public sealed record VmOptions
{
    /// <summary>Longest time per boot phase, by the names of <see cref="BootPhases"/>.</summary>
    public required IReadOnlyDictionary<string, TimeSpan> PhaseLimits { get; init; }

    /// <summary>Callers that may wait for one boot; the next is refused BUSY. Default 10,000.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Wait before the first restart after a failure; doubled each time. Default 0.2 s.</summary>
    public TimeSpan BackoffMin { get; init; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Longest wait between restarts. Default 30 s.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Failures in a row after which the breaker opens. Default 5.</summary>
    public int BreakerAfter { get; init; } = 5;

    /// <summary>How long the breaker refuses BOOT_FAILED at once before one trial. Default 60 s.</summary>
    public TimeSpan BreakerOpenFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time between health probes of a ready guest. Default 5 s.</summary>
    public TimeSpan HealthInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one health probe may take. Default 2 s.</summary>
    public TimeSpan HealthLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Failed probes in a row after which the guest counts as hung. Default 3.</summary>
    public int HealthFailures { get; init; } = 3;

    /// <summary>Attested dials that may run at once. 1 to 16, default 2.</summary>
    public int MaxDials { get; init; } = 2;

    /// <summary>Share of a backoff that chance may add, so that many hosts do not restart in step. Default 0.2.</summary>
    public double BackoffJitter { get; init; } = 0.2;

    /// <summary>How long an orderly stop may take before the process is killed. Default 10 s.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before restart number <paramref name="failures"/> (from 1), before jitter.</summary>
    internal TimeSpan BackoffAfter(int failures) => failures >= BreakerAfter
        ? BreakerOpenFor
        : TimeSpan.FromTicks(Math.Min(BackoffMax.Ticks, BackoffMin.Ticks << Math.Min(failures - 1, 20)));
}
