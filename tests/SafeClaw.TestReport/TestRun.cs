using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace SafeClaw.TestReport;

/// <summary>One executed test.</summary>
internal sealed record TestCase(string Project, string Class, string Method, string Name, string Outcome, TimeSpan Duration, string Message);

/// <summary>What all test projects left behind: their results, and what is wrong with these.</summary>
internal sealed record TestRun(IReadOnlyList<TestCase> Cases, IReadOnlyDictionary<string, TimeSpan> Projects, IReadOnlyList<string> Problems)
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    /// <summary>Reads a TRX file per test project of the repository, or of those named; a project without a whole one is a problem, for its run may have crashed.</summary>
    public static TestRun Read(string results, string root, IReadOnlyList<string> only)
    {
        var (cases, projects, problems) = (new List<TestCase>(), new Dictionary<string, TimeSpan>(), new List<string>());
        var expected = only.Count > 0 ? only : [.. Directory.GetDirectories(Path.Combine(root, "tests"), "*.Tests").Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];
        foreach (var project in expected)
        {
            var file = Path.Combine(results, project + ".trx");
            try
            {
                if (!File.Exists(file)) problems.Add($"{project} left no results; its run crashed, or it does not build.");
                else Read(project, XDocument.Load(file).Root!, cases, projects, problems);
            }
            catch (Exception broken) when (broken is XmlException or FormatException or InvalidOperationException)
            {
                problems.Add($"{project} left broken results ({broken.Message}); its run crashed.");
            }
        }

        return new TestRun(cases, projects, problems);
    }

    private static void Read(string project, XElement run, List<TestCase> cases, Dictionary<string, TimeSpan> projects, List<string> problems)
    {
        var methods = run.Elements(Trx + "TestDefinitions").Elements(Trx + "UnitTest").ToDictionary(test => (string)test.Attribute("id")!, test => test.Element(Trx + "TestMethod")!);
        var before = cases.Count;
        foreach (var result in run.Elements(Trx + "Results").Elements(Trx + "UnitTestResult"))
        {
            var method = methods[(string)result.Attribute("testId")!];
            var output = result.Element(Trx + "Output");
            cases.Add(new TestCase(project, (string)method.Attribute("className")!, ((string)method.Attribute("name")!).Split('(')[0], (string)result.Attribute("testName")!,
                (string)result.Attribute("outcome")!, TimeSpan.TryParse((string?)result.Attribute("duration"), CultureInfo.InvariantCulture, out var took) ? took : TimeSpan.Zero,
                (string?)output?.Element(Trx + "ErrorInfo")?.Element(Trx + "Message") ?? (string?)output?.Element(Trx + "StdOut") ?? ""));
        }

        var times = run.Element(Trx + "Times") ?? throw new InvalidOperationException("it has no times");
        projects[project] = DateTimeOffset.Parse((string)times.Attribute("finish")!, CultureInfo.InvariantCulture) - DateTimeOffset.Parse((string)times.Attribute("start")!, CultureInfo.InvariantCulture);
        var counters = run.Element(Trx + "ResultSummary")?.Element(Trx + "Counters") ?? throw new InvalidOperationException("it has no summary");
        if ((int)counters.Attribute("total")! != cases.Count - before) problems.Add($"{project} announces {(int)counters.Attribute("total")!} tests and lists {cases.Count - before}.");
        if (cases.Count == before) problems.Add($"{project} ran no test.");
        if ((string?)run.Element(Trx + "ResultSummary")?.Attribute("outcome") is "Aborted") problems.Add($"{project} was aborted.");
    }
}
