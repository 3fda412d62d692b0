using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SafeClaw.Attestation;

/// <summary>
/// Which key signed a report: product, kind, chip and REPORTED_TCB (never CURRENT_TCB: the key is derived from the reported one). Made only
/// of numbers and fixed-size bytes, so nothing an attester writes can reach a URL or a path in any other form.
/// </summary>
public sealed record EndorsementKeyId
{
    private const int ReportBytes = 1184;
    private const int VersionAt = 0x000, KeyInfoAt = 0x048, ReportedTcbAt = 0x180, CpuFamilyAt = 0x188, CpuModelAt = 0x189, ChipIdAt = 0x1A0;
    private const int ChipIdBytes = 64, TurinChipIdBytes = 8;

    private EndorsementKeyId(KdsProduct product, KdsKeyKind kind, string hardwareId, ReportedSpls spls) =>
        (Product, Kind, HardwareId, Spls) = (product, kind, hardwareId, spls);

    /// <summary>Product line.</summary>
    public KdsProduct Product { get; }

    /// <summary>VCEK or VLEK.</summary>
    public KdsKeyKind Kind { get; }

    /// <summary>The chip's id as lower-case hexadecimal: 128 digits, 16 for Turin; empty for a VLEK, which is of no chip.</summary>
    public string HardwareId { get; }

    /// <summary>The security patch levels of REPORTED_TCB.</summary>
    public ReportedSpls Spls { get; }

    /// <summary>Reads the id from a report whose signature nobody has checked yet.</summary>
    /// <param name="report">1,184 bytes.</param>
    /// <param name="productOfVersion2">Version 2 reports name no CPU: the product to assume for them.</param>
    /// <param name="id">The id.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> report, KdsProduct productOfVersion2, [NotNullWhen(true)] out EndorsementKeyId? id, [NotNullWhen(false)] out string? problem)
    {
        id = null;
        problem = null;
        if (report.Length != ReportBytes) return Fail("a report has 1184 bytes", out problem);
        if (ProductOf(report, productOfVersion2) is not { } product) return Fail("the report's CPU is no known EPYC", out problem);
        var kind = (BinaryPrimitives.ReadUInt32LittleEndian(report[KeyInfoAt..]) >> 2 & 0b111) switch
        {
            0 => KdsKeyKind.Vcek,
            1 => KdsKeyKind.Vlek,
            _ => (KdsKeyKind?)null,
        };
        if (kind is null) return Fail("the report is signed by neither a VCEK nor a VLEK", out problem);
        var spls = ReportedSpls.Read(report.Slice(ReportedTcbAt, 8), product);
        var chip = report.Slice(ChipIdAt, product is KdsProduct.Turin ? TurinChipIdBytes : ChipIdBytes);
        if (kind is KdsKeyKind.Vcek && chip.IndexOfAnyExcept((byte)0) < 0) return Fail("the chip id is masked, so its VCEK cannot be asked for", out problem);
        id = new(product, kind.Value, kind is KdsKeyKind.Vcek ? Convert.ToHexStringLower(chip) : "", spls);
        return true;
    }

    /// <summary>A VCEK named by its parts, for import and export.</summary>
    /// <param name="product">Product line.</param>
    /// <param name="chipId">64 bytes, or 8 for Turin.</param>
    /// <param name="spls">Patch levels.</param>
    public static EndorsementKeyId Vcek(KdsProduct product, ReadOnlySpan<byte> chipId, ReportedSpls spls)
    {
        var size = product is KdsProduct.Turin ? TurinChipIdBytes : ChipIdBytes;
        if (chipId.Length != size) throw new ArgumentException($"A {product} chip id has {size} bytes.", nameof(chipId));
        return new(product, KdsKeyKind.Vcek, Convert.ToHexStringLower(chipId), spls);
    }

    /// <summary>Path and query at the key distribution service (AMD 57230): decimal patch levels, two digits at least.</summary>
    /// <exception cref="InvalidOperationException">A VLEK: AMD gives it to the cloud provider only.</exception>
    public string KdsPath => Kind is KdsKeyKind.Vcek
        ? string.Create(CultureInfo.InvariantCulture, $"vcek/v1/{Product}/{HardwareId}?{FmcQuery}blSPL={Spls.BootLoader:00}&teeSPL={Spls.Tee:00}&snpSPL={Spls.Snp:00}&ucodeSPL={Spls.Microcode:00}")
        : throw new InvalidOperationException("A VLEK comes with its evidence.");

    /// <summary>Where the certificate lies in an offline store, the layout Trustee reads: <c>vcek/{hwid}/bl.._tee.._snp.._ucode..[_fmc..]_vcek.der</c>.</summary>
    public string StorePath => Kind is KdsKeyKind.Vcek
        ? string.Create(CultureInfo.InvariantCulture, $"vcek/{HardwareId}/bl{Spls.BootLoader:00}_tee{Spls.Tee:00}_snp{Spls.Snp:00}_ucode{Spls.Microcode:00}{FmcSuffix}_vcek.der")
        : throw new InvalidOperationException("A VLEK comes with its evidence.");

    /// <summary>What a person needs to tell keys apart: product, kind, the chip's first 8 digits, patch levels.</summary>
    public override string ToString() => $"{Product} {Kind.ToString().ToUpperInvariant()} {(HardwareId.Length > 0 ? HardwareId[..8] + "… " : "")}{Spls}";

    private string FmcQuery => Spls.Fmc is { } fmc ? string.Create(CultureInfo.InvariantCulture, $"fmcSPL={fmc:00}&") : "";

    private string FmcSuffix => Spls.Fmc is { } fmc ? string.Create(CultureInfo.InvariantCulture, $"_fmc{fmc:00}") : "";

    /// <summary>By CPUID family and model from version 3 on; Zen4c (A0h to AFh) is Genoa to the KDS.</summary>
    private static KdsProduct? ProductOf(ReadOnlySpan<byte> report, KdsProduct productOfVersion2)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(report[VersionAt..]) < 3) return productOfVersion2;
        return (report[CpuFamilyAt], report[CpuModelAt]) switch
        {
            (0x19, <= 0x0F) => KdsProduct.Milan,
            (0x19, >= 0x10 and <= 0x1F or >= 0xA0 and <= 0xAF) => KdsProduct.Genoa,
            (0x1A, <= 0x11) => KdsProduct.Turin,
            _ => null,
        };
    }

    private static bool Fail(string why, out string problem)
    {
        problem = why;
        return false;
    }
}

/// <summary>Security patch levels of a TCB_VERSION, each 0 to 255.</summary>
/// <param name="Fmc">First mutable code; null before Turin.</param>
/// <param name="BootLoader">Boot loader.</param>
/// <param name="Tee">Secure operating system.</param>
/// <param name="Snp">SNP firmware.</param>
/// <param name="Microcode">Microcode.</param>
public readonly record struct ReportedSpls(byte? Fmc, byte BootLoader, byte Tee, byte Snp, byte Microcode)
{
    /// <summary>Reads the eight bytes of a TCB_VERSION; Turin's begin with FMC (AMD 56860, TCB_VERSION).</summary>
    public static ReportedSpls Read(ReadOnlySpan<byte> tcb, KdsProduct product) => product is KdsProduct.Turin
        ? new(tcb[0], tcb[1], tcb[2], tcb[3], tcb[7])
        : new(null, tcb[0], tcb[1], tcb[6], tcb[7]);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Fmc is { } fmc ? $"fmc {fmc} " : "")}bl {BootLoader} tee {Tee} snp {Snp} ucode {Microcode}");
}
