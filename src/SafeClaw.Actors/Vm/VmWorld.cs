namespace SafeClaw.Actors;

/// <summary>Everything outside the actors that the VM's tree touches; probes play these parts in tests.</summary>
internal sealed record VmWorld
{
    /// <summary>Starts machines.</summary>
    public required IGuestHost Host { get; init; }

    /// <summary>Opens attested connections.</summary>
    public required IGuestDialer Dialer { get; init; }

    /// <summary>Reads the configured secrets afresh for each injection.</summary>
    public required ISecretSource Secrets { get; init; }

    /// <summary>Gives each machine its generation.</summary>
    public VmGenerations Generations { get; init; } = new();

    /// <summary>SHA-256 of the attestation policy, 64 hex digits: part of HOST_DATA.</summary>
    public required string PolicyDigest { get; init; }

    /// <summary>Takes note of what happens.</summary>
    public IAudit Audit { get; init; } = NoAudit.Instance;

    /// <summary>Hears of boot phases.</summary>
    public IPhaseObserver Phases { get; init; } = new NobodyWatches();

    /// <summary>Limits of the channel pool.</summary>
    public ChannelPoolOptions Channels { get; init; } = new();

    private sealed class NobodyWatches : IPhaseObserver
    {
        public void Started(string phase) { }

        public void Ended(PhaseTiming timing) { }
    }
}
