namespace SafeClaw.Attestation;

/// <summary>What one connection demands beside the policy. A demand that is null is listed as not checked.</summary>
public sealed record VerificationContext
{
    /// <summary>The time everything is judged at; the verifier has no clock of its own.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the DER SubjectPublicKeyInfo of the connection's key, 32 bytes: REPORT_DATA[0..32).</summary>
    public ReadOnlyMemory<byte>? SpkiSha256 { get; init; }

    /// <summary>The 32-byte challenge that REPORT_DATA[32..64) must answer; null at the handshake, where the policy's runtime binding stands there.</summary>
    public ReadOnlyMemory<byte>? FreshNonce { get; init; }

    /// <summary>The 32 bytes that the machine's launch was given: HOST_DATA.</summary>
    public ReadOnlyMemory<byte>? HostData { get; init; }

    /// <summary>REPORT_DATA as a whole, 64 bytes, for evidence outside of a connection.</summary>
    public ReadOnlyMemory<byte>? ReportData { get; init; }

    /// <summary>Evidence verified earlier that must be of the same machine: REPORT_ID, measurement, host data and chip.</summary>
    public VerifiedEvidence? SameInstanceAs { get; init; }

    /// <summary>A revocation list of the root, DER; null if there is none.</summary>
    public ReadOnlyMemory<byte>? RevocationList { get; init; }
}
