using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Actors;

/// <summary>What evidence must say. Section <c>SafeClaw:Tee:Attestation</c>.</summary>
public sealed record AttestationConfig
{
    /// <summary>Always true: without attestation nothing may be sent to a guest. Kept because the owner's configuration has it.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Always <c>sev-snp</c>.</summary>
    public string Provider { get; init; } = SevSnp;

    /// <summary>The policy's base. Default production.</summary>
    public PolicyProfile Profile { get; init; } = PolicyProfile.Production;

    /// <summary>A policy file (JSON) instead of a profile; null for none.</summary>
    public string? PolicyFile { get; init; }

    /// <summary>Accepted launch measurements, 96 hex digits each. In development the guest's manifest is taken if there are none.</summary>
    public IReadOnlyList<string> ExpectedMeasurements { get; init; } = [];

    /// <summary>Whether the first connection of a machine must answer a challenge. Default Challenge.</summary>
    public FreshnessMode Freshness { get; init; } = FreshnessMode.Challenge;

    /// <summary>Where missing certificates and revocation lists come from.</summary>
    public CollateralConfig Collateral { get; init; } = new();

    private const string SevSnp = "sev-snp";

    internal static AttestationConfig Read(ConfigSection section)
    {
        var config = new AttestationConfig
        {
            Enabled = section.Flag(nameof(Enabled), true, "Must be true: nothing is sent to a guest without attestation."),
            Provider = section.Text(nameof(Provider), SevSnp, SevSnp, "Kind of evidence."),
            Profile = section.OneOf(nameof(Profile), PolicyProfile.Production, "The policy's base."),
            PolicyFile = section.OptionalText(nameof(PolicyFile), "path", "A policy file instead of a profile."),
            ExpectedMeasurements = section.Texts(nameof(ExpectedMeasurements), "96 hex digits", "Accepted launch measurements.", 64),
            Freshness = section.OneOf(nameof(Freshness), FreshnessMode.Challenge, "Challenge asks for a report over a fresh nonce; Handshake trusts the connection's own report."),
            Collateral = section.Section(nameof(Collateral), CollateralConfig.Read),
        };
        if (!config.Enabled) section.Problem(nameof(Enabled), "Nothing is sent to a guest without attestation; to switch the TEE off, set SafeClaw:Tee:Enabled to false.");
        if (config.Provider != SevSnp) section.Problem(nameof(Provider), $"Must be {SevSnp}; other evidence cannot be verified.");
        foreach (var measurement in config.ExpectedMeasurements)
            if (measurement.Length != 96 || !measurement.All(char.IsAsciiHexDigit)) section.Problem(nameof(ExpectedMeasurements), "A measurement has 96 hex digits (48 bytes, SHA-384).");
        if (config.PolicyFile is { } file && !File.Exists(file)) section.Problem(nameof(PolicyFile), $"There is no file {file}.");
        return config;
    }
}

/// <summary>Ready-made attestation policies.</summary>
public enum PolicyProfile
{
    /// <summary>Measured, no debug, VMPL 0, TCB floors, revocation lists.</summary>
    Production,

    /// <summary>Measured, no debug.</summary>
    Development,
}
