namespace SafeClaw.Actors;

/// <summary>Limits of the channel pool; bound from <c>SafeClaw:Tee:Pool</c>, validated there.</summary>
public sealed record ChannelPoolOptions
{
    /// <summary>Connections kept open to a ready guest. 1 to 512, default 2.</summary>
    public int MinSize { get; init; } = 2;

    /// <summary>Connections at most; a streamed turn holds one. <see cref="MinSize"/> to 512, default 64.</summary>
    public int MaxSize { get; init; } = 64;

    /// <summary>Turns that may wait for a channel; the next is refused BUSY. 0 to 10,000, default 256.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>Wait before a lost connection is replaced. Default 50 ms.</summary>
    public TimeSpan ReopenAfter { get; init; } = TimeSpan.FromMilliseconds(50);
}
