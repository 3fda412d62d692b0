using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>A rule of the operator's own: a bounded expression that cannot backtrack.</summary>
public sealed class OwnRule
{
    /// <summary>Longest pattern in characters.</summary>
    public const int MaxPatternLength = 512;

    private const int MaxTypeLength = 64;

    private OwnRule(string type, Regex expression, SensitivityLevel level) => (Type, Expression, Level) = (type, expression, level);

    /// <summary>The type of its findings, kebab-case.</summary>
    public string Type { get; }

    /// <summary>The level of its findings.</summary>
    public SensitivityLevel Level { get; }

    internal Regex Expression { get; }

    /// <summary>Makes a rule; null, and a sentence, if it cannot be one.</summary>
    /// <param name="type">1 to 64 lower-case letters, digits and dashes.</param>
    /// <param name="pattern">A .NET regular expression without lookarounds and back-references, at most 512 characters; the group <c>value</c>, if there is one, is the finding.</param>
    /// <param name="level">Sensitive or higher.</param>
    /// <param name="problem">What is wrong.</param>
    public static OwnRule? TryCreate(string type, string pattern, SensitivityLevel level, out string problem)
    {
        problem = type.Length is 0 or > MaxTypeLength || !type.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "A type is 1 to 64 lower-case letters, digits and dashes."
            : pattern.Length is 0 or > MaxPatternLength ? $"A pattern has 1 to {MaxPatternLength} characters."
            : level < SensitivityLevel.Sensitive ? "A rule's level is Sensitive, HighlySensitive or Critical."
            : "";
        if (problem.Length > 0) return null;
        try
        {
            var expression = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            if (!expression.IsMatch("")) return new OwnRule(type, expression, level);
            problem = "The pattern matches the empty text, so it would match everywhere.";
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            problem = $"The pattern is not usable: {wrong.Message}";
        }

        return null;
    }
}
