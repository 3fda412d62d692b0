using SafeClaw.Attestation;

namespace SafeClaw.Actors;

/// <summary>The appraisal policy (RFC 9334) and the trust anchors that the configuration asks for.</summary>
internal static class AppraisalPolicy
{
    private const int MaxCertificateBytes = 64 * 1024;

    public static AttestationPolicy From(TeeConfig config, GuestImage image)
    {
        var attestation = config.Attestation;
        if (attestation.PolicyFile is { } file) return Parse(file) with { AllowSimulated = config.AllowSimulated };
        var measurements = attestation.ExpectedMeasurements.Count > 0 ? attestation.ExpectedMeasurements : [image.ExpectedMeasurement()];
        var digests = measurements.Select(hex => Digest.Parse(hex.ToLowerInvariant(), 48)).ToArray();
        var policy = attestation.Profile == PolicyProfile.Production ? AttestationPolicy.Production(digests) : AttestationPolicy.Development(digests);
        return policy with { AllowSimulated = config.AllowSimulated };
    }

    /// <summary>AMD's roots and, if simulation is allowed, the root that the software secure processor of this host keeps.</summary>
    public static TrustAnchors Anchors(TeeConfig config, string simulatorState)
    {
        if (!config.AllowSimulated) return TrustAnchors.Amd;
        var ark = new FileInfo(Path.Combine(simulatorState, "ark.der"));
        return ark is { Exists: true, Length: <= MaxCertificateBytes } ? TrustAnchors.Amd.WithSimulated(File.ReadAllBytes(ark.FullName)) : TrustAnchors.Amd;
    }

    private static AttestationPolicy Parse(string file)
    {
        try
        {
            if (new FileInfo(file).Length > AttestationPolicy.MaxFileBytes) throw new FormatException($"it has more than {AttestationPolicy.MaxFileBytes} bytes");
            return AttestationPolicy.Parse(File.ReadAllBytes(file));
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new ConfigProblem("SafeClaw:Tee:Attestation:PolicyFile", $"{file} is not a usable policy: {wrong.Message}")]);
        }
    }
}
