using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SafeClaw.Attestation;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Tee;

/// <summary>
/// Judges the peer of one connection: its certificate before HTTP may write, and its fresh report after the challenge. Every refusal is a
/// verdict with all its findings; nothing here retries.
/// </summary>
internal sealed class EvidenceGate(ConnectionDemand demand)
{
    private readonly SnpVerifier _verifier = new(demand.Anchors);
    private ReadOnlyMemory<byte> _spki;

    /// <summary>What was decided last; null before the handshake.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>True once TLS was up and a certificate had been shown.</summary>
    public bool Reached { get; private set; }

    /// <summary>For messages.</summary>
    public TeeEndpoint Endpoint => demand.Endpoint;

    /// <summary>Called with the certificate whose key TLS has proved the peer to hold; throws to keep HTTP from starting.</summary>
    /// <exception cref="AuthenticationException">The verdict is negative; it is in <see cref="Verdict"/>.</exception>
    public void Judge(X509Certificate2 certificate)
    {
        Reached = true;
        Verdict = JudgeCertificate(certificate.RawDataMemory);
        if (!Verdict.Accepted) throw new AuthenticationException("The guest's evidence was refused.");
        demand.HandshakeDone?.Invoke();
    }

    /// <summary>
    /// Judges the answer to <paramref name="nonce"/>: a report made now, for this connection's key, by the machine that showed the certificate.
    /// </summary>
    public Verdict JudgeFresh(AttestReply reply, ReadOnlyMemory<byte> nonce)
    {
        var atHandshake = Verdict!.Evidence!;
        var fresh = Read(reply) is { } evidence
            ? _verifier.Verify(evidence, demand.Policy, Context() with { FreshNonce = nonce, SameInstanceAs = atHandshake })
            : Attestation.Verdict.Refused(Now, new Finding("structure", false, AttestationCodes.EvidenceMalformed, Hint: "The guest's /attest reply is not base64 evidence."));
        return Verdict = fresh;
    }

    private Verdict JudgeCertificate(ReadOnlyMemory<byte> der)
    {
        if (!RaTlsCertificate.TryRead(der, Now, out var shown, out var failure)) return Attestation.Verdict.Refused(Now, failure!);
        _spki = shown!.SpkiSha256;
        if (demand.Pinned is not { } pinned) return _verifier.Verify(shown.Evidence, demand.Policy, Context());
        return CryptographicOperations.FixedTimeEquals(_spki.Span, pinned.SpkiSha256.Span)
            ? Attestation.Verdict.Cached(Now, pinned)
            : Attestation.Verdict.Refused(Now, new Finding("instance", false, AttestationCodes.InstanceMismatch,
                Hint: "This connection shows another key than the generation's first one: another machine answered."));
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
