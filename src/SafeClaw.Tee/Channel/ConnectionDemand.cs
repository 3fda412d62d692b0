using SafeClaw.Attestation;

namespace SafeClaw.Tee;

/// <summary>What a connection must show before it may be used.</summary>
public sealed record ConnectionDemand
{
    /// <summary>Where the guest listens.</summary>
    public required TeeEndpoint Endpoint { get; init; }

    /// <summary>Who appraises the evidence.</summary>
    public required ITeeExtension Tee { get; init; }

    /// <summary>What evidence must say.</summary>
    public required AttestationPolicy Policy { get; init; }

    /// <summary>The generation being dialled; it becomes part of the connection's name and of every error.</summary>
    public required string Generation { get; init; }

    /// <summary>The 32 bytes that this machine's launch was given; null where the machine was not started by us.</summary>
    public ReadOnlyMemory<byte>? HostData { get; init; }

    /// <summary>
    /// The verified first connection of this generation. If set, this connection must show the same key, which TLS proves it holds, and is then
    /// not challenged again.
    /// </summary>
    public VerifiedEvidence? Pinned { get; init; }

    /// <summary>Whether the guest must answer a challenge on its first connection.</summary>
    public FreshnessMode Freshness { get; init; } = FreshnessMode.Challenge;

    /// <summary>Time for the dial and TLS. What <see cref="Tee"/> may wait for collateral is added to it. Default 5 s.</summary>
    public TimeSpan HandshakeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for <c>POST /attest</c>. Default 5 s.</summary>
    public TimeSpan ChallengeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The only clock certificates are judged by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Called when TLS is up, before the certificate's evidence is judged.</summary>
    public Action? HandshakeDone { get; init; }
}

/// <summary>How fresh evidence must be.</summary>
public enum FreshnessMode
{
    /// <summary>A fresh report for our nonce on the first connection of a generation (default).</summary>
    Challenge,

    /// <summary>The report in the certificate suffices: for guests without <c>/attest</c>. The verdict says so.</summary>
    Handshake,
}

/// <summary>How opening a connection ended.</summary>
public abstract record OpenOutcome
{
    private OpenOutcome() { }

    /// <summary>Open, verified, usable.</summary>
    public sealed record Opened(AttestedConnection Connection) : OpenOutcome;

    /// <summary>The guest showed evidence and it was refused; the socket is closed and nothing was sent on it but, at most, the challenge.</summary>
    public sealed record Rejected(Verdict Verdict) : OpenOutcome
    {
        /// <summary>What the verdict rested on; null if the evidence could not be read.</summary>
        public Appraisal.Judged? Appraisal { get; init; }
    }

    /// <summary>No connection, for a reason that judges nobody.</summary>
    /// <param name="Code">HANDSHAKE_FAILED, TIMEOUT, CHANNEL_LOST, PROTOCOL_VIOLATION or COLLATERAL_UNAVAILABLE.</param>
    /// <param name="Detail">One sentence.</param>
    public sealed record Unavailable(string Code, string Detail) : OpenOutcome;
}
