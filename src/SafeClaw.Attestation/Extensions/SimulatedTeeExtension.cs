namespace SafeClaw.Attestation;

/// <summary>
/// Evidence of a software secure processor: signed under a root of its own, judged by the very same verifier, its verdicts marked simulated and accepted
/// only where the policy says so. Evidence that does not bring that root is the genuine extension's affair.
/// </summary>
public sealed class SimulatedTeeExtension : ITeeExtension
{
    private readonly byte[] _ark;
    private readonly SnpTeeExtension _simulated;
    private readonly ITeeExtension _genuine;

    /// <param name="arkDer">The software secure processor's root certificate, DER.</param>
    /// <param name="genuine">Judges everything else.</param>
    public SimulatedTeeExtension(ReadOnlyMemory<byte> arkDer, ITeeExtension genuine)
    {
        (_ark, _genuine) = (arkDer.ToArray(), genuine);
        // A software secure processor gives its whole chain, so there is nobody to ask.
        _simulated = new SnpTeeExtension(TrustAnchors.Amd.WithSimulated(arkDer), collateral: null);
    }

    public string Name => "sev-snp-simulated";

    public TimeSpan CollateralBudget => _genuine.CollateralBudget;

    public ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AttestationPolicy policy, VerificationContext context, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var chosen = evidence.Chain.Ark.Span.SequenceEqual(_ark) ? _simulated : _genuine;
        return chosen.AppraiseAsync(evidence, policy, context, cancellationToken);
    }
}
