namespace SafeClaw.Attestation;

/// <summary>Which of the two hierarchies below a product's ARK.</summary>
public enum KdsKeyKind
{
    /// <summary>VCEK, endorsed by the ASK: one per chip and TCB.</summary>
    Vcek,

    /// <summary>VLEK, endorsed by the ASVK: loaded by a cloud provider.</summary>
    Vlek,
}
