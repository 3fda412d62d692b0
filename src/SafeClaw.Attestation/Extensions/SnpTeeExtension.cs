namespace SafeClaw.Attestation;

/// <summary>AMD SEV-SNP evidence under AMD's roots. Safe for many threads.</summary>
public sealed class SnpTeeExtension : ITeeExtension
{
    private readonly TrustAnchors _anchors;
    private readonly CollateralOptions? _collateral;
    private readonly SnpVerifier _verifier;

    /// <param name="collateral">Where missing certificates and revocation lists come from; null judges what came with the evidence and asks nobody.</param>
    public SnpTeeExtension(CollateralOptions? collateral = null)
        : this(TrustAnchors.Amd, collateral) { }

    /// <param name="anchors">The roots evidence may lead to.</param>
    /// <param name="collateral">As above; its anchors are replaced by these.</param>
    internal SnpTeeExtension(TrustAnchors anchors, CollateralOptions? collateral) =>
        (_anchors, _collateral, _verifier) = (anchors, collateral is null ? null : collateral with { Anchors = anchors }, new SnpVerifier(anchors));

    public string Name => "sev-snp";

    public TimeSpan CollateralBudget => _collateral?.Budget ?? TimeSpan.Zero;

    public async ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AttestationPolicy policy, VerificationContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(context);
        if (_collateral is null) return Judge(evidence, policy, context);
        var mode = context.RevocationList is null ? policy.Revocation : RevocationMode.Off;
        return await new CollateralProvider(_collateral with { Revocation = mode }).CompleteAsync(evidence, cancellationToken) switch
        {
            CollateralResult.Complete complete => Judge(complete.Evidence, policy, context with { RevocationList = context.RevocationList ?? complete.Crl }),
            CollateralResult.Unavailable missing => new Appraisal.Unavailable(missing),
            _ => throw new InvalidOperationException("A collateral result nobody knows."),
        };
    }

    private Appraisal.Judged Judge(Evidence evidence, AttestationPolicy policy, VerificationContext context) => new(_verifier.Verify(evidence, policy, context), evidence, context);
}
