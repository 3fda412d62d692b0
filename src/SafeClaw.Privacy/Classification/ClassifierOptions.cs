namespace SafeClaw.Privacy;

/// <summary>What a <see cref="Classifier"/> looks for beyond its own rules.</summary>
public sealed record ClassifierOptions
{
    /// <summary>Types it does not report, for example <c>ip-address</c>. Default none.</summary>
    public IReadOnlySet<string> Ignored { get; init; } = new HashSet<string>();
}
