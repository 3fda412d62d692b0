namespace SafeClaw.Privacy;

/// <summary>
/// The kinds of data a regulation speaks of, and the level they have at least where it applies. It raises levels and never lowers one.
/// </summary>
/// <param name="Name">As it is written in the configuration.</param>
/// <param name="AtLeast">Type to lowest level.</param>
public sealed record RuleSet(string Name, IReadOnlyDictionary<string, SensitivityLevel> AtLeast)
{
    /// <summary>PCI DSS 4.0, requirement 3: the account number and what authenticates it.</summary>
    public static RuleSet PciDss { get; } = new("PCI-DSS", Levels(SensitivityLevel.Critical, "payment-card"));

    /// <summary>HIPAA, 45 CFR §164.514(b)(2): the identifiers that make health information a person's.</summary>
    public static RuleSet Hipaa { get; } = new("HIPAA", Levels(SensitivityLevel.HighlySensitive, "medical", "date-of-birth", "phone", "email", "postal-address", "ssn", "ip-address", "national-id", "drivers-license", "financial"));

    /// <summary>GDPR, Art. 4(1) personal data and Art. 9(1) data concerning health.</summary>
    public static RuleSet Gdpr { get; } = new("GDPR", Levels(SensitivityLevel.HighlySensitive, "email", "phone", "postal-address", "ip-address", "date-of-birth", "national-id", "passport", "drivers-license", "financial")
        .Append(KeyValuePair.Create("medical", SensitivityLevel.Critical)).ToDictionary());

    /// <summary>All that exist.</summary>
    public static IReadOnlyList<RuleSet> All { get; } = [PciDss, Hipaa, Gdpr];

    private static Dictionary<string, SensitivityLevel> Levels(SensitivityLevel level, params IEnumerable<string> types) => types.ToDictionary(type => type, _ => level);
}
