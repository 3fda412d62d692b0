namespace SafeClaw.Attestation;

/// <summary>A product line as AMD's key distribution knows it: one root each.</summary>
public enum SnpProduct
{
    /// <summary>EPYC 7003, family 19h models 00h–0Fh.</summary>
    Milan,

    /// <summary>EPYC 9004 and 8004, family 19h models 10h–1Fh and A0h–AFh (Bergamo, Siena).</summary>
    Genoa,

    /// <summary>EPYC 9005, family 1Ah models 00h–11h.</summary>
    Turin,
}

/// <summary>Products by CPUID.</summary>
public static class SnpProducts
{
    /// <summary>The product of a family and model as reports carry them from version 3 on; null if unknown.</summary>
    public static SnpProduct? FromCpuid(byte family, byte model) => (family, model) switch
    {
        (0x19, <= 0x0F) => SnpProduct.Milan,
        (0x19, >= 0x10 and <= 0x1F) => SnpProduct.Genoa,
        (0x19, >= 0xA0 and <= 0xAF) => SnpProduct.Genoa,
        (0x1A, <= 0x11) => SnpProduct.Turin,
        _ => null,
    };

    /// <summary>True where TCB versions begin with the first mutable code and chip ids have 8 bytes.</summary>
    public static bool HasFmc(this SnpProduct product) => product == SnpProduct.Turin;

    /// <summary>Significant bytes of CHIP_ID: 64, or 8 on Turin.</summary>
    public static int ChipIdBytes(this SnpProduct product) => product == SnpProduct.Turin ? 8 : 64;
}
