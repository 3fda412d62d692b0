namespace SafeClaw.Simulation;

/// <summary>What a simulated processor runs and how it strays from the truth, if it shall.</summary>
public sealed record ProcessorSettings
{
    /// <summary>The TCB: current, committed, reported and, for guests launched now, launch TCB.</summary>
    public required SimulatedTcb Tcb { get; init; }

    /// <summary>Version of the reports, 2 to 5.</summary>
    public uint ReportVersion { get; init; } = 5;

    /// <summary>Set: reports are signed by a VLEK of this provider instead of the VCEK.</summary>
    public string? CspId { get; init; }

    /// <summary>Changes each report before it is signed.</summary>
    public Action<SimulatedReport>? Change { get; init; }

    /// <summary>What the product runs today.</summary>
    public static ProcessorSettings For(SimulatedProduct product) => new() { Tcb = product.CurrentTcb };
}
