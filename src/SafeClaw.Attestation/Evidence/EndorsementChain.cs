namespace SafeClaw.Attestation;

/// <summary>What endorses a report's key: DER certificates, each empty where it is absent. Nothing here is trusted before it was verified.</summary>
public sealed record EndorsementChain
{
    /// <summary>No certificate at all: the verifier's collateral has to supply them.</summary>
    public static EndorsementChain Empty { get; } = new();

    /// <summary>The chip's key, for one TCB; absent where <see cref="Vlek"/> is there.</summary>
    public ReadOnlyMemory<byte> Vcek { get; init; }

    /// <summary>The cloud provider's loaded key; absent where <see cref="Vcek"/> is there.</summary>
    public ReadOnlyMemory<byte> Vlek { get; init; }

    /// <summary>The intermediate: ASK above a VCEK, ASVK above a VLEK.</summary>
    public ReadOnlyMemory<byte> Ask { get; init; }

    /// <summary>The root.</summary>
    public ReadOnlyMemory<byte> Ark { get; init; }
}
