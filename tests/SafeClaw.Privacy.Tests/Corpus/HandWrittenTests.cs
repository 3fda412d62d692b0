using Xunit.Abstractions;

namespace SafeClaw.Privacy.Tests;

/// <summary>
/// Messages written by hand without a look at the rules: the ways of many countries to write a value, and clean lines chosen to be mistaken. Harder than the
/// generated corpus, and closer to other people's texts.
/// </summary>
public sealed class HandWrittenTests(ITestOutputHelper output)
{
    private static readonly Classifier Classifier = new(new ClassifierOptions());

    [Fact]
    [Trait("neg", "L04")]
    public void Nearly_all_of_them_are_found_as_what_they_are()
    {
        var lines = Lines("told-by-hand.tsv").Select(line => line.Split('\t')).ToList();
        var missed = lines.Where(line => !Found(line[1].Replace("\\n", "\n", StringComparison.Ordinal)).Contains(line[0])).ToList();
        foreach (var line in missed) output.WriteLine($"{line[0]}: {line[1]}");
        Assert.True(lines.Count > 340, $"{lines.Count} lines");
        Assert.True(missed.Count <= lines.Count / 50, $"{missed.Count} of {lines.Count} missed");
    }

    [Fact]
    [Trait("neg", "L04")]
    public void Few_clean_lines_are_mistaken()
    {
        var lines = Lines("clean-by-hand.txt").ToList();
        var mistaken = lines.Where(line => Found(line).Any()).ToList();
        foreach (var line in mistaken) output.WriteLine($"{string.Join(' ', Found(line))}: {line}");
        Assert.True(lines.Count > 280, $"{lines.Count} lines");
        Assert.True(mistaken.Count <= lines.Count / 20, $"{mistaken.Count} of {lines.Count} mistaken");
    }

    private static IEnumerable<string> Found(string text) => Classifier.Classify(UserText.TryCreate(text, out _)!).Findings.Select(finding => finding.Type);

    private static IEnumerable<string> Lines(string name) =>
        File.ReadLines(Path.Combine(Repository.Root, "tests", "SafeClaw.Privacy.Tests", "Corpus", name)).Where(line => line.Length > 0 && line[0] != '#' || line.StartsWith("#f", StringComparison.Ordinal));
}
