namespace SafeClaw.Actors;

/// <summary>Limits of sessions; bound from <c>SafeClaw:Sessions</c>, validated there.</summary>
public sealed record SessionOptions
{
    /// <summary>Turns that may wait in one session; the next is refused BUSY. Default 64.</summary>
    public int MaxWaiting { get; init; } = 64;

    /// <summary>UTF-8 bytes of text that may wait in one session. Default 1 MiB.</summary>
    public int MaxWaitingBytes { get; init; } = 1024 * 1024;

    /// <summary>Sessions alive at once in this process; the next is refused OVERLOADED. Default 100,000.</summary>
    public int MaxSessions { get; init; } = 100_000;

    /// <summary>How long a turn may take when the caller does not say. Default 120 s.</summary>
    public TimeSpan DefaultDeadline { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a shutdown waits for turns under way. Default 10 s.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(10);
}
