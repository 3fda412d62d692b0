namespace SafeClaw.Guest;

/// <summary>Bounds of the attestation server. The defaults serve a pool of up to 512 connections.</summary>
internal sealed record GuestLimits
{
    /// <summary>Connections at the same time; the next is closed. Default 1,024.</summary>
    public int MaxConnections { get; init; } = 1_024;

    /// <summary>Longest TLS handshake. Default 5 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time from a request's first byte to the end of its head. Default 5 s.</summary>
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time from a request's head to the last byte of its body. Default 30 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a connection may wait for its next request; the host's pool keeps idle ones. Default 15 min.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a connection may say nothing in the middle of a frame. Default 10 s.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
