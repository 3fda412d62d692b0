namespace SafeClaw.Tee.Wire;

/// <summary>A fresh challenge.</summary>
/// <param name="Nonce">32 random bytes in canonical base64 (44 characters).</param>
public sealed record AttestRequest(string Nonce)
{
    /// <summary>Size of the decoded nonce in bytes.</summary>
    public const int NonceBytes = 32;
}

/// <summary>The answer to a challenge: a report made for it, and what endorses the report's key.</summary>
/// <param name="Report">The 1,184-byte ATTESTATION_REPORT in base64.</param>
/// <param name="Chain">Certificates; empty where the verifier has to fetch them.</param>
public sealed record AttestReply(string Report, AttestChain Chain);

/// <summary>DER certificates in base64; exactly one of <see cref="Vcek"/> and <see cref="Vlek"/>, or none at all.</summary>
public sealed record AttestChain(string? Vcek = null, string? Vlek = null, string? Ask = null, string? Ark = null);
