namespace SafeClaw.Actors;

/// <summary>Something wrong in the configuration.</summary>
/// <param name="Key">The full key, for example <c>SafeClaw:Tee:MemoryMb</c>.</param>
/// <param name="Message">One sentence with the accepted values; never a value that could be a secret.</param>
public sealed record ConfigProblem(string Key, string Message)
{
    public override string ToString() => $"{Key}: {Message}";
}

/// <summary>The configuration cannot be used. Lists everything that is wrong with it, not only the first thing.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigProblem> problems)
    : Exception($"The configuration is not valid:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(p => $"  {p}"))}")
{
    /// <summary>Every problem, in the order of the document.</summary>
    public IReadOnlyList<ConfigProblem> Problems { get; } = problems;
}

/// <summary>One key of the configuration, as <c>safeclaw config schema</c> shows it.</summary>
/// <param name="Key">The full key.</param>
/// <param name="Form">Type, unit and range.</param>
/// <param name="Default">The default as it would be written.</param>
/// <param name="Meaning">What it does: one sentence.</param>
/// <param name="Value">The value in effect.</param>
public sealed record ConfigKey(string Key, string Form, string Default, string Meaning, string Value);
