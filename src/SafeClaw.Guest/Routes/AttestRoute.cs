using SafeClaw.Attestation;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>
/// <c>POST /attest</c>: a report made for the caller's nonce. REPORT_DATA is SHA-256(SPKI of this server's key) ‖ freshness binding; the guest
/// never puts bytes of the caller's own choice there.
/// </summary>
internal sealed class AttestRoute(IEvidenceSource source, ReadOnlyMemory<byte> spkiSha256) : IRoute
{
    private static readonly byte[] NoRuntimeBinding = new byte[32];

    /// <summary>The secure processor answers one guest request at a time; more callers wait here, not in it.</summary>
    private readonly Turnstile _oneReport = new();

    public string Path => "/attest";

    public string Method => "POST";

    public int MaxBody => 1_024;

    public async Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!RouteJson.TryRead(body, WireJson.Default.AttestRequest, out var request, out var refusal)) return refusal;
        if (!StrictBase64.TryDecode(request.Nonce, AttestRequest.NonceBytes, out var nonce) || nonce.Length != AttestRequest.NonceBytes)
            return Answer.Invalid("nonce is 32 bytes in canonical base64.");

        var reportData = Freshness.ReportData(spkiSha256.Span, Freshness.Binding(nonce, NoRuntimeBinding));
        using var turn = await _oneReport.EnterAsync(cancellationToken);
        try
        {
            return Answer.Ok(Reply(await source.ReportAsync(reportData, cancellationToken)), WireJson.Default.AttestReply);
        }
        catch (EvidenceException)
        {
            return Answer.Refuse(503, "COLLATERAL_UNAVAILABLE", "The secure processor gave no report; try again.");
        }
    }

    private static AttestReply Reply(Evidence evidence)
    {
        var chain = evidence.Chain;
        return new AttestReply(Base64(evidence.Report)!, new AttestChain(Base64(chain.Vcek), Base64(chain.Vlek), Base64(chain.Ask), Base64(chain.Ark)));
    }

    private static string? Base64(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : Convert.ToBase64String(bytes.Span);
}
