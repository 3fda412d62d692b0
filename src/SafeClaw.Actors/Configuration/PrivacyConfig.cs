using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>What counts as sensitive, where it goes, and what happens to leaks. Section <c>SafeClaw:Privacy</c>.</summary>
public sealed record PrivacyConfig
{
    /// <summary>Lowest level that goes to the TEE. Default Sensitive.</summary>
    public SensitivityLevel TeeFrom { get; init; } = SensitivityLevel.Sensitive;

    /// <summary>What happens to a sensitive value in a reply. Default Mask.</summary>
    public LeakAction LeakAction { get; init; } = LeakAction.Mask;

    internal static PrivacyConfig Read(ConfigSection section)
    {
        var config = new PrivacyConfig
        {
            TeeFrom = section.OneOf(nameof(TeeFrom), SensitivityLevel.Sensitive, "Lowest level that goes to the TEE."),
            LeakAction = section.OneOf(nameof(LeakAction), LeakAction.Mask, "What happens to a sensitive value in a reply."),
        };
        return config;
    }
}
