namespace SafeClaw.Simulation;

/// <summary>Evidence to be made, every part of it open to change before or after it is signed.</summary>
public sealed record EvidenceDraft
{
    /// <summary>Version of the report, 2 to 5.</summary>
    public uint Version { get; init; } = 5;

    /// <summary>The TCB the leaf is issued for and the report shows; null is the product's current one.</summary>
    public SimulatedTcb? Tcb { get; init; }

    /// <summary>REPORT_DATA, up to 64 bytes.</summary>
    public ReadOnlyMemory<byte> ReportData { get; init; }

    /// <summary>MEASUREMENT, up to 48 bytes.</summary>
    public ReadOnlyMemory<byte> Measurement { get; init; } = DefaultMeasurement;

    /// <summary>HOST_DATA, up to 32 bytes.</summary>
    public ReadOnlyMemory<byte> HostData { get; init; }

    /// <summary>Set: signed by a VLEK of this provider.</summary>
    public string? CspId { get; init; }

    /// <summary>When the leaf is issued.</summary>
    public DateTimeOffset At { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>Changes the report before it is signed.</summary>
    public Action<SimulatedReport>? Report { get; init; }

    /// <summary>Changes the report after it is signed: the signature no longer fits.</summary>
    public Action<SimulatedReport>? SignedReport { get; init; }

    /// <summary>Changes the VCEK or VLEK before it is signed.</summary>
    public Func<CertificateDraft, CertificateDraft>? Leaf { get; init; }

    /// <summary>Changes the ASK or ASVK before it is signed.</summary>
    public Func<CertificateDraft, CertificateDraft>? Intermediate { get; init; }

    /// <summary>Changes the ARK before it is signed.</summary>
    public Func<CertificateDraft, CertificateDraft>? Root { get; init; }

    /// <summary>The measurement of a guest nobody described further: 48 times A5h.</summary>
    public static ReadOnlyMemory<byte> DefaultMeasurement { get; } = Enumerable.Repeat((byte)0xA5, 48).ToArray();

    /// <summary>Adds a change to the report after those already asked for.</summary>
    public EvidenceDraft WithReport(Action<SimulatedReport> change) => this with { Report = Report + change };

    /// <summary>Adds a change to the leaf after those already asked for.</summary>
    public EvidenceDraft WithLeaf(Func<CertificateDraft, CertificateDraft> change)
    {
        var before = Leaf;
        return this with { Leaf = draft => change(before?.Invoke(draft) ?? draft) };
    }
}
