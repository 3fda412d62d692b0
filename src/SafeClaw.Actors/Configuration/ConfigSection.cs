using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SafeClaw.Actors;

/// <summary>
/// Reads one section key by key, notes every problem instead of throwing at the first, remembers which keys exist, and refuses the others. Reading and
/// describing are one act, so what the schema says is what is read.
/// </summary>
internal sealed class ConfigSection(IConfigurationSection section, ConfigReading reading)
{
    private readonly List<string> _known = [];

    public bool Flag(string key, bool standard, string meaning)
    {
        var text = Text(key, "true or false", standard ? "true" : "false", meaning);
        if (bool.TryParse(text, out var value)) return value;
        Problem(key, "Must be true or false.");
        return standard;
    }

    public int Whole(string key, int standard, int min, int max, string unit, string meaning)
    {
        var text = Text(key, string.Create(CultureInfo.InvariantCulture, $"{unit}, {min} to {max}"), standard.ToString(CultureInfo.InvariantCulture), meaning);
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return value;
        Problem(key, string.Create(CultureInfo.InvariantCulture, $"Must be a whole number of {unit} from {min} to {max}."));
        return standard;
    }

    /// <summary>A span in seconds, with a decimal point if needed.</summary>
    public TimeSpan Seconds(string key, TimeSpan standard, double min, double max, string meaning)
    {
        var text = Text(key, string.Create(CultureInfo.InvariantCulture, $"seconds, {min} to {max}"), standard.TotalSeconds.ToString(CultureInfo.InvariantCulture), meaning);
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max) return TimeSpan.FromSeconds(value);
        Problem(key, string.Create(CultureInfo.InvariantCulture, $"Must be a number of seconds from {min} to {max}."));
        return standard;
    }

    /// <summary>One of an enumeration's names. <paramref name="unsupported"/> names those that exist and are not supported here, with the reason.</summary>
    public T OneOf<T>(string key, T standard, string meaning, IReadOnlyDictionary<T, string>? unsupported = null)
        where T : struct, Enum
    {
        var names = string.Join(", ", Enum.GetNames<T>());
        var text = Text(key, $"one of {names}", standard.ToString(), meaning);
        if (!Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase) || !Enum.TryParse<T>(text, ignoreCase: true, out var value)) Problem(key, $"Must be one of {names}.");
        else if (unsupported?.TryGetValue(value, out var reason) is true) Problem(key, $"{value} is not supported: {reason}");
        else return value;
        return standard;
    }

    public string? OptionalText(string key, string form, string meaning) => Text(key, form, "", meaning) is { Length: > 0 } text ? text : null;

    public string Text(string key, string form, string standard, string meaning)
    {
        _known.Add(key);
        var value = section[key] ?? standard;
        reading.Describe(new ConfigKey($"{section.Path}:{key}", form, standard, meaning, value));
        return value;
    }

    /// <summary>A list of texts, from <c>Key:0</c>, <c>Key:1</c>, …</summary>
    public IReadOnlyList<string> Texts(string key, string form, string meaning, int max)
    {
        _known.Add(key);
        var values = section.GetSection(key).GetChildren().Select(c => c.Value ?? "").ToList();
        if (values.Count > max) Problem(key, $"Has {values.Count} entries; at most {max}.");
        reading.Describe(new ConfigKey($"{section.Path}:{key}", $"list of {form}", "[]", meaning, $"[{string.Join(", ", values)}]"));
        return values;
    }

    /// <summary>A section inside this one.</summary>
    public T Section<T>(string key, Func<ConfigSection, T> read)
    {
        _known.Add(key);
        var inner = new ConfigSection(section.GetSection(key), reading);
        var value = read(inner);
        inner.RefuseUnknown();
        return value;
    }

    /// <summary>A list of sections, from <c>Key:0</c>, <c>Key:1</c>, …</summary>
    public IReadOnlyList<T> Sections<T>(string key, int max, Func<ConfigSection, T> read)
    {
        _known.Add(key);
        var children = section.GetSection(key).GetChildren().ToList();
        if (children.Count > max) Problem(key, $"Has {children.Count} entries; at most {max}.");
        return [.. children.Take(max).Select(child =>
        {
            var inner = new ConfigSection(child, reading);
            var value = read(inner);
            inner.RefuseUnknown();
            return value;
        })];
    }

    public void Problem(string key, string message) => reading.Add(new ConfigProblem($"{section.Path}:{key}", message));

    /// <summary>A key that nobody reads is a mistake, and usually a misspelling of one that is read.</summary>
    public void RefuseUnknown()
    {
        foreach (var child in section.GetChildren())
        {
            if (_known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) continue;
            var nearest = _known.MinBy(known => Distance(known, child.Key));
            Problem(child.Key, nearest is null ? "There is no such key." : $"There is no such key; did you mean {nearest}?");
        }
    }

    /// <summary>Levenshtein's distance, without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToUpperInvariant(a[i - 1]) == char.ToUpperInvariant(b[j - 1]);
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (same ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}

/// <summary>What reading a whole configuration brings to light.</summary>
internal sealed class ConfigReading
{
    private readonly List<ConfigProblem> _problems = [];
    private readonly List<ConfigKey> _keys = [];

    public IReadOnlyList<ConfigProblem> Problems => _problems;

    public IReadOnlyList<ConfigKey> Keys => _keys;

    public void Add(ConfigProblem problem) => _problems.Add(problem);

    public void Describe(ConfigKey key) => _keys.Add(key);
}
