namespace SafeClaw.Attestation;

/// <summary>The outcome of a verification: every check, passed or not, so that an operator sees all findings at once.</summary>
public sealed record Verdict
{
    private Verdict(DateTimeOffset at, IReadOnlyList<Finding> findings) => (At, Findings) = (at, findings);

    /// <summary>True if every check passed.</summary>
    public bool Accepted => Evidence is not null;

    /// <summary>True if the evidence is simulated, accepted or not.</summary>
    public bool Simulated { get; private init; }

    /// <summary>Milan, Genoa or Turin; null if it did not come so far.</summary>
    public string? Product { get; private init; }

    /// <summary>The time it was judged at.</summary>
    public DateTimeOffset At { get; }

    /// <summary>Every check in order.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>The finding that decided, or null.</summary>
    public Finding? FirstFailure => Findings.FirstOrDefault(finding => !finding.Ok);

    /// <summary>What was accepted; null unless <see cref="Accepted"/>.</summary>
    public VerifiedEvidence? Evidence { get; private init; }

    /// <summary>A refusal before there was anything to verify.</summary>
    public static Verdict Refused(DateTimeOffset at, Finding failure) => failure.Ok
        ? throw new ArgumentException("A refusal needs a failed finding.", nameof(failure))
        : new Verdict(at, [failure]);

    /// <summary>The key of evidence verified earlier was shown again; TLS proves that its holder is the same.</summary>
    public static Verdict Cached(DateTimeOffset at, VerifiedEvidence evidence) => new(at, [Finding.Passed("key-binding", hint: "The key verified earlier in this generation.")])
    {
        Simulated = evidence.Simulated,
        Product = evidence.Product,
        Evidence = evidence,
    };

    /// <summary>The same verdict with one passed finding more; a note cannot change the outcome.</summary>
    internal Verdict With(Finding note) => note.Ok
        ? new Verdict(At, [.. Findings, note]) { Simulated = Simulated, Product = Product, Evidence = Evidence }
        : throw new ArgumentException("A note has passed.", nameof(note));

    internal static Verdict Of(DateTimeOffset at, IReadOnlyList<Finding> findings, bool simulated, SnpProduct? product, Func<VerifiedEvidence> accepted) =>
        new(at, findings)
        {
            Simulated = simulated,
            Product = product?.ToString(),
            Evidence = findings.All(finding => finding.Ok) ? accepted() : null,
        };
}

/// <summary>Evidence that the verifier accepted; nothing else can make one.</summary>
public sealed class VerifiedEvidence
{
    internal VerifiedEvidence(SnpReport report, ReadOnlyMemory<byte> spkiSha256, bool simulated, SnpProduct product, string policyDigest, DateTimeOffset at)
    {
        (Report, SpkiSha256, Simulated, Product, PolicyDigest, At) = (report, spkiSha256, simulated, product.ToString(), policyDigest, at);
    }

    /// <summary>The report, now to be believed.</summary>
    public SnpReport Report { get; }

    /// <summary>SHA-256 of the DER SubjectPublicKeyInfo it is bound to, 32 bytes; empty if no connection demanded a binding.</summary>
    public ReadOnlyMemory<byte> SpkiSha256 { get; }

    /// <summary>True if a simulated root, or nobody, signed it.</summary>
    public bool Simulated { get; }

    /// <summary>Milan, Genoa or Turin.</summary>
    public string Product { get; }

    /// <summary>Digest of the policy that accepted it.</summary>
    public string PolicyDigest { get; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset At { get; }

    public override string ToString() => $"VerifiedEvidence({Product}{(Simulated ? ", simulated" : "")})";
}
