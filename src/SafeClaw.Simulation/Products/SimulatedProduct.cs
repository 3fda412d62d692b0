namespace SafeClaw.Simulation;

/// <summary>
/// One AMD product line as its key hierarchy and its reports show it. Bergamo and Siena are Genoa here, as they are for AMD's KDS.
/// </summary>
public sealed record SimulatedProduct
{
    private SimulatedProduct(string name) => Name = name;

    /// <summary>The name in the subjects of ARK and ASK and in KDS addresses.</summary>
    public string Name { get; }

    /// <summary>productName extension of a VCEK (1.3.6.1.4.1.3704.1.2).</summary>
    public required string VcekProductName { get; init; }

    /// <summary>Struct version extension (1.3.6.1.4.1.3704.1.1): 1 since the TCB has an FMC component.</summary>
    public required int StructVersion { get; init; }

    /// <summary>CPUID family, extended family added (report 0x188, versions 3 and up).</summary>
    public required byte CpuFamily { get; init; }

    /// <summary>CPUID model, extended model included (report 0x189).</summary>
    public required byte CpuModel { get; init; }

    /// <summary>CPUID stepping (report 0x18A).</summary>
    public required byte CpuStepping { get; init; }

    /// <summary>Significant bytes of CHIP_ID and size of hwID: 64, or 8 for Turin.</summary>
    public required int ChipIdBytes { get; init; }

    /// <summary>Whether TCB_VERSION begins with FMC (family 1Ah) or with BOOT_LOADER (family 19h).</summary>
    public required bool HasFmc { get; init; }

    /// <summary>First octet of AMD's certificate serial numbers for the product: 01, 02, 03.</summary>
    public required byte SerialPrefix { get; init; }

    /// <summary>A recent genuine TCB of the product, what a simulated processor runs unless told otherwise.</summary>
    public required SimulatedTcb CurrentTcb { get; init; }

    /// <summary>EPYC 7003. TCB of reports signed by 1.55-era firmware (bl 4, tee 0, snp 27, microcode DEh).</summary>
    public static SimulatedProduct Milan { get; } = new("Milan")
    {
        VcekProductName = "Milan-B0",
        StructVersion = 0,
        CpuFamily = 0x19,
        CpuModel = 0x01,
        CpuStepping = 0x01,
        ChipIdBytes = 64,
        HasFmc = false,
        SerialPrefix = 1,
        CurrentTcb = new(Fmc: 0, BootLoader: 4, Tee: 0, Snp: 0x1B, Microcode: 0xDE),
    };

    /// <summary>EPYC 9004 and 8004 (bl 10, tee 0, snp 27, microcode 58h).</summary>
    public static SimulatedProduct Genoa { get; } = new("Genoa")
    {
        VcekProductName = "Genoa",
        StructVersion = 0,
        CpuFamily = 0x19,
        CpuModel = 0x11,
        CpuStepping = 0x01,
        ChipIdBytes = 64,
        HasFmc = false,
        SerialPrefix = 2,
        CurrentTcb = new(Fmc: 0, BootLoader: 10, Tee: 0, Snp: 0x1B, Microcode: 0x58),
    };

    /// <summary>EPYC 9005 (fmc 1, bl 1, tee 1, snp 4, microcode 51h).</summary>
    public static SimulatedProduct Turin { get; } = new("Turin")
    {
        VcekProductName = "Turin",
        StructVersion = 1,
        CpuFamily = 0x1A,
        CpuModel = 0x02,
        CpuStepping = 0x01,
        ChipIdBytes = 8,
        HasFmc = true,
        SerialPrefix = 3,
        CurrentTcb = new(Fmc: 1, BootLoader: 1, Tee: 1, Snp: 4, Microcode: 0x51),
    };

    /// <summary>The three product lines.</summary>
    public static IReadOnlyList<SimulatedProduct> All { get; } = [Milan, Genoa, Turin];

    public override string ToString() => Name;
}
