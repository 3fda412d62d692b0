using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>
/// Judges evidence: structure, signature, chain to a pinned root, the leaf's extensions against the report, revocation, what the connection demands,
/// and the policy. Pure: no network, no clock, no store of the operating system. Safe for many threads.
/// </summary>
public sealed class SnpVerifier(TrustAnchors anchors)
{
    private readonly KeyCache _keys = new();

    /// <summary>Judges it; every check that could be made is a finding of the verdict. Never throws for what evidence can be.</summary>
    /// <exception cref="ArgumentException">The context itself is wrong: a digest or nonce of another length.</exception>
    public Verdict Verify(Evidence evidence, AttestationPolicy policy, VerificationContext context)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(context);
        CheckLengths(context);
        if (!SnpReport.TryParse(evidence.Report.Span, out var report, out var failure)) return Verdict.Refused(context.At, failure);
        return report.Version == SnpReport.SimulationMarker ? JudgeMarker(report, policy, context) : Judge(report, evidence.Chain, policy, context);
    }

    private Verdict Judge(SnpReport report, EndorsementChain certificates, AttestationPolicy policy, VerificationContext context)
    {
        var findings = new List<Finding> { Finding.Passed("structure", $"version {report.Version}"), MaskedKey(report), Version2(report, policy) };
        var chain = ChainVerification.Verify(certificates, anchors, context.At, _keys, out var chainFinding);
        findings.Add(Signature(report, certificates));
        findings.Add(chainFinding);
        var product = chain?.Product ?? report.Product;
        LeafExtensions? leaf = null;
        if (chain is not null)
        {
            findings.Add(Finding.Passed("root", chain.Simulated ? "simulated" : "AMD"));
            findings.Add(KeyKind(report, chain));
            findings.Add(ProductMatches(report, chain));
            findings.Add(Leaf(report, chain, out leaf));
            findings.Add(Revocation(chain, policy, context));
            findings.Add(Simulation(chain.Simulated, policy));
            if (report.Product is null) findings.Add(report.ReservedOf(chain.Product) ?? Finding.Passed("reserved", $"as {chain.Product} has it"));
            findings.Add(TcbOrder(report, chain.Product));
        }

        findings.AddRange(ConnectionChecks.Run(policy, report, context));
        if (product is { } known) findings.AddRange(PolicyChecks.Run(policy, report, known, leaf, chain?.IsVlek ?? report.SigningKey == 1));
        if (chain is { Simulated: false, Product: SnpProduct.Milan, IsVlek: false })
            findings.Add(Finding.Passed("milan-vcek", "warning", "EPYC Milan's signing keys can be extracted in software (arXiv 2605.12990); list the chips you trust."));
        return Verdict.Of(context.At, findings, chain?.Simulated ?? false, product,
            () => new VerifiedEvidence(report, context.SpkiSha256 ?? default, chain!.Simulated, chain.Product, policy.Digest, context.At));
    }

    /// <summary>A3S Box's marker: nobody signed it, so it counts as simulated and skips nothing else that can be checked.</summary>
    private static Verdict JudgeMarker(SnpReport report, AttestationPolicy policy, VerificationContext context)
    {
        List<Finding> findings =
        [
            Finding.Passed("structure", "A3S Box simulation marker"),
            Finding.Passed("signature", "none", "Nobody signs a simulated A3S Box report."),
            Simulation(simulated: true, policy),
            .. ConnectionChecks.Run(policy, report, context),
            .. PolicyChecks.Run(policy, report, SnpProduct.Genoa, leaf: null, isVlek: false),
        ];
        return Verdict.Of(context.At, findings, simulated: true, SnpProduct.Genoa,
            () => new VerifiedEvidence(report, context.SpkiSha256 ?? default, simulated: true, SnpProduct.Genoa, policy.Digest, context.At));
    }

    private static Finding MaskedKey(SnpReport report) => report.ChipKeyMasked
        ? Finding.Failed("chip-key", AttestationCodes.PolicyViolation, "The platform masks its chip key (MASK_CHIP_KEY); the report is not signed.")
        : Finding.Passed("chip-key");

    private static Finding Version2(SnpReport report, AttestationPolicy policy) => report.Version > 2 || policy.AllowVersion2
        ? Finding.Passed("version", $"{report.Version}")
        : Finding.Failed("version", AttestationCodes.EvidenceUnsupported, "Version 2 reports name no CPU; the policy does not allow them.", "3 to 5", "2");

    /// <summary>ECDSA P-384 with SHA-384 over the first 672 bytes, by the leaf's key; judged even if the chain is not, so that both findings are told.</summary>
    private Finding Signature(SnpReport report, EndorsementChain chain)
    {
        var der = chain.Vlek.IsEmpty ? chain.Vcek : chain.Vlek;
        if (der.IsEmpty || !StrictCertificate.TryParse(der, out var leaf, out _))
            return Finding.Failed("signature", AttestationCodes.ChainUntrusted, "There is no readable leaf certificate to check the report's signature with.");
        return _keys.Use(leaf.PublicKey, LeafKey.Read, key => report.IsSignatureOf(key, report.SignedPart.Span)) switch
        {
            true => Finding.Passed("signature", "ECDSA P-384"),
            null => Finding.Failed("signature", AttestationCodes.ChainUntrusted, "The leaf's key is not a named, uncompressed P-384 point."),
            false => Finding.Failed("signature", AttestationCodes.SignatureInvalid, "The report was not signed by the key in its leaf certificate; after a firmware update the leaf must be for the REPORTED_TCB."),
        };
    }

    private static Finding KeyKind(SnpReport report, ChainVerification chain) => report.SigningKey == 1 == chain.IsVlek
        ? Finding.Passed("signing-key", chain.IsVlek ? "VLEK" : "VCEK")
        : Finding.Failed("signing-key", AttestationCodes.ChainUntrusted, "The report names another kind of signing key than its certificate is.",
            report.SigningKey == 1 ? "VLEK" : "VCEK", chain.IsVlek ? "VLEK" : "VCEK");

    private static Finding ProductMatches(SnpReport report, ChainVerification chain) => report.Product is null || report.Product == chain.Product
        ? Finding.Passed("product", chain.Product.ToString())
        : Finding.Failed("product", AttestationCodes.ChainUntrusted, "The report's CPU belongs to another product than its certificates.", $"{report.Product}", $"{chain.Product}");

    private static Finding Leaf(SnpReport report, ChainVerification chain, out LeafExtensions? leaf)
    {
        const string check = "leaf-extensions";
        if (!LeafExtensions.TryRead(chain.Leaf, chain.IsVlek, chain.Product, out leaf, out var problem))
            return Finding.Failed(check, AttestationCodes.ChainUntrusted, $"The leaf certificate is refused: {problem}.");
        if (leaf.ProductName != $"{chain.Product}" && !leaf.ProductName.StartsWith($"{chain.Product}-", StringComparison.Ordinal))
            return Finding.Failed(check, AttestationCodes.ChainUntrusted, "The leaf was issued for another product.", $"{chain.Product}", leaf.ProductName);
        var reported = report.ReportedTcb(chain.Product);
        if (leaf.Tcb != reported)
            return Finding.Failed(check, AttestationCodes.ChainUntrusted, "The leaf was issued for another TCB than the report's REPORTED_TCB.", reported.ToString(), leaf.Tcb.ToString());
        if (!chain.IsVlek && !CryptographicOperations.FixedTimeEquals(leaf.HardwareId.Span, report.ChipId.Span[..chain.Product.ChipIdBytes()]) && report.ChipId.Span.IndexOfAnyExcept((byte)0) >= 0)
            return Finding.Failed(check, AttestationCodes.ChainUntrusted, "The leaf's hwID is another chip than the report's CHIP_ID.");
        return Finding.Passed(check, $"{leaf.ProductName} {leaf.Tcb}");
    }

    private static Finding Revocation(ChainVerification chain, AttestationPolicy policy, VerificationContext context)
    {
        const string check = "revocation";
        if (context.RevocationList is not { } der)
            return policy.Revocation == RevocationMode.Require && !chain.Simulated
                ? Finding.Failed(check, AttestationCodes.CollateralUnavailable, "The policy needs the root's revocation list; run `safeclaw collateral fetch` or `import`.")
                : Finding.Passed(check, "not checked");
        if (!RevocationList.TryRead(der, chain.Root, context.At, out var list, out var problem))
            return policy.Revocation == RevocationMode.PreferCached ? Finding.Passed(check, "not checked", $"The revocation list is not used: {problem}.")
                : Finding.Failed(check, AttestationCodes.CollateralUnavailable, $"The revocation list is not used: {problem}.");
        return list.Revokes(chain.Intermediate) || list.Revokes(chain.Root)
            ? Finding.Failed(check, AttestationCodes.ChainRevoked, "AMD has revoked a certificate of this chain.", actual: $"serial 0x{chain.Intermediate.Serial:x}")
            : Finding.Passed(check, $"list of {list.ThisUpdate:yyyy-MM-dd}");
    }

    private static Finding Simulation(bool simulated, AttestationPolicy policy) => (simulated, policy.AllowSimulated) switch
    {
        (false, _) => Finding.Passed("simulation", "no"),
        (true, true) => Finding.Passed("simulation", "simulated", "Simulated evidence protects nothing against the machine it comes from."),
        (true, false) => Finding.Failed("simulation", AttestationCodes.SimulatedRejected, "The evidence is simulated and the policy does not allow that.", "hardware", "simulated"),
    };

    /// <summary>What is reported was committed, and what is committed runs (AMD 56860, SNP_COMMIT and SNP_CONFIG).</summary>
    private static Finding TcbOrder(SnpReport report, SnpProduct product)
    {
        var (current, committed, reported) = (report.CurrentTcb(product), report.CommittedTcb(product), report.ReportedTcb(product));
        return current.IsAtLeast(committed) && committed.IsAtLeast(reported) ? Finding.Passed("tcb-order")
            : Finding.Failed("tcb-order", AttestationCodes.EvidenceMalformed, "The order REPORTED_TCB, COMMITTED_TCB, CURRENT_TCB must not fall.", "reported, committed, current", $"{reported}; {committed}; {current}");
    }

    private static void CheckLengths(VerificationContext context)
    {
        Length(context.SpkiSha256, 32, nameof(context.SpkiSha256));
        Length(context.FreshNonce, Freshness.NonceBytes, nameof(context.FreshNonce));
        Length(context.HostData, 32, nameof(context.HostData));
        Length(context.ReportData, 64, nameof(context.ReportData));

        static void Length(ReadOnlyMemory<byte>? value, int bytes, string name)
        {
            if (value is { } present && present.Length != bytes) throw new ArgumentException($"{name} has {bytes} bytes.", nameof(context));
        }
    }
}
