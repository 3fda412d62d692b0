namespace SafeClaw.Attestation;

/// <summary>A product as AMD's key distribution service names it; Bergamo and Siena are Genoa there.</summary>
public enum KdsProduct
{
    /// <summary>EPYC 7003.</summary>
    Milan,

    /// <summary>EPYC 9004 and 8004.</summary>
    Genoa,

    /// <summary>EPYC 9005.</summary>
    Turin,
}

/// <summary>Which of the two hierarchies below a product's ARK.</summary>
public enum KdsKeyKind
{
    /// <summary>VCEK, endorsed by the ASK: one per chip and TCB.</summary>
    Vcek,

    /// <summary>VLEK, endorsed by the ASVK: loaded by a cloud provider.</summary>
    Vlek,
}
