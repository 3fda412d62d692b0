namespace SafeClaw.Attestation;

/// <summary>Where something came from.</summary>
public enum CollateralSource
{
    /// <summary>It came with the evidence.</summary>
    Embedded,

    /// <summary>It was on disk, and fits.</summary>
    Store,

    /// <summary>It was fetched now.</summary>
    Kds,

    /// <summary>There is none, and none is needed.</summary>
    None,
}

/// <summary>What the verifier needs besides the report, or that it cannot be had now, which is no verdict (exit 3).</summary>
public abstract record CollateralResult
{
    private CollateralResult() { }

    /// <summary>Everything is there; whether it is right is for the verifier to say.</summary>
    /// <param name="Evidence">The evidence with its gaps filled; what came with it is untouched.</param>
    /// <param name="Crl">The root's revocation list, DER, within its dates and signed by the root; null if none is used.</param>
    /// <param name="CrlAge">Time since <paramref name="Crl"/>'s thisUpdate.</param>
    /// <param name="Leaf">Where VCEK or VLEK came from.</param>
    /// <param name="Authorities">Where ASK or ASVK and ARK came from.</param>
    /// <param name="RevocationList">Where <paramref name="Crl"/> came from.</param>
    public sealed record Complete(
        Evidence Evidence, ReadOnlyMemory<byte>? Crl, TimeSpan? CrlAge, CollateralSource Leaf, CollateralSource Authorities, CollateralSource RevocationList) : CollateralResult;

    /// <summary>Something is missing and cannot be had within the budget. Never a verdict: ask again.</summary>
    /// <param name="What">"vcek", "authorities" or "crl".</param>
    /// <param name="Reason">Why, for an operator.</param>
    /// <param name="RetryAfter">How long the service asked to be left alone, or null.</param>
    public sealed record Unavailable(string What, string Reason, TimeSpan? RetryAfter = null) : CollateralResult
    {
        /// <summary>The stable error code, COLLATERAL_UNAVAILABLE.</summary>
        public const string Code = "COLLATERAL_UNAVAILABLE";
    }
}
