namespace SafeClaw.Attestation;

/// <summary>Which chip and TCB a VCEK is for, by its own words.</summary>
internal static class EndorsedLeaf
{
    /// <returns>Null if it names one, else what is wrong with it.</returns>
    public static string? TryRead(ReadOnlyMemory<byte> der, out EndorsementKeyId? id, out StrictCertificate? leaf)
    {
        id = null;
        if (!StrictCertificate.TryParse(der, out leaf, out var problem)) return problem;
        foreach (var product in Enum.GetValues<SnpProduct>())
        {
            if (!LeafExtensions.TryRead(leaf, isVlek: false, product, out var said, out _) || said.ProductName.Split('-')[0] != product.ToString()) continue;
            id = EndorsementKeyId.Vcek(product, said.HardwareId.Span, said.Tcb);
            return null;
        }

        return "it is no VCEK of a known product";
    }
}
