using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SafeClaw.Attestation;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Tee;

/// <summary>
/// Judges the peer of one connection: its certificate before HTTP may write, and its fresh report after the challenge. Every refusal is a
/// verdict with all its findings; nothing here retries. Collateral is waited for here, outside of TLS's own callback.
/// </summary>
internal sealed class EvidenceGate(ConnectionDemand demand)
{
    private ReadOnlyMemory<byte> _spki;

    /// <summary>What was decided last; null before the handshake.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>What the last verdict rested on; null if it was reached from a pinned key or from evidence that could not be read.</summary>
    public Appraisal.Judged? Appraisal { get; private set; }

    /// <summary>Why there is no verdict, if collateral could not be had.</summary>
    public CollateralResult.Unavailable? Missing { get; private set; }

    /// <summary>True once TLS was up and a certificate had been shown.</summary>
    public bool Reached { get; private set; }

    /// <summary>For messages.</summary>
    public TeeEndpoint Endpoint => demand.Endpoint;

    /// <summary>Called with the certificate whose key TLS has proved the peer to hold; throws to keep HTTP from starting.</summary>
    /// <exception cref="AuthenticationException">The verdict is negative, or there is none: see <see cref="Verdict"/> and <see cref="Missing"/>.</exception>
    public async Task JudgeAsync(X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        Reached = true;
        demand.HandshakeDone?.Invoke();
        Verdict = await JudgeCertificateAsync(certificate.RawDataMemory, cancellationToken);
        if (Verdict is not { Accepted: true }) throw new AuthenticationException("The guest's evidence was not accepted.");
    }

    /// <summary>
    /// Judges the answer to <paramref name="nonce"/>: a report made now, for this connection's key, by the machine that showed the certificate. Null if
    /// there is no verdict.
    /// </summary>
    public async Task<Verdict?> JudgeFreshAsync(AttestReply reply, ReadOnlyMemory<byte> nonce, CancellationToken cancellationToken)
    {
        var atHandshake = Verdict!.Evidence!;
        return Verdict = Read(reply) is { } evidence
            ? await AppraiseAsync(evidence, Context() with { FreshNonce = nonce, SameInstanceAs = atHandshake }, cancellationToken)
            : Attestation.Verdict.Refused(Now, new Finding("structure", false, AttestationCodes.EvidenceMalformed, Hint: "The guest's /attest reply is not base64 evidence."));
    }

    private async Task<Verdict?> JudgeCertificateAsync(ReadOnlyMemory<byte> der, CancellationToken cancellationToken)
    {
        if (!RaTlsCertificate.TryRead(der, Now, out var shown, out var failure)) return Attestation.Verdict.Refused(Now, failure);
        _spki = shown.SpkiSha256;
        if (demand.Pinned is not { } pinned) return await AppraiseAsync(shown.Evidence, Context(), cancellationToken);
        return CryptographicOperations.FixedTimeEquals(_spki.Span, pinned.SpkiSha256.Span)
            ? Attestation.Verdict.Cached(Now, pinned)
            : Attestation.Verdict.Refused(Now, new Finding("instance", false, AttestationCodes.InstanceMismatch,
                Hint: "This connection shows another key than the generation's first one: another machine answered."));
    }

    private async Task<Verdict?> AppraiseAsync(Evidence evidence, VerificationContext context, CancellationToken cancellationToken)
    {
        var appraisal = await demand.Tee.AppraiseAsync(evidence, demand.Policy, context, cancellationToken);
        (Appraisal, Missing) = (appraisal as Attestation.Appraisal.Judged, (appraisal as Attestation.Appraisal.Unavailable)?.Missing);
        return Appraisal?.Verdict;
    }

    /// <summary>The reply's evidence, or null if any part of it is not canonical base64 of a sensible size.</summary>
    private static Evidence? Read(AttestReply reply)
    {
        const int maxCertificate = 16 * 1024;
        var chain = reply.Chain;
        return StrictBase64.TryDecode(reply.Report, SnpReport.Size, out var report) && Certificate(chain.Vcek, out var vcek) && Certificate(chain.Vlek, out var vlek)
            && Certificate(chain.Ask, out var ask) && Certificate(chain.Ark, out var ark)
            ? new Evidence(report, new EndorsementChain { Vcek = vcek, Vlek = vlek, Ask = ask, Ark = ark })
            : null;

        static bool Certificate(string? text, out byte[] der)
        {
            der = [];
            if (string.IsNullOrEmpty(text)) return true;
            var canonical = StrictBase64.TryDecode(text, maxCertificate, out var bytes);
            der = bytes ?? [];
            return canonical;
        }
    }

    private VerificationContext Context() => new() { At = Now, SpkiSha256 = _spki, HostData = demand.HostData };

    private DateTimeOffset Now => demand.Clock.GetUtcNow();
}
