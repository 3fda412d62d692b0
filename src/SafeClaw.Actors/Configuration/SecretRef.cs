using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>A secret by name and source; its value is read at each injection and is never part of the configuration. Section <c>SafeClaw:Tee:Secrets:N</c>.</summary>
/// <param name="Name">Name inside the guest: <c>[A-Za-z_][A-Za-z0-9_.-]{0,127}</c>.</param>
/// <param name="Source"><c>env:NAME</c> or <c>file:/path</c>.</param>
/// <param name="SetEnv">Whether the agent also gets it as an environment variable.</param>
public sealed record SecretRef(string Name, string Source, bool SetEnv = false)
{
    internal static SecretRef Read(ConfigSection section)
    {
        var name = section.Text(nameof(Name), "name", "", "Name inside the guest.");
        var source = section.Text(nameof(Source), "env:NAME or file:/path", "", "Where the value is read at each injection.");
        var variable = section.OptionalText("EnvVar", "environment variable", "The same as Source env:NAME.");
        var setEnv = section.Flag(nameof(SetEnv), false, "Whether the agent also gets it as an environment variable.");
        if (variable is not null && source.Length == 0) source = $"env:{variable}";
        else if (variable is not null) section.Problem("EnvVar", "Give either Source or EnvVar.");
        if (!IsName(name)) section.Problem(nameof(Name), "A secret's name is a letter or underscore and up to 127 letters, digits, underscores, dots or dashes.");
        if (!IsSource(source)) section.Problem(nameof(Source), "A secret's source is env:NAME or file:/absolute/path.");
        return new SecretRef(name, source, setEnv);
    }

    private static bool IsName(string name) => name.Length is >= 1 and <= 128 && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');

    private static bool IsSource(string source) => source.StartsWith("env:", StringComparison.Ordinal) && source.Length > 4
        || source.StartsWith("file:/", StringComparison.Ordinal) && source.Length > 6;
}
