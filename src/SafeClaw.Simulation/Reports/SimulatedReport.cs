using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SafeClaw.Simulation;

/// <summary>
/// An ATTESTATION_REPORT under construction: starts as a sane report of its product and version, every field can then be set to anything,
/// and <see cref="Sign"/> signs whatever it has become.
/// </summary>
public sealed class SimulatedReport
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 0x4A0;

    /// <summary>The first bytes, which the signature covers.</summary>
    public const int SignedBytes = 0x2A0;

    private const int ScalarBytes = 48, FieldBytes = 72;
    private const uint EcdsaP384Sha384 = 1;

    private readonly byte[] _bytes;

    private SimulatedReport(byte[] bytes) => _bytes = bytes;

    /// <summary>A report of an unremarkable guest: VMPL 0, policy 0x30000, no migration agent, all TCBs the product's current one.</summary>
    /// <param name="product">Product line.</param>
    /// <param name="version">2 to 5; decides whether CPUID (3 and up) and the mitigation vectors (5) are filled.</param>
    public static SimulatedReport Create(SimulatedProduct product, uint version)
    {
        var report = new SimulatedReport(new byte[Size])
            .Set(ReportField.Version, version)
            .Set(ReportField.Policy, 0x30000)
            .Set(ReportField.SignatureAlgo, EcdsaP384Sha384)
            .Set(ReportField.PlatformInfo, PlatformInfo(product, version))
            .Set(ReportField.ReportIdMa, Enumerable.Repeat((byte)0xFF, 32).ToArray())
            .SetFirmware(major: 1, minor: 55, build: 49)
            .SetAllTcbs(product.CurrentTcb, product);
        if (version >= 3)
            report.Set(ReportField.CpuFamily, product.CpuFamily).Set(ReportField.CpuModel, product.CpuModel).Set(ReportField.CpuStepping, product.CpuStepping);
        if (version >= 5)
            report.Set(ReportField.LaunchMitigations, KnownMitigations).Set(ReportField.CurrentMitigations, KnownMitigations);
        return report;
    }

    /// <summary>Takes over a finished report, for instance a genuine one, to change and re-sign it.</summary>
    public static SimulatedReport From(ReadOnlySpan<byte> report) =>
        report.Length == Size ? new(report.ToArray()) : throw new ArgumentException("A report has 1184 bytes.", nameof(report));

    /// <summary>Sets a field's bytes.</summary>
    /// <exception cref="ArgumentException">The value is longer than the field; a shorter one is followed by zeros.</exception>
    public SimulatedReport Set(ReportField field, ReadOnlySpan<byte> value)
    {
        if (value.Length > field.Size) throw new ArgumentException($"{field.Name} has {field.Size} bytes.", nameof(value));
        var target = _bytes.AsSpan(field.Offset, field.Size);
        target.Clear();
        value.CopyTo(target);
        return this;
    }

    /// <summary>Sets a field of at most eight bytes to a little-endian number.</summary>
    /// <exception cref="ArgumentException">The number does not fit.</exception>
    public SimulatedReport Set(ReportField field, ulong value)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        var size = Math.Min(field.Size, number.Length);
        if (number[size..].IndexOfAnyExcept((byte)0) >= 0) throw new ArgumentException($"{value:x} does not fit {field.Name}.", nameof(value));
        return Set(field, number[..size]);
    }

    /// <summary>Sets single bytes anywhere, reserved ones included.</summary>
    public SimulatedReport SetAt(int offset, params ReadOnlySpan<byte> value)
    {
        value.CopyTo(_bytes.AsSpan(offset));
        return this;
    }

    /// <summary>Flips one bit.</summary>
    /// <param name="offset">Byte.</param>
    /// <param name="bit">0 (least significant) to 7.</param>
    public SimulatedReport Flip(int offset, int bit)
    {
        _bytes[offset] ^= (byte)(1 << bit);
        return this;
    }

    /// <summary>Sets current, committed, reported and launch TCB alike.</summary>
    public SimulatedReport SetAllTcbs(SimulatedTcb tcb, SimulatedProduct product)
    {
        var bytes = tcb.ToBytes(product);
        return Set(ReportField.CurrentTcb, bytes).Set(ReportField.CommittedTcb, bytes).Set(ReportField.ReportedTcb, bytes).Set(ReportField.LaunchTcb, bytes);
    }

    /// <summary>Sets the current and the committed firmware version alike.</summary>
    public SimulatedReport SetFirmware(byte major, byte minor, byte build) => this
        .Set(ReportField.CurrentMajor, major).Set(ReportField.CurrentMinor, minor).Set(ReportField.CurrentBuild, build)
        .Set(ReportField.CommittedMajor, major).Set(ReportField.CommittedMinor, minor).Set(ReportField.CommittedBuild, build);

    /// <summary>A field's bytes as they stand.</summary>
    public ReadOnlySpan<byte> Get(ReportField field) => _bytes.AsSpan(field.Offset, field.Size);

    /// <summary>
    /// Signs bytes 0x000 to 0x29F with ECDSA P-384 and SHA-384; R and S are written little-endian and zero-extended to 72 bytes
    /// (AMD 56860, "ECDSA P-384 with SHA-384 signature format").
    /// </summary>
    /// <returns>A copy of the finished report.</returns>
    public byte[] Sign(ECDsa key)
    {
        var signature = key.SignData(_bytes.AsSpan(0, SignedBytes), HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        WriteLittleEndian(signature.AsSpan(0, ScalarBytes), ReportField.SignatureR.Offset);
        WriteLittleEndian(signature.AsSpan(ScalarBytes), ReportField.SignatureS.Offset);
        return ToBytes();
    }

    /// <summary>A copy as it stands, signed or not.</summary>
    public byte[] ToBytes() => (byte[])_bytes.Clone();

    private const ulong KnownMitigations = 0xB; // what genuine version 5 reports of Milan and Genoa show

    private static ulong PlatformInfo(SimulatedProduct product, uint version)
    {
        const ulong smt = 1, ecc = 1 << 2, aliasCheckComplete = 1 << 5, unnamedBitOfTurin = 1 << 6;
        if (version < 3) return smt;
        return smt | ecc | aliasCheckComplete | (product.HasFmc ? unnamedBitOfTurin : 0);
    }

    private void WriteLittleEndian(ReadOnlySpan<byte> scalar, int offset)
    {
        var field = _bytes.AsSpan(offset, FieldBytes);
        field.Clear();
        scalar.CopyTo(field);
        field[..ScalarBytes].Reverse();
    }
}
