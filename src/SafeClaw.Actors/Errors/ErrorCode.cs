namespace SafeClaw.Actors;

/// <summary>Every way a request can end without its answer. The names on the wire are upper snake case (<see cref="ErrorCodes.Name"/>).</summary>
public enum ErrorCode
{
    EvidenceMalformed, EvidenceUnsupported, SignatureInvalid, ChainUntrusted, ChainRevoked, PolicyViolation, BindingMismatch, FreshnessFailed,
    InstanceMismatch, SimulatedRejected, CollateralUnavailable, HandshakeFailed, ChannelLost, ProtocolViolation, Timeout, Busy, Overloaded, TooLarge,
    Cancelled, OutcomeUnknown, SecretRejected, SecretMissing, UnsealFailed, BootFailed, VmQuarantined, SessionUnknown, SessionConflict,
    RejectedByPolicy, ConfirmationRequired, LeakBlocked, JournalUnavailable, ConfigInvalid, TeeDisabled, InvalidRequest, Unauthenticated, Forbidden,
    RateLimited, DataInUse, Internal,
}

/// <summary>The stable names of <see cref="ErrorCode"/> and one sentence each that says what to do.</summary>
public static class ErrorCodes
{
    private static readonly Dictionary<ErrorCode, (string Name, string Advice)> Table = Enum.GetValues<ErrorCode>()
        .ToDictionary(code => code, code => (UpperSnake(code.ToString()), AdviceFor(code)));

    private static readonly Dictionary<string, ErrorCode> ByName = Table.ToDictionary(row => row.Value.Name, row => row.Key, StringComparer.Ordinal);

    /// <summary>The name used on the wire, in logs and on the command line, for example <c>BOOT_FAILED</c>.</summary>
    public static string Name(ErrorCode code) => Table[code].Name;

    /// <summary>What the reader can do about it: one sentence.</summary>
    public static string Advice(ErrorCode code) => Table[code].Advice;

    /// <summary>The code with that wire name; false if there is none (names are case-sensitive).</summary>
    public static bool TryParse(string name, out ErrorCode code) => ByName.TryGetValue(name, out code);

    /// <summary>
    /// Failures that look like an attack rather than an accident: the machine is quarantined and nothing is retried
    /// (design: "evidence rejected"; collateral that cannot be had is not among them).
    /// </summary>
    public static bool IsAttackShaped(ErrorCode code) => code is ErrorCode.EvidenceMalformed or ErrorCode.EvidenceUnsupported
        or ErrorCode.SignatureInvalid or ErrorCode.ChainUntrusted or ErrorCode.ChainRevoked or ErrorCode.PolicyViolation
        or ErrorCode.BindingMismatch or ErrorCode.FreshnessFailed or ErrorCode.InstanceMismatch or ErrorCode.SimulatedRejected;

    private static string UpperSnake(string pascal) =>
        string.Concat(pascal.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));

    private static string AdviceFor(ErrorCode code) => code switch
    {
        ErrorCode.EvidenceMalformed => "The guest's attestation report could not be read; run `safeclaw evidence show` on it, and do not trust that guest.",
        ErrorCode.EvidenceUnsupported => "The report has a version, product or algorithm this verifier does not know; update SafeClaw or use a supported CPU.",
        ErrorCode.SignatureInvalid => "The report was not signed by the key in its certificate; treat the guest as hostile.",
        ErrorCode.ChainUntrusted => "The certificates do not lead to a pinned AMD root; check the endorsements, and in development the simulated root.",
        ErrorCode.ChainRevoked => "A certificate of the chain is revoked by AMD; obtain new endorsements for that machine.",
        ErrorCode.PolicyViolation => "The evidence is genuine but breaks the attestation policy; the verdict lists expected and actual values.",
        ErrorCode.BindingMismatch => "The report does not belong to the key of this TLS connection; somebody may be in the middle.",
        ErrorCode.FreshnessFailed => "The guest did not answer the freshness challenge; old evidence may have been replayed.",
        ErrorCode.InstanceMismatch => "Another machine answered than the one that was started; check what listens on the guest's socket.",
        ErrorCode.SimulatedRejected => "The evidence is simulated; set SafeClaw:Tee:AllowSimulated in development, or start on SEV-SNP hardware.",
        ErrorCode.CollateralUnavailable => "Certificates or revocation lists could not be fetched; check the network or run `safeclaw collateral import`.",
        ErrorCode.HandshakeFailed => "TLS with the guest failed; the guest must speak TLS 1.3 with a P-384 attestation certificate.",
        ErrorCode.ChannelLost => "The connection to the guest broke; send the message again with the same id.",
        ErrorCode.ProtocolViolation => "The guest answered something the protocol does not allow; check that host and guest versions fit.",
        ErrorCode.Timeout => "No answer within the deadline; send the same id again or allow more time.",
        ErrorCode.Busy => "This session or the channel pool has enough waiting; try again shortly.",
        ErrorCode.Overloaded => "The host has more work than it accepts; try again later.",
        ErrorCode.TooLarge => "The message exceeds a size limit; shorten it.",
        ErrorCode.Cancelled => "The caller cancelled before the message was sent.",
        ErrorCode.OutcomeUnknown => "The guest may or may not have acted on the message; check before sending it again under a new id.",
        ErrorCode.SecretRejected => "The guest refused the secrets; check their names and sizes.",
        ErrorCode.SecretMissing => "A configured secret has no value; set its environment variable or file.",
        ErrorCode.UnsealFailed => "The sealed data does not open in this guest; it was sealed for another measurement or chip.",
        ErrorCode.BootFailed => "The confidential VM did not start; the message says at which step.",
        ErrorCode.VmQuarantined => "The VM failed attestation and is quarantined; find out why, then run `safeclaw release`.",
        ErrorCode.SessionUnknown => "There is no such session.",
        ErrorCode.SessionConflict => "The same message id came with other content, or the session is in another state; use a new id.",
        ErrorCode.RejectedByPolicy => "The routing policy does not allow this message.",
        ErrorCode.ConfirmationRequired => "The routing policy asks for confirmation; send the message again with the `confirm` value.",
        ErrorCode.LeakBlocked => "The reply contained a secret and the policy blocks such replies.",
        ErrorCode.JournalUnavailable => "The journal cannot be written; nothing was accepted. Check the database and send again.",
        ErrorCode.ConfigInvalid => "The configuration is not valid; the message names the key and the accepted range.",
        ErrorCode.TeeDisabled => "Sensitive messages need the TEE, which is switched off; set SafeClaw:Tee:Enabled and SafeClaw:Tee:Real.",
        ErrorCode.InvalidRequest => "The request is not valid; the message says which part.",
        ErrorCode.Unauthenticated => "A valid API key is needed.",
        ErrorCode.Forbidden => "The API key does not reach this.",
        ErrorCode.RateLimited => "Too many requests; wait and try again.",
        ErrorCode.DataInUse => "Another process owns the data directory; stop it or use another directory.",
        ErrorCode.Internal => "An unexpected failure inside SafeClaw; the log has the details under the correlation id.",
        _ => throw new ArgumentOutOfRangeException(nameof(code)),
    };
}
