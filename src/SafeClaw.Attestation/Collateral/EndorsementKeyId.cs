using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace SafeClaw.Attestation;

/// <summary>
/// Which key signed a report: product, kind, chip and REPORTED_TCB (never CURRENT_TCB: the key is derived from the reported one). Made only
/// of numbers and fixed-size bytes, so nothing an attester writes can reach a URL or a path in any other form.
/// </summary>
public sealed record EndorsementKeyId
{
    private EndorsementKeyId(SnpProduct product, KdsKeyKind kind, string hardwareId, TcbVersion tcb) =>
        (Product, Kind, HardwareId, Tcb) = (product, kind, hardwareId, tcb);

    /// <summary>Product line.</summary>
    public SnpProduct Product { get; }

    /// <summary>VCEK or VLEK.</summary>
    public KdsKeyKind Kind { get; }

    /// <summary>The chip's id as lower-case hexadecimal: 128 digits, 16 for Turin; empty for a VLEK, which is of no chip.</summary>
    public string HardwareId { get; }

    /// <summary>REPORTED_TCB.</summary>
    public TcbVersion Tcb { get; }

    /// <summary>Reads the id from a report whose signature nobody has checked yet.</summary>
    /// <param name="report">1,184 bytes.</param>
    /// <param name="productOfVersion2">Version 2 reports name no CPU: the product to assume for them.</param>
    /// <param name="id">The id.</param>
    /// <param name="problem">Why there is none.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> report, SnpProduct productOfVersion2, [NotNullWhen(true)] out EndorsementKeyId? id, [NotNullWhen(false)] out string? problem)
    {
        id = null;
        problem = null;
        if (!SnpReport.TryParse(report, out var parsed, out var failure)) problem = failure.Hint ?? failure.Check;
        else if (parsed.Version == SnpReport.SimulationMarker) problem = "A3S Box's marker is signed by no key.";
        else id = From(parsed, parsed.Product ?? productOfVersion2, out problem);
        return problem is null;
    }

    /// <summary>A VCEK named by its parts.</summary>
    /// <param name="product">Product line.</param>
    /// <param name="chipId">64 bytes, or 8 for Turin.</param>
    /// <param name="tcb">The TCB it is for.</param>
    /// <exception cref="ArgumentException">The chip id has another length.</exception>
    public static EndorsementKeyId Vcek(SnpProduct product, ReadOnlySpan<byte> chipId, TcbVersion tcb) => chipId.Length == product.ChipIdBytes()
        ? new(product, KdsKeyKind.Vcek, Convert.ToHexStringLower(chipId), tcb)
        : throw new ArgumentException($"A {product} chip id has {product.ChipIdBytes()} bytes.", nameof(chipId));

    /// <summary>Path and query at the key distribution service (AMD 57230): decimal patch levels, two digits at least.</summary>
    /// <exception cref="InvalidOperationException">A VLEK: AMD gives it to the cloud provider only.</exception>
    public string KdsPath => Kind is KdsKeyKind.Vcek
        ? Invariant($"vcek/v1/{Product}/{HardwareId}?{(Product.HasFmc() ? Invariant($"fmcSPL={Tcb.Fmc:00}&") : "")}blSPL={Tcb.BootLoader:00}&teeSPL={Tcb.Tee:00}&snpSPL={Tcb.Snp:00}&ucodeSPL={Tcb.Microcode:00}")
        : throw new InvalidOperationException("A VLEK comes with its evidence.");

    /// <summary>Where the certificate lies in an offline store, the layout Trustee reads: <c>vcek/{hwid}/bl.._tee.._snp.._ucode..[_fmc..]_vcek.der</c>.</summary>
    /// <exception cref="InvalidOperationException">A VLEK.</exception>
    public string StorePath => Kind is KdsKeyKind.Vcek
        ? Invariant($"vcek/{HardwareId}/bl{Tcb.BootLoader:00}_tee{Tcb.Tee:00}_snp{Tcb.Snp:00}_ucode{Tcb.Microcode:00}{(Product.HasFmc() ? Invariant($"_fmc{Tcb.Fmc:00}") : "")}_vcek.der")
        : throw new InvalidOperationException("A VLEK comes with its evidence.");

    /// <summary>What a person needs to tell keys apart: product, kind, the chip's first 8 digits, patch levels.</summary>
    public override string ToString() => $"{Product} {Kind.ToString().ToUpperInvariant()} {(HardwareId.Length > 0 ? HardwareId[..8] + "… " : "")}{Tcb}";

    private static EndorsementKeyId? From(SnpReport report, SnpProduct product, out string? problem)
    {
        var kind = report.SigningKey == 1 ? KdsKeyKind.Vlek : KdsKeyKind.Vcek;
        var chip = report.ChipId.Span[..product.ChipIdBytes()];
        problem = kind is KdsKeyKind.Vcek && chip.IndexOfAnyExcept((byte)0) < 0 ? "The chip id is masked (MASK_CHIP_ID), so its VCEK cannot be asked for." : null;
        return problem is null ? new(product, kind, kind is KdsKeyKind.Vcek ? Convert.ToHexStringLower(chip) : "", report.ReportedTcb(product)) : null;
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
