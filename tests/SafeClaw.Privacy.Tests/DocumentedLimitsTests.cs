using System.Text;

namespace SafeClaw.Privacy.Tests;

/// <summary>What is not covered is said so, and is still true: a limit that fell should leave the document.</summary>
public sealed class DocumentedLimitsTests
{
    private static readonly string Privacy = Document("privacy.md");

    [Theory]
    [InlineData("compressed")]
    [InlineData("translated")]
    [InlineData("spelled-out")]
    [InlineData("ROT13")]
    [InlineData("base32")]
    [InlineData("quoted-printable")]
    [InlineData("homoglyphs")]
    [Trait("neg", "L02")]
    public void A_leak_that_is_not_found_is_listed(string limit) => Assert.Contains(limit, Privacy, StringComparison.Ordinal);

    [Fact]
    [Trait("neg", "L06")]
    public void A_way_around_classification_is_listed_and_still_one()
    {
        Assert.Contains("a card number in base64", Privacy, StringComparison.Ordinal);
        Assert.Contains("spelled out", Privacy, StringComparison.Ordinal);
        var classifier = new Classifier(new ClassifierOptions());
        foreach (var way in new[] { Convert.ToBase64String(Encoding.UTF8.GetBytes("4111 1111 1111 1111")), "four one one one, one one one one, one one one one, one one one one" })
            Assert.Empty(classifier.Classify(UserText.TryCreate(way, out _)!).Findings);
    }

    [Fact]
    [Trait("neg", "L11")]
    [Trait("neg", "L12")]
    public void Swap_and_sizes_are_named_where_the_promises_are()
    {
        var security = Document("security.md");
        Assert.Contains("encrypted swap", security, StringComparison.Ordinal);
        Assert.Contains("Nothing is padded", security, StringComparison.Ordinal);
    }

    private static string Document(string name) => File.ReadAllText(Path.Combine(Repository.Root, "docs", name));
}
