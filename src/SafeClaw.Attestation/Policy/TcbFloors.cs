using System.Collections.Immutable;

namespace SafeClaw.Attestation;

/// <summary>Which CPUs a TCB floor is for: microcode levels differ between models of one product line.</summary>
/// <param name="Product">The product line.</param>
/// <param name="Zen4c">True for family 19h models A0h–AFh (Bergamo, Siena), whose microcode is numbered on its own.</param>
public readonly record struct TcbFloorKey(SnpProduct Product, bool Zen4c)
{
    /// <summary>The key of a report's CPU.</summary>
    public static TcbFloorKey Of(SnpReport report, SnpProduct product) => new(product, report.CpuFamily == 0x19 && report.CpuModel is >= 0xA0 and <= 0xAF);

    public override string ToString() => Zen4c ? $"{Product}-zen4c" : $"{Product}";
}

/// <summary>The floors the production profile proposes. AMD's bulletins could not be reached when they were written: confirm them before you rely on them.</summary>
public static class TcbFloors
{
    /// <summary>Per product and model.</summary>
    public static ImmutableDictionary<TcbFloorKey, TcbVersion> Proposed { get; } = new Dictionary<TcbFloorKey, TcbVersion>
    {
        // microsoft/CCF documentation, pull request 7749 (db18000000000004); SNP 0x18 also answers AMD-SB-3019 (EntrySign, CVE-2024-56161).
        [new(SnpProduct.Milan, false)] = new(0, 4, 0, 0x18, 0xDB),
        // SNP 0x17 per microsoft/CCF issue 6812 (AMD-SB-3019); boot loader and microcode as genuine machines of February 2026 report them.
        [new(SnpProduct.Genoa, false)] = new(0, 0x0A, 0, 0x17, 0x54),
        // A genuine Bergamo or Siena report of 2026; microcode numbered on its own there.
        [new(SnpProduct.Genoa, true)] = new(0, 0x0A, 0, 0x17, 0x1B),
        // One genuine machine only: weak provenance.
        [new(SnpProduct.Turin, false)] = new(1, 1, 1, 4, 0x51),
    }.ToImmutableDictionary();
}
