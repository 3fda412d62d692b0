using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeClaw.TestReport;

/// <summary>Prints what a run says, for people; its last line is <c>N passed, N failed, N skipped</c>.</summary>
internal static partial class Report
{
    private const int CatalogueRows = 335;
    private const int MissionRows = 121;

    public static int Write(TestRun run, string root, TextWriter output)
    {
        var failed = run.Cases.Where(test => test.Outcome == "Failed").ToList();
        var skipped = run.Cases.Where(test => test.Outcome == "NotExecuted").ToList();
        var passed = run.Cases.Where(test => test.Outcome == "Passed").ToList();
        foreach (var project in run.Projects)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {project.Value.TotalSeconds,6:0.0} s  {run.Cases.Count(test => test.Project == project.Key),5} tests  {project.Key}"));
        output.WriteLine("slowest:");
        foreach (var test in run.Cases.OrderByDescending(test => test.Duration).Take(10)) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {test.Duration.TotalSeconds,6:0.0} s  {Shorten(test.Name)}"));
        foreach (var reason in skipped.GroupBy(test => test.Message.Trim(), StringComparer.Ordinal)) output.WriteLine($"skipped {reason.Count()}: {reason.Key}");
        foreach (var test in failed) output.WriteLine($"FAILED {test.Name}\n    {test.Message.ReplaceLineEndings("\n    ")}");
        foreach (var problem in run.Problems) output.WriteLine($"PROBLEM {problem}");

        output.WriteLine($"mission: {Mission(root, passed, failed)} of {MissionRows}");
        output.WriteLine(Negative(root, run, passed, failed));
        output.WriteLine($"{passed.Count} passed, {failed.Count + run.Problems.Count} failed, {skipped.Count} skipped");
        return failed.Count + run.Problems.Count == 0 ? 0 : 1;
    }

    /// <summary>Rows of docs/mission.md that name test classes, all of which have a passing test and none a failing one.</summary>
    private static int Mission(string root, IReadOnlyList<TestCase> passed, IReadOnlyList<TestCase> failed)
    {
        var (good, bad) = (ClassNames(passed), ClassNames(failed));
        return MissionRow().Matches(File.ReadAllText(Path.Combine(root, "docs", "mission.md")))
            .Select(row => row.Groups["held"].Value)
            .Where(held => !held.TrimStart().StartsWith("later", StringComparison.OrdinalIgnoreCase))
            .Count(held => TestName().Matches(held).Select(name => name.Groups["name"].Value).ToList() is { Count: > 0 } names && names.All(good.Contains) && !names.Any(bad.Contains));
    }

    private static string Negative(string root, TestRun run, IReadOnlyList<TestCase> passed, IReadOnlyList<TestCase> failed)
    {
        var ids = Traits.Read(root, run.Projects.Keys);
        var bad = failed.SelectMany(test => ids[$"{test.Class}.{test.Method}"]).ToHashSet(StringComparer.Ordinal);
        var covered = passed.SelectMany(test => ids[$"{test.Class}.{test.Method}"]).Where(id => !bad.Contains(id)).ToHashSet(StringComparer.Ordinal);
        var list = Path.Combine(root, "docs", "negative-not-applicable.md");
        var excused = File.Exists(list) ? NotApplicable().Matches(File.ReadAllText(list)).Select(row => row.Groups["id"].Value).Where(id => !covered.Contains(id)).Distinct().Count() : 0;
        var perLetter = string.Join(' ', covered.GroupBy(id => id[0]).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Count()}"));
        return $"negative: {covered.Count} of {CatalogueRows} ({perLetter}; not applicable {excused})";
    }

    private static HashSet<string> ClassNames(IEnumerable<TestCase> tests) => [.. tests.Select(test => test.Class[(test.Class.LastIndexOf('.') + 1)..])];

    private static string Shorten(string name) => name.Length <= 140 ? name : name[..140] + "…";

    [GeneratedRegex(@"^\|\s*\d+\s*\|[^|]*\|(?<held>[^|]*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex MissionRow();

    [GeneratedRegex(@"`(?<name>[A-Za-z]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^\|\s*(?<id>[A-Z]\d\d)\s*\|\s*\S", RegexOptions.Multiline)]
    private static partial Regex NotApplicable();
}
