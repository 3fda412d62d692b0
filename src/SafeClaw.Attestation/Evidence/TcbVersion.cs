using System.Globalization;

namespace SafeClaw.Attestation;

/// <summary>
/// TCB_VERSION: the security patch level of each firmware component (AMD 56860, TCB_VERSION). Compared per component, never as one number: a high
/// microcode level must not hide a low one elsewhere.
/// </summary>
/// <param name="Fmc">First mutable code; family 1Ah (Turin) only, else 0.</param>
/// <param name="BootLoader">Secure processor boot loader.</param>
/// <param name="Tee">Secure processor operating system.</param>
/// <param name="Snp">SNP firmware.</param>
/// <param name="Microcode">Lowest microcode patch level of all cores.</param>
public readonly record struct TcbVersion(byte Fmc, byte BootLoader, byte Tee, byte Snp, byte Microcode)
{
    /// <summary>Size in a report, in bytes.</summary>
    public const int Size = 8;

    /// <summary>
    /// Reads 8 bytes. Family 19h: boot loader 0, TEE 1, reserved 2–5, SNP 6, microcode 7. Family 1Ah: FMC 0, boot loader 1, TEE 2, SNP 3, reserved 4–6,
    /// microcode 7.
    /// </summary>
    /// <param name="bytes">8 bytes, lowest address first.</param>
    /// <param name="hasFmc">True for family 1Ah.</param>
    /// <param name="reservedIsZero">Whether the reserved bytes are zero.</param>
    public static TcbVersion Read(ReadOnlySpan<byte> bytes, bool hasFmc, out bool reservedIsZero)
    {
        if (bytes.Length != Size) throw new ArgumentException("A TCB version has 8 bytes.", nameof(bytes));
        reservedIsZero = bytes[hasFmc ? 4..7 : 2..6].IndexOfAnyExcept((byte)0) < 0;
        return hasFmc ? new TcbVersion(bytes[0], bytes[1], bytes[2], bytes[3], bytes[7]) : new TcbVersion(0, bytes[0], bytes[1], bytes[6], bytes[7]);
    }

    /// <summary>True if every component is at least that of <paramref name="floor"/>.</summary>
    public bool IsAtLeast(TcbVersion floor) => FirstBelow(floor) is null;

    /// <summary>The first component below <paramref name="floor"/>, by name; null if there is none.</summary>
    public string? FirstBelow(TcbVersion floor) => this switch
    {
        _ when Fmc < floor.Fmc => "fmc",
        _ when BootLoader < floor.BootLoader => "bootloader",
        _ when Tee < floor.Tee => "tee",
        _ when Snp < floor.Snp => "snp",
        _ when Microcode < floor.Microcode => "microcode",
        _ => null,
    };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"fmc={Fmc} bl={BootLoader} tee={Tee} snp={Snp} ucode={Microcode}");
}
