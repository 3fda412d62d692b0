namespace SafeClaw.Attestation;

/// <summary>What came of asking the key distribution service: bytes that still have to be judged, or the reason there are none.</summary>
public abstract record KdsReply
{
    private KdsReply() { }

    /// <summary>Something came.</summary>
    public sealed record Fetched(ReadOnlyMemory<byte> Body) : KdsReply
    {
        public override string ToString() => $"{Body.Length} bytes";
    }

    /// <summary>Nothing came in time, or nothing usable.</summary>
    /// <param name="Reason">For an operator: no addresses, no evidence.</param>
    /// <param name="RetryAfter">When the service asked to be left alone: for how long.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : KdsReply;
}
