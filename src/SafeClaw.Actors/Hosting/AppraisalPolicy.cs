using SafeClaw.Attestation;

namespace SafeClaw.Actors;

/// <summary>The appraisal policy (RFC 9334) and the appraiser that the configuration asks for.</summary>
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

    /// <summary>
    /// Who appraises: the genuine extension and, if simulation is allowed and there is a software secure processor on this host, the simulated one before it.
    /// </summary>
    public static ITeeExtension Extension(TeeConfig config, ITeeExtension genuine, string simulatorState)
    {
        if (!config.AllowSimulated) return genuine;
        var ark = new FileInfo(Path.Combine(simulatorState, "ark.der"));
        return ark is { Exists: true, Length: <= MaxCertificateBytes } ? new SimulatedTeeExtension(File.ReadAllBytes(ark.FullName), genuine) : genuine;
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
