namespace SafeClaw.Attestation;

/// <summary>The stable codes of findings.</summary>
public static class AttestationCodes
{
    /// <summary>The bytes are not a report, certificate or chain of the documented form.</summary>
    public const string EvidenceMalformed = "EVIDENCE_MALFORMED";

    /// <summary>Well-formed, but of a version, product or algorithm this verifier does not know.</summary>
    public const string EvidenceUnsupported = "EVIDENCE_UNSUPPORTED";

    /// <summary>The report's signature does not verify under the leaf's key.</summary>
    public const string SignatureInvalid = "SIGNATURE_INVALID";

    /// <summary>The certificates do not lead to a pinned root, or do not belong to the report.</summary>
    public const string ChainUntrusted = "CHAIN_UNTRUSTED";

    /// <summary>A certificate is on the issuer's revocation list.</summary>
    public const string ChainRevoked = "CHAIN_REVOKED";

    /// <summary>Genuine, but not what the policy asks for.</summary>
    public const string PolicyViolation = "POLICY_VIOLATION";

    /// <summary>The report is not bound to the key of this connection.</summary>
    public const string BindingMismatch = "BINDING_MISMATCH";

    /// <summary>The report does not answer the challenge.</summary>
    public const string FreshnessFailed = "FRESHNESS_FAILED";

    /// <summary>The report is of another machine than the one expected.</summary>
    public const string InstanceMismatch = "INSTANCE_MISMATCH";

    /// <summary>Simulated evidence where the policy does not allow it.</summary>
    public const string SimulatedRejected = "SIMULATED_REJECTED";

    /// <summary>A certificate or revocation list could not be had; no verdict.</summary>
    public const string CollateralUnavailable = "COLLATERAL_UNAVAILABLE";

    /// <summary>The connection's certificate carries no usable evidence.</summary>
    public const string HandshakeFailed = "HANDSHAKE_FAILED";
}
