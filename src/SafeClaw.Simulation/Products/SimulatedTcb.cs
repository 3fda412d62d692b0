using System.Buffers.Binary;

namespace SafeClaw.Simulation;

/// <summary>The security version numbers of a platform's firmware, one byte each (AMD 56860, TCB_VERSION).</summary>
/// <param name="Fmc">First mutable code; Turin and later, else 0.</param>
/// <param name="BootLoader">ASP boot loader.</param>
/// <param name="Tee">ASP operating system.</param>
/// <param name="Snp">SNP firmware.</param>
/// <param name="Microcode">Lowest microcode patch level of all cores.</param>
public readonly record struct SimulatedTcb(byte Fmc, byte BootLoader, byte Tee, byte Snp, byte Microcode)
{
    /// <summary>Size in a report, in bytes.</summary>
    public const int Size = 8;

    /// <summary>The eight bytes as a report stores them; the layout depends on the product.</summary>
    public byte[] ToBytes(SimulatedProduct product) => product.HasFmc
        ? [Fmc, BootLoader, Tee, Snp, 0, 0, 0, Microcode]
        : [BootLoader, Tee, 0, 0, 0, 0, Snp, Microcode];

    /// <summary>The same bytes as one little-endian number, as TCB_VERSION fields of guest requests carry it.</summary>
    public ulong ToUInt64(SimulatedProduct product) => BinaryPrimitives.ReadUInt64LittleEndian(ToBytes(product));

    /// <summary>Reads what <see cref="ToBytes"/> wrote.</summary>
    public static SimulatedTcb FromBytes(ReadOnlySpan<byte> bytes, SimulatedProduct product) => product.HasFmc
        ? new(bytes[0], bytes[1], bytes[2], bytes[3], bytes[7])
        : new(0, bytes[0], bytes[1], bytes[6], bytes[7]);

    /// <summary>True if no component is above <paramref name="limit"/>'s.</summary>
    public bool IsAtMost(SimulatedTcb limit) => Fmc <= limit.Fmc && BootLoader <= limit.BootLoader && Tee <= limit.Tee
        && Snp <= limit.Snp && Microcode <= limit.Microcode;
}
