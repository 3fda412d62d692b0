using System.Diagnostics;

namespace SafeClaw.Privacy.Tests;

/// <summary>The classifier as a whole: fails closed, stays fast, adds up over a session.</summary>
public sealed class ClassifierTests
{
    private static readonly Classifier Classifier = new(new ClassifierOptions());

    [Fact]
    public void Of_findings_that_overlap_the_higher_level_and_then_the_longer_one_wins()
    {
        var finding = Assert.Single(Classifier.Classify(Text("my password is 4111111111111111")).Findings);
        Assert.Equal(SensitivityLevel.HighlySensitive, finding.Level);
    }

    [Fact]
    public void An_ignored_type_is_not_reported()
    {
        var classifier = new Classifier(new ClassifierOptions { Ignored = new HashSet<string> { "email" } });
        Assert.Empty(classifier.Classify(Text("ada@example.com")).Findings);
    }

    [Fact]
    public void A_card_number_in_four_messages_is_found_with_the_fourth()
    {
        var risk = new SessionRisk();
        foreach (var part in new[] { "it starts with 4111", "then 1111", "1111" }) Assert.Equal(SensitivityLevel.Normal, Classifier.Classify(Text(part), risk).Level);
        var last = Classifier.Classify(Text("and 1111 at the end"), risk);
        Assert.Equal("payment-card", Assert.Single(last.Findings).Type);
        Assert.Equal("4111111111111111", Assert.Single(last.Assembled).Value);
    }

    [Fact]
    public void Figures_of_ordinary_talk_add_up_to_nothing()
    {
        var risk = new SessionRisk();
        foreach (var text in new[] { "we meet at 10 30", "in room 4021", "bring 12 copies", "and call 2 people", "by 2026 11 24" })
            Assert.Equal(SensitivityLevel.Normal, Classifier.Classify(Text(text), risk).Level);
    }

    [Fact]
    [Trait("neg", "L05")]
    public void A_rule_that_fails_makes_the_whole_text_highly_sensitive()
    {
        var classified = new Classifier(new ClassifierOptions(), [new Broken()]).Classify(Text("hello"));
        Assert.Equal(SensitivityLevel.HighlySensitive, classified.Level);
        Assert.Equal((Classifier.Unclassified, 0, 5), (classified.Findings[0].Type, classified.Findings[0].Start, classified.Findings[0].End));
    }

    /// <summary>The bound is generous because tests share the machine; docs/privacy.md has the measured figures.</summary>
    [Theory]
    [InlineData("1 ")]
    [InlineData("4111 ")]
    [InlineData("a@")]
    [InlineData("a.b")]
    [InlineData("::1")]
    [InlineData("password is password is ")]
    [InlineData("eyJ")]
    [InlineData("1.1.1.1")]
    [InlineData("-----BEGIN ")]
    [InlineData("+1 (")]
    [InlineData("DE89 ")]
    [InlineData("AKIA")]
    [InlineData("token ")]
    [InlineData("call 1234567 ")]
    [InlineData("tel 0171 234567 ")]
    [InlineData("abandon ability ")]
    [InlineData("12 rue de la ")]
    [InlineData("I was diagnosed with ")]
    [InlineData("市路1号")]
    [InlineData("A123456(3) 12.345.678-5 ")]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa ")]
    [InlineData("://a:b")]
    [Trait("neg", "L05")]
    public void Ten_kilobytes_of_hostile_text_take_no_more_than_a_moment(string piece)
    {
        var text = Text(string.Concat(Enumerable.Repeat(piece, 10_240 / piece.Length)));
        Classifier.Classify(text);
        var best = Enumerable.Range(0, 3).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Classifier.Classify(text);
            return watch.Elapsed;
        });
        Assert.True(best < TimeSpan.FromMilliseconds(150), $"{best.TotalMilliseconds} ms");
    }

    [Fact]
    [Trait("neg", "L07")]
    public void No_type_here_prints_the_text_it_carries()
    {
        const string canary = "canary 4111 1111 1111 1111";
        var text = Text(canary);
        var classified = Classifier.Classify(text);
        var taints = new TaintRegistry();
        taints.Add(classified);
        foreach (var value in new object[] { text, classified, taints, new StoredReply(canary), new LeakCheck(new LeakCheckOptions()).Check(canary, new TaintRegistry()) })
            Assert.DoesNotContain("4111", value.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_text_that_is_none_is_refused(string? text)
    {
        Assert.Null(UserText.TryCreate(text, out var problem));
        Assert.NotEmpty(problem);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_text()
    {
        Assert.Null(UserText.TryCreate("a\ud800b", out _));
        Assert.Null(UserText.TryCreate((byte[])[0x61, 0xED, 0xA0, 0x80], out _));
        Assert.NotNull(UserText.TryCreate("a\ud83d\ude00b", out _));
    }

    [Fact]
    public void The_longest_text_has_256_KiB()
    {
        Assert.NotNull(UserText.TryCreate(new string('ä', UserText.MaxBytes / 2), out _));
        Assert.Null(UserText.TryCreate(new string('ä', (UserText.MaxBytes / 2) + 1), out _));
    }

    private static UserText Text(string text) => UserText.TryCreate(text, out _)!;

    private sealed class Broken : Detector
    {
        public override void Find(Scan scan, List<SensitiveSpan> found) => throw new InvalidOperationException();
    }
}
