using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SafeClaw.House.Tests;

/// <summary>What a reader of the repository relies on.</summary>
public sealed partial class Tidiness
{
    /// <summary>Rows per letter of the catalogue of negative cases.</summary>
    private static readonly Dictionary<char, int> Catalogue = new() { ['E'] = 60, ['C'] = 46, ['T'] = 35, ['H'] = 39, ['S'] = 18, ['K'] = 16, ['V'] = 34, ['P'] = 19, ['A'] = 35, ['L'] = 15, ['O'] = 18 };

    [Fact]
    public void Both_build_scripts_know_the_same_verbs()
    {
        var bash = Verbs("build.sh", BashVerb());
        Assert.Equal(bash, Verbs("build.ps1", PowerShellVerb()));
        Assert.Superset(new HashSet<string> { "build", "run", "test", "bench", "soak", "long", "publish", "package", "guest-image", "format" }, bash.ToHashSet());
    }

    [Fact]
    public void Both_build_scripts_say_the_same_help()
    {
        static string Help(string text) => BuildHelp().Match(text).Groups["help"].Value.Trim().Replace("./build.ps1", "./build.sh", StringComparison.Ordinal);
        Assert.NotEmpty(Help(Read("build.sh")));
        Assert.Equal(Help(Read("build.sh")), Help(Read("build.ps1")));
    }

    [Fact]
    public void No_file_names_a_path_of_one_machine()
    {
        foreach (var file in TrackedText())
            Assert.False(MachinePath().IsMatch(Read(file)), $"{file} names {MachinePath().Match(Read(file)).Value}");
    }

    [Fact]
    public void Links_in_the_documents_lead_somewhere()
    {
        foreach (var file in TrackedText().Where(file => file.EndsWith(".md", StringComparison.Ordinal)))
            foreach (Match link in Link().Matches(Read(file)))
            {
                var target = link.Groups["target"].Value.Split('#')[0];
                if (target.Length == 0 || target.Contains("://", StringComparison.Ordinal)) continue;
                Assert.True(Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target)), $"{file} links to {target}");
            }
    }

    [Fact]
    public void Ids_of_negative_cases_are_those_of_the_catalogue()
    {
        foreach (var file in TrackedText().Where(file => file.StartsWith("tests/", StringComparison.Ordinal) && file.EndsWith(".cs", StringComparison.Ordinal)))
            foreach (Match trait in Trait().Matches(Read(file)))
            {
                var id = trait.Groups["id"].Value;
                Assert.True(id.Length == 3 && Catalogue.TryGetValue(id[0], out var rows) && int.TryParse(id[1..], out var row) && row >= 1 && row <= rows, $"{file}: there is no case {id}");
            }
    }

    [Fact]
    public void The_mission_has_its_121_rows_in_order()
    {
        var rows = MissionRow().Matches(Read("docs/mission.md")).Select(row => int.Parse(row.Groups["row"].Value, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, 121), rows);
    }

    [Fact]
    public void The_mission_names_test_classes_that_exist()
    {
        var classes = TrackedText().Where(file => file.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(file => TestClass().Matches(Read(file))).Select(match => match.Groups["name"].Value).ToHashSet();
        foreach (Match row in MissionRow().Matches(Read("docs/mission.md")))
            foreach (Match name in Quoted().Matches(row.Groups["held"].Value))
                Assert.True(classes.Contains(name.Groups["name"].Value), $"Row {row.Groups["row"].Value} names {name.Groups["name"].Value}");
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    private static List<string> Verbs(string file, Regex verb) => [.. verb.Matches(Read(file)).SelectMany(match => match.Groups["verb"].Value.Split('|')).Select(name => name.Trim().Trim('\'')).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The files git knows; all of them are text.</summary>
    private static IReadOnlyList<string> TrackedText()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["-C", Repository.Root, "ls-files"]) { RedirectStandardOutput = true })!;
        var files = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        Assert.NotEmpty(files);
        return [.. files.Where(file => File.Exists(Path.Combine(Repository.Root, file)))];
    }

    [GeneratedRegex(@"^    (?<verb>[a-z][a-z|-]*)\)", RegexOptions.Multiline)]
    private static partial Regex BashVerb();

    [GeneratedRegex(@"^    '(?<verb>[a-z-]+)' \{", RegexOptions.Multiline)]
    private static partial Regex PowerShellVerb();

    [GeneratedRegex(@"# help begins\n.*?\n(?<help>.*?)\n(?:HELP|'@)\n.*?# help ends", RegexOptions.Singleline)]
    private static partial Regex BuildHelp();

    // Written so that this very line does not match.
    [GeneratedRegex(@"(?<![A-Za-z0-9._$}\])/:-])/(?:home|root|work|Users)/[A-Za-z0-9._-]+|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"Trait\(""neg"", ""(?<id>[^""]*)""\)")]
    private static partial Regex Trait();

    [GeneratedRegex(@"^\|\s*(?<row>\d+)\s*\|[^|]*\|(?<held>[^|]*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex MissionRow();

    [GeneratedRegex(@"`(?<name>[A-Za-z]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bclass (?<name>[A-Za-z]+)")]
    private static partial Regex TestClass();
}
