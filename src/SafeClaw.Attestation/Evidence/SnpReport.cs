using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SafeClaw.Attestation;

/// <summary>
/// ATTESTATION_REPORT (AMD 56860, table of the same name), read from exactly 1184 bytes. Multi-byte numbers are little-endian. Parsing judges the form
/// only: what it says is not to be believed before its signature was verified.
/// </summary>
public sealed class SnpReport
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 0x4A0;

    /// <summary>Bytes covered by the signature, from the start.</summary>
    public const int SignedBytes = 0x2A0;

    /// <summary>Version value of A3S Box's simulated reports, which nobody signs.</summary>
    public const uint SimulationMarker = 0xA3;

    private readonly byte[] _bytes;

    private SnpReport(byte[] bytes) => _bytes = bytes;

    /// <summary>VERSION, u32 at 0x000: 2 to 5.</summary>
    public uint Version => U32(0x000);

    /// <summary>GUEST_SVN, u32 at 0x004.</summary>
    public uint GuestSvn => U32(0x004);

    /// <summary>POLICY, u64 at 0x008.</summary>
    public GuestPolicy Policy => new(U64(0x008));

    /// <summary>FAMILY_ID, 16 bytes at 0x010.</summary>
    public ReadOnlyMemory<byte> FamilyId => Slice(0x010, 16);

    /// <summary>IMAGE_ID, 16 bytes at 0x020.</summary>
    public ReadOnlyMemory<byte> ImageId => Slice(0x020, 16);

    /// <summary>VMPL, u32 at 0x030: 0 to 3; 0xFFFFFFFF in a report that the host asked for.</summary>
    public uint Vmpl => U32(0x030);

    /// <summary>SIGNATURE_ALGO, u32 at 0x034: 1 is ECDSA P-384 with SHA-384.</summary>
    public uint SignatureAlgo => U32(0x034);

    /// <summary>PLATFORM_INFO, u64 at 0x040.</summary>
    public PlatformInfo PlatformInfo => new(U64(0x040));

    /// <summary>Flags, u32 at 0x048: bit 0 AUTHOR_KEY_EN, bit 1 MASK_CHIP_KEY, bits 4:2 SIGNING_KEY.</summary>
    public uint KeyInfo => U32(0x048);

    /// <summary>True if the ID block was signed by an author key as well.</summary>
    public bool AuthorKeyEnabled => (KeyInfo & 1) != 0;

    /// <summary>True if the platform zeroes the signature (MASK_CHIP_KEY).</summary>
    public bool ChipKeyMasked => (KeyInfo & 2) != 0;

    /// <summary>SIGNING_KEY: 0 VCEK, 1 VLEK, 7 none.</summary>
    public uint SigningKey => (KeyInfo >> 2) & 7;

    /// <summary>REPORT_DATA, 64 bytes at 0x050: what the guest asked to be signed.</summary>
    public ReadOnlyMemory<byte> ReportData => Slice(0x050, 64);

    /// <summary>MEASUREMENT, 48 bytes at 0x090: the launch digest.</summary>
    public ReadOnlyMemory<byte> Measurement => Slice(0x090, 48);

    /// <summary>HOST_DATA, 32 bytes at 0x0C0: what the host said at launch.</summary>
    public ReadOnlyMemory<byte> HostData => Slice(0x0C0, 32);

    /// <summary>ID_KEY_DIGEST, 48 bytes at 0x0E0.</summary>
    public ReadOnlyMemory<byte> IdKeyDigest => Slice(0x0E0, 48);

    /// <summary>AUTHOR_KEY_DIGEST, 48 bytes at 0x110.</summary>
    public ReadOnlyMemory<byte> AuthorKeyDigest => Slice(0x110, 48);

    /// <summary>REPORT_ID, 32 bytes at 0x140: constant for the life of one guest.</summary>
    public ReadOnlyMemory<byte> ReportId => Slice(0x140, 32);

    /// <summary>REPORT_ID_MA, 32 bytes at 0x160: all ones without a migration agent.</summary>
    public ReadOnlyMemory<byte> ReportIdMa => Slice(0x160, 32);

    /// <summary>CPUID family, byte at 0x188; version 3 and up, else 0.</summary>
    public byte CpuFamily => Version >= 3 ? _bytes[0x188] : (byte)0;

    /// <summary>CPUID model, byte at 0x189; version 3 and up, else 0.</summary>
    public byte CpuModel => Version >= 3 ? _bytes[0x189] : (byte)0;

    /// <summary>CPUID stepping, byte at 0x18A; version 3 and up, else 0.</summary>
    public byte CpuStepping => Version >= 3 ? _bytes[0x18A] : (byte)0;

    /// <summary>CHIP_ID, 64 bytes at 0x1A0; on Turin 8 and zeros.</summary>
    public ReadOnlyMemory<byte> ChipId => Slice(0x1A0, 64);

    /// <summary>CURRENT firmware (major, minor, build), bytes 0x1EA, 0x1E9, 0x1E8.</summary>
    public (byte Major, byte Minor, byte Build) CurrentFirmware => (_bytes[0x1EA], _bytes[0x1E9], _bytes[0x1E8]);

    /// <summary>COMMITTED firmware (major, minor, build), bytes 0x1EE, 0x1ED, 0x1EC.</summary>
    public (byte Major, byte Minor, byte Build) CommittedFirmware => (_bytes[0x1EE], _bytes[0x1ED], _bytes[0x1EC]);

    /// <summary>LAUNCH_MIT_VECTOR, u64 at 0x1F8; version 5 and up, else null.</summary>
    public ulong? LaunchMitigations => Version >= 5 ? U64(0x1F8) : null;

    /// <summary>CURRENT_MIT_VECTOR, u64 at 0x200; version 5 and up, else null.</summary>
    public ulong? CurrentMitigations => Version >= 5 ? U64(0x200) : null;

    /// <summary>The 672 signed bytes.</summary>
    public ReadOnlyMemory<byte> SignedPart => _bytes.AsMemory(0, SignedBytes);

    /// <summary>The product by CPUID; null in version 2, which has none, and for CPUs nobody here knows.</summary>
    public SnpProduct? Product => Version >= 3 ? SnpProducts.FromCpuid(CpuFamily, CpuModel) : null;

    /// <summary>CURRENT_TCB, 8 bytes at 0x038.</summary>
    public TcbVersion CurrentTcb(SnpProduct product) => Tcb(0x038, product);

    /// <summary>REPORTED_TCB, 8 bytes at 0x180: the one the leaf's key is derived from.</summary>
    public TcbVersion ReportedTcb(SnpProduct product) => Tcb(0x180, product);

    /// <summary>COMMITTED_TCB, 8 bytes at 0x1E0: no lower one can be installed.</summary>
    public TcbVersion CommittedTcb(SnpProduct product) => Tcb(0x1E0, product);

    /// <summary>LAUNCH_TCB, 8 bytes at 0x1F0: current when the guest was launched.</summary>
    public TcbVersion LaunchTcb(SnpProduct product) => Tcb(0x1F0, product);

    /// <summary>
    /// R ‖ S of the signature, 48 bytes each, big-endian as .NET wants them. In the report they are 72-byte little-endian numbers at 0x2A0 and 0x2E8
    /// (AMD 56860, SIGNATURE), whose upper 24 bytes <see cref="TryParse"/> has found to be zero.
    /// </summary>
    public byte[] Signature()
    {
        var signature = new byte[96];
        for (var i = 0; i < 48; i++)
        {
            signature[47 - i] = _bytes[0x2A0 + i];
            signature[95 - i] = _bytes[0x2E8 + i];
        }

        return signature;
    }

    /// <summary>True if the report's R and S are <paramref name="key"/>'s ECDSA signature with SHA-384 over <paramref name="signed"/>.</summary>
    internal bool IsSignatureOf(System.Security.Cryptography.ECDsa key, ReadOnlySpan<byte> signed) => key.VerifyData(signed, Signature(),
        System.Security.Cryptography.HashAlgorithmName.SHA384, System.Security.Cryptography.DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>
    /// Reads a report whose every byte is where this layout knows it: exact length, known version, reserved bytes and signature padding zero.
    /// Reserved bytes are checked because the signature covers none after 0x29F, and so that no two byte strings are the same report.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SnpReport? report, [NotNullWhen(false)] out Finding? failure)
    {
        report = null;
        failure = bytes.Length == Size ? null : Finding.Failed("structure", AttestationCodes.EvidenceMalformed,
            "An attestation report has exactly 1184 bytes.", $"{Size} bytes", $"{bytes.Length} bytes");
        if (failure is not null) return false;
        var candidate = new SnpReport(bytes.ToArray());
        failure = candidate.Version == SimulationMarker ? null : candidate.UnknownForm() ?? candidate.ReservedNotZero();
        if (failure is not null) return false;
        report = candidate;
        return true;
    }

    private Finding? UnknownForm() => this switch
    {
        { Version: < 2 or > 5 } => Finding.Failed("version", AttestationCodes.EvidenceUnsupported, "This verifier knows report versions 2 to 5.", "2 to 5", $"{Version}"),
        { SignatureAlgo: not 1 } => Finding.Failed("signature-algorithm", AttestationCodes.EvidenceUnsupported, "The report is not signed with ECDSA P-384.", "1", $"{SignatureAlgo}"),
        { SigningKey: > 1 } => Finding.Failed("signing-key", AttestationCodes.EvidenceUnsupported, "The report was signed with neither VCEK nor VLEK.", "0 (VCEK) or 1 (VLEK)", $"{SigningKey}"),
        { Version: >= 3, Product: null } => Finding.Failed("product", AttestationCodes.EvidenceUnsupported, "This verifier does not know that CPU.",
            null, $"family {CpuFamily:x2}h model {CpuModel:x2}h"),
        _ => null,
    };

    /// <summary>Everything the layout of this version calls reserved, and the padding of the signature.</summary>
    private Finding? ReservedNotZero()
    {
        var afterCpuid = Version >= 3 ? 0x18B : 0x188;
        var tail = Version >= 5 ? 0x208 : 0x1F8;
        (int From, int To)[] reserved =
        [
            (0x04C, 0x050), (afterCpuid, 0x1A0), (0x1EB, 0x1EC), (0x1EF, 0x1F0), (tail, 0x2A0),
            (0x2D0, 0x2E8), (0x318, 0x330), (0x330, Size),
        ];
        foreach (var (from, to) in reserved)
            if (_bytes.AsSpan(from..to).IndexOfAnyExcept((byte)0) is >= 0 and var at) return Mbz($"byte 0x{from + at:x3}");
        if (KeyInfo >> 5 != 0) return Mbz("KEY_INFO bits 31:5");
        if (!Policy.ReservedOne) return Finding.Failed("reserved", AttestationCodes.EvidenceMalformed, "POLICY bit 17 must be one.", "1", "0");
        if (Vmpl > 3) return Finding.Failed("vmpl", AttestationCodes.EvidenceMalformed,
            "VMPL is 0 to 3; another value marks a report that the host asked for, not the guest.", "0 to 3", $"{Vmpl}");
        return Product is { } product ? ReservedOf(product) : null;
    }

    /// <summary>
    /// What the product's layout reserves in the TCB versions and in CHIP_ID; null if all of it is zero. Version 2 names no CPU, so for it the verifier
    /// asks once the chain has told the product.
    /// </summary>
    internal Finding? ReservedOf(SnpProduct product)
    {
        foreach (var (name, at) in new[] { ("CURRENT_TCB", 0x038), ("REPORTED_TCB", 0x180), ("COMMITTED_TCB", 0x1E0), ("LAUNCH_TCB", 0x1F0) })
        {
            _ = TcbVersion.Read(_bytes.AsSpan(at, TcbVersion.Size), product.HasFmc(), out var reservedIsZero);
            if (!reservedIsZero) return Mbz($"{name} reserved bytes");
        }

        return ChipId.Span[product.ChipIdBytes()..].IndexOfAnyExcept((byte)0) >= 0 ? Mbz($"CHIP_ID from byte {product.ChipIdBytes()} on") : null;
    }

    private static Finding Mbz(string what) =>
        Finding.Failed("reserved", AttestationCodes.EvidenceMalformed, $"{what} must be zero.", "0", "not 0");

    private TcbVersion Tcb(int at, SnpProduct product) => TcbVersion.Read(_bytes.AsSpan(at, TcbVersion.Size), product.HasFmc(), out _);

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));

    private ReadOnlyMemory<byte> Slice(int at, int length) => _bytes.AsMemory(at, length);
}
