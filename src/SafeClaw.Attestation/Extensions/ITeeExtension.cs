namespace SafeClaw.Attestation;

/// <summary>
/// How evidence of one kind of trusted execution environment is appraised (RFC 9334: the verifier's part). A further kind, TDX for one, is a further
/// implementation: connections, policies and verdicts know nothing of the kind.
/// </summary>
public interface ITeeExtension
{
    /// <summary>Lower case, for people and logs: <c>sev-snp</c>, <c>sev-snp-simulated</c>.</summary>
    string Name { get; }

    /// <summary>Longest time that an appraisal may wait for collateral; zero if it asks nobody.</summary>
    TimeSpan CollateralBudget { get; }

    /// <summary>Gets what is missing to judge, and judges. Never throws for what evidence can be.</summary>
    /// <param name="evidence">As the attester gave it.</param>
    /// <param name="policy">What it must say.</param>
    /// <param name="context">What the connection demands; its revocation list, if any, is used instead of a fetched one.</param>
    /// <param name="cancellationToken">Gives up waiting for collateral.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    ValueTask<Appraisal> AppraiseAsync(Evidence evidence, AttestationPolicy policy, VerificationContext context, CancellationToken cancellationToken);
}

/// <summary>How an appraisal ended: with a verdict, or without one because collateral could not be had.</summary>
public abstract record Appraisal
{
    private Appraisal() { }

    /// <summary>There is a verdict.</summary>
    /// <param name="Verdict">Accepted or refused.</param>
    /// <param name="Evidence">What was judged: the attester's evidence with its gaps filled.</param>
    /// <param name="Context">What it was judged by, with the revocation list that was used.</param>
    public sealed record Judged(Verdict Verdict, Evidence Evidence, VerificationContext Context) : Appraisal
    {
        /// <summary>What anybody needs to judge it again.</summary>
        public Proof ToProof(AttestationPolicy policy) => Proof.Of(Evidence, policy, Context, Verdict);
    }

    /// <summary>There is none, and asking again may help.</summary>
    public sealed record Unavailable(CollateralResult.Unavailable Missing) : Appraisal;
}
