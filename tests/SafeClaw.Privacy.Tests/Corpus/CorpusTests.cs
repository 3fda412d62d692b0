using System.Globalization;
using Xunit.Abstractions;

namespace SafeClaw.Privacy.Tests;

/// <summary>Precision and recall over the corpus. The same figures stand in docs/privacy.md.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    private const int PerType = 300, CleanMessages = 6000;

    /// <summary>Types with a form of their own; the others are told in words.</summary>
    private static readonly HashSet<string> Structured = ["payment-card", "api-key", "jwt", "ssn", "iban", "national-id", "email", "phone", "ip-address", "crypto-address"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("neg", "L04")]
    public void What_is_sensitive_is_found_and_what_is_not_is_left_alone(int seed)
    {
        var classifier = new Classifier(new ClassifierOptions());
        var corpus = new CorpusGenerator(seed);
        var (hit, missed, wrong) = (Counter(), Counter(), Counter());
        var misses = new List<string>();
        foreach (var type in CorpusGenerator.Types)
        {
            for (var i = 0; i < PerType; i++)
            {
                var sample = corpus.Sensitive(type);
                var findings = classifier.Classify(UserText.TryCreate(sample.Text, out _)!).Findings;
                var right = findings.Where(f => Overlap(f, sample) >= 0.8 && (f.Type == type || type == "password" && f.Type == "api-key")).ToList();
                if (right.Count > 0) hit[type]++;
                else
                {
                    missed[type]++;
                    misses.Add($"missed {type}: {sample.Text.ReplaceLineEndings(" ")} [{string.Join(' ', findings.Select(f => f.Type))}]");
                }

                foreach (var finding in findings.Where(f => !right.Contains(f) && f.Type != "unclassified"))
                {
                    wrong[finding.Type] = wrong.GetValueOrDefault(finding.Type) + 1;
                    misses.Add($"wrong {finding.Type} in {type}: {sample.Text.ReplaceLineEndings(" ")}");
                }
            }
        }

        var alarms = 0;
        for (var i = 0; i < CleanMessages; i++)
        {
            var sample = corpus.Harmless();
            var findings = classifier.Classify(UserText.TryCreate(sample.Text, out _)!).Findings;
            if (findings.Count == 0) continue;
            alarms++;
            foreach (var finding in findings) wrong[finding.Type] = wrong.GetValueOrDefault(finding.Type) + 1;
            misses.Add($"false alarm {findings[0].Type}: {sample.Text}");
        }

        var table = CorpusGenerator.Types.Select(type => (Type: type, Recall: Share(hit[type], missed[type]), Precision: Share(hit[type], wrong[type]))).ToList();
        foreach (var row in table) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| `{row.Type}` | {row.Recall:0.000} | {row.Precision:0.000} |"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"false alarms {(double)alarms / CleanMessages:0.0000}"));
        foreach (var miss in misses.GroupBy(m => m.Split(':')[0]).SelectMany(group => group.Take(6))) output.WriteLine(miss);

        Assert.True((double)alarms / CleanMessages <= 0.01, $"false alarms on {alarms} of {CleanMessages}");
        foreach (var row in table)
        {
            var aim = Structured.Contains(row.Type) ? 0.98 : 0.95;
            Assert.True(row.Recall >= aim, $"{row.Type}: recall {row.Recall:0.000}");
            Assert.True(row.Precision >= aim, $"{row.Type}: precision {row.Precision:0.000}");
        }
    }

    /// <summary>Sixty thousand clean replies against a hundred tainted values of all types: what is replaced there is replaced wrongly.</summary>
    [Fact]
    public void Clean_replies_are_not_redacted()
    {
        var corpus = new CorpusGenerator(3);
        var classifier = new Classifier(new ClassifierOptions());
        var (wrong, replies) = (0, 0);
        for (var session = 0; session < 10; session++)
        {
            var taints = new TaintRegistry();
            while (taints.Count < 100) taints.Add(classifier.Classify(UserText.TryCreate(corpus.Sensitive(CorpusGenerator.Types[taints.Count % CorpusGenerator.Types.Count]).Text, out _)!));
            for (; replies < (session + 1) * 6000; replies++) wrong += new LeakCheck(new LeakCheckOptions()).Check(corpus.Harmless().Text, taints).Redactions;
        }

        output.WriteLine($"{wrong} false redactions in {replies} replies");
        Assert.True(wrong <= replies / 1000, $"{wrong} false redactions in {replies} replies");
    }

    private static Dictionary<string, int> Counter() => CorpusGenerator.Types.ToDictionary(type => type, _ => 0);

    private static double Share(int right, int wrong) => right + wrong == 0 ? 0 : (double)right / (right + wrong);

    private static double Overlap(SensitiveSpan finding, Sample sample) =>
        Math.Max(0, Math.Min(finding.End, sample.End) - Math.Max(finding.Start, sample.Start)) / (double)(sample.End - sample.Start);
}
