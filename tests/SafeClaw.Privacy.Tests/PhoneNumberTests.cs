namespace SafeClaw.Privacy.Tests;

/// <summary>Telephone numbers as people of many countries write them, and figures that are none.</summary>
public sealed class PhoneNumberTests
{
    private static readonly Classifier Classifier = new(new ClassifierOptions());

    [Theory]
    [InlineData("+44 7911 123456")]
    [InlineData("+49 (0)30 901820")]
    [InlineData("0049 171 2345678")]
    [InlineData("011 44 20 7946 0018")]
    [InlineData("(0171) 2345678")]
    [InlineData("06 12 34 56 78")]
    [InlineData("01.42.68.53.00")]
    [InlineData("07911 123456")]
    [InlineData("090-1234-5678")]
    [InlineData("010-1234-5678")]
    [InlineData("0412 345 678")]
    [InlineData("138 1234 5678")]
    [InlineData("8 (916) 123-45-67")]
    [InlineData("+7 (495) 123-45-67")]
    [InlineData("(11) 91234-5678")]
    [InlineData("(202)555-0143")]
    [InlineData("1-800-555-0199")]
    [InlineData("+54 9 11 1234-5678")]
    [InlineData("+234 803 123 4567")]
    [InlineData("+971 50 123 4567")]
    [InlineData("+852 5123 4567")]
    [Trait("neg", "L04")]
    public void A_number_is_found_by_the_way_it_is_written(string number) => Assert.Equal(number, Only($"it is {number}, thanks"));

    [Theory]
    [InlineData("mobile no 9876543210", "9876543210")]
    [InlineData("Meine Nummer: 0151/23456789", "0151/23456789")]
    [InlineData("telefoon 06-12345678", "06-12345678")]
    [InlineData("numero: 347 1234567", "347 1234567")]
    [InlineData("2025550143 is my cell", "2025550143")]
    [InlineData("tel. 22 12 34 56", "22 12 34 56")]
    [InlineData("手机:13812345678", "13812345678")]
    [InlineData("тел. 8 916 123 45 67", "8 916 123 45 67")]
    [InlineData("reach me on 0803 123 4567", "0803 123 4567")]
    [Trait("neg", "L04")]
    public void A_number_is_found_by_the_words_around_it(string text, string number) => Assert.Equal(number, Only(text));

    [Theory]
    [InlineData("during 2023 2024 and 2025 2026 it rained")]
    [InlineData("the hotel has 1200 1300 rooms")]
    [InlineData("call 20240506 the release date")]
    [InlineData("call the function 3 times with 12345678 bytes")]
    [InlineData("tel aviv has 460613 people")]
    [InlineData("the phone has 128 GB and 6.1 inch")]
    [InlineData("01-02-2023 to 05-06-2023")]
    [InlineData("part 012 345 6789 0123 45")]
    [Trait("neg", "L04")]
    public void Figures_near_such_words_are_none(string text) => Assert.Empty(Classify(text).Findings);

    private static string Only(string text)
    {
        var finding = Assert.Single(Classify(text).Findings);
        Assert.Equal("phone", finding.Type);
        return text[finding.Start..finding.End];
    }

    private static ClassifiedText Classify(string text) => Classifier.Classify(UserText.TryCreate(text, out _)!);
}
