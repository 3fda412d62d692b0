using SafeClaw.Attestation;

namespace SafeClaw.Simulation;

/// <summary>A chip and the authority that endorses it: makes evidence of any shape, right or wrong on purpose.</summary>
public sealed class SimulatedPlatform : IDisposable
{
    /// <param name="authority">Shared with other platforms if need be; stays the caller's.</param>
    /// <param name="chip">Taken over; a new chip unless given.</param>
    public SimulatedPlatform(SimulatedAuthority authority, SimulatedChip? chip = null)
    {
        Authority = authority;
        Chip = chip ?? SimulatedChip.Create(authority.Product);
    }

    public SimulatedAuthority Authority { get; }

    public SimulatedChip Chip { get; }

    public SimulatedProduct Product => Authority.Product;

    /// <summary>Makes what the draft says.</summary>
    public Evidence Make(EvidenceDraft draft)
    {
        using var key = draft.CspId is { } csp ? Chip.Vlek(TcbOf(draft), csp) : Chip.Vcek(TcbOf(draft));
        var report = ReportOf(draft);
        report.Sign(key);
        draft.SignedReport?.Invoke(report);
        return new Evidence(report.ToBytes(), ChainOf(draft, key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>The leaf of that TCB, issued now.</summary>
    public byte[] Vcek(SimulatedTcb tcb, DateTimeOffset at)
    {
        using var key = Chip.Vcek(tcb);
        return Authority.VcekDraft(key.ExportSubjectPublicKeyInfo(), tcb, Chip.ChipId, at).Sign(Authority.AskKey);
    }

    public void Dispose() => Chip.Dispose();

    private SimulatedTcb TcbOf(EvidenceDraft draft) => draft.Tcb ?? Product.CurrentTcb;

    private SimulatedReport ReportOf(EvidenceDraft draft)
    {
        var report = SimulatedReport.Create(Product, draft.Version)
            .SetAllTcbs(TcbOf(draft), Product)
            .Set(ReportField.ReportData, draft.ReportData.Span)
            .Set(ReportField.Measurement, draft.Measurement.Span)
            .Set(ReportField.HostData, draft.HostData.Span)
            .Set(ReportField.ReportId, System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
        if (draft.CspId is null) report.Set(ReportField.ChipId, Chip.ChipId);
        else report.Set(ReportField.KeyInfo, 1 << 2); // SIGNING_KEY = VLEK; such reports show no chip id
        draft.Report?.Invoke(report);
        return report;
    }

    private EndorsementChain ChainOf(EvidenceDraft draft, byte[] publicKey)
    {
        var ark = draft.Root is null ? Authority.Ark : draft.Root(Authority.ArkDraft).Sign(Authority.ArkKey);
        if (draft.CspId is { } csp)
        {
            var asvk = draft.Intermediate is null ? Authority.Asvk : draft.Intermediate(Authority.AsvkDraft).Sign(Authority.ArkKey);
            var vlek = Changed(draft, Authority.VlekDraft(publicKey, TcbOf(draft), csp, draft.At)).Sign(Authority.AsvkKey);
            return new EndorsementChain { Vlek = vlek, Ask = asvk, Ark = ark };
        }

        var ask = draft.Intermediate is null ? Authority.Ask : draft.Intermediate(Authority.AskDraft).Sign(Authority.ArkKey);
        var vcek = Changed(draft, Authority.VcekDraft(publicKey, TcbOf(draft), Chip.ChipId, draft.At)).Sign(Authority.AskKey);
        return new EndorsementChain { Vcek = vcek, Ask = ask, Ark = ark };
    }

    private static CertificateDraft Changed(EvidenceDraft draft, CertificateDraft leaf) => draft.Leaf?.Invoke(leaf) ?? leaf;
}
