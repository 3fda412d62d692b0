namespace SafeClaw.Attestation;

/// <summary>What an attester shows: a report and what came with it to check the report's signature.</summary>
/// <param name="Report">ATTESTATION_REPORT, 1,184 bytes.</param>
/// <param name="Chain">Its endorsements.</param>
public sealed record Evidence(ReadOnlyMemory<byte> Report, EndorsementChain Chain);
