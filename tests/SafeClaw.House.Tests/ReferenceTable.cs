using System.Xml.Linq;

namespace SafeClaw.House.Tests;

/// <summary>Who may know whom (docs/walkthrough.md), held against the project files.</summary>
public sealed class ReferenceTable
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Attestation"] = [],
        ["Tee"] = ["Attestation"],
        ["Vmm"] = [],
        ["Privacy"] = [],
        ["Assistant"] = ["Privacy"],
        ["Actors"] = ["Privacy", "Assistant", "Vmm", "Tee", "Attestation"],
        ["Host"] = ["Actors", "Privacy", "Assistant", "Vmm", "Tee", "Attestation"],
        ["Guest"] = ["Tee"],
        ["Agent"] = ["Assistant"],
        ["Shim"] = ["Vmm", "Tee"],
        ["Simulation"] = ["Tee", "Attestation"],
        ["Amdsp"] = ["Simulation"],
    };

    /// <summary>Packages that only these projects may use, by the beginning of their names.</summary>
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Akka"] = ["Actors", "Host"],
        ["BouncyCastle"] = ["Attestation"],
        ["libphonenumber"] = ["Privacy"],
        ["Microsoft.Extensions.AI"] = ["Assistant"],
        ["OpenAI"] = ["Assistant"],
        ["Serilog"] = ["Host"],
        ["System.CommandLine"] = ["Host"],
    };

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_refers_to_nothing_but_what_the_table_allows(string project)
    {
        Assert.True(Allowed.TryGetValue(Short(project), out var allowed), $"{project} is not in the table.");
        Assert.Empty(Referred(project, "ProjectReference").Select(path => Short(Path.GetFileNameWithoutExtension(path))).Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_package_is_used_only_where_it_belongs(string project)
    {
        foreach (var package in Referred(project, "PackageReference"))
        {
            var rule = Packages.Keys.FirstOrDefault(name => package.StartsWith(name, StringComparison.Ordinal));
            Assert.True(rule is not null, $"{project} uses {package}, for which there is no rule.");
            Assert.True(Packages[rule].Contains(Short(project)), $"{project} must not use {package}.");
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution_and_has_content()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "SafeClaw.Actors.sln"));
        foreach (var file in Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            Assert.True(solution.Contains($"\"{name}\"", StringComparison.Ordinal), $"{name} is not in the solution.");
            Assert.True(Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.cs", SearchOption.AllDirectories).Any(source => !source.Contains("/obj/", StringComparison.Ordinal)), $"{name} is an empty shell.");
        }
    }

    [Fact]
    public void Versions_are_said_in_one_place()
    {
        foreach (var file in Directory.GetFiles(Repository.Root, "*.csproj", SearchOption.AllDirectories))
            Assert.DoesNotContain(XDocument.Load(file).Descendants("PackageReference"), reference => reference.Attribute("Version") is not null);
    }

    private static IEnumerable<string> Referred(string project, string kind) => XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"))
        .Descendants(kind).Select(reference => (string)reference.Attribute("Include")!);

    private static string Short(string project) => project["SafeClaw.".Length..];
}
