namespace SafeClaw.Privacy.Tests;

/// <summary>Published examples of identity numbers and wallets, and the same with a wrong check digit.</summary>
public sealed class NationalNumberTests
{
    private static readonly Classifier Classifier = new(new ClassifierOptions());

    [Theory]
    [InlineData("my Steuer-ID is 86 095 742 719", "86 095 742 719")]
    [InlineData("SIN 130 692 544 for the form", "130 692 544")]
    [InlineData("mijn BSN is 111222333", "111222333")]
    [InlineData("o meu NIF é 123456789", "123456789")]
    [InlineData("TFN: 123 456 782", "123 456 782")]
    [InlineData("Aadhaar 2341 2341 2346", "2341 2341 2346")]
    [InlineData("meu CPF 529.982.247-25", "529.982.247-25")]
    [InlineData("PESEL 44051401359", "44051401359")]
    [InlineData("personnummer 811218-9876", "811218-9876")]
    [InlineData("CPR 070761-4285", "070761-4285")]
    [InlineData("マイナンバー 1234 5678 9018", "1234 5678 9018")]
    [InlineData("rijksregisternummer 85.07.30-033.28", "85.07.30-033.28")]
    [InlineData("TC Kimlik No 10000000146", "10000000146")]
    [InlineData("AHV 756.9217.0769.85", "756.9217.0769.85")]
    [InlineData("SA ID 8001015009087", "8001015009087")]
    [InlineData("numéro de sécu 2 55 08 14 168 025 38", "2 55 08 14 168 025 38")]
    [InlineData("NHS number 943 476 5919", "943 476 5919")]
    [InlineData("ИНН 500100732259", "500100732259")]
    [InlineData("my NI number AB 12 34 56 C thanks", "AB 12 34 56 C")]
    [InlineData("DNI 12345678Z", "12345678Z")]
    [InlineData("NIE X1234567L", "X1234567L")]
    [InlineData("codice RSSMRA85T10A562S", "RSSMRA85T10A562S")]
    [InlineData("hetu 131052-308T", "131052-308T")]
    [Trait("neg", "L04")]
    public void A_published_example_is_found(string text, string value) => Assert.Equal(("national-id", value), Only(text));

    [Theory]
    [InlineData("my Steuer-ID is 86 095 742 718")]
    [InlineData("mijn BSN is 111222334")]
    [InlineData("TFN: 123 456 783")]
    [InlineData("Aadhaar 2341 2341 2347")]
    [InlineData("meu CPF 529.982.247-26")]
    [InlineData("PESEL 44051401358")]
    [InlineData("SA ID 8001015009088")]
    [InlineData("NHS number 943 476 5918")]
    [InlineData("DNI 12345678A")]
    [InlineData("codice RSSMRA85T10A562T")]
    [InlineData("hetu 131052-308U")]
    [InlineData("part 111222333 of the order")]
    [InlineData("invoice 44051401359")]
    [Trait("neg", "L04")]
    public void A_wrong_check_digit_or_no_word_for_it_is_none(string text) => Assert.DoesNotContain(Classify(text).Findings, f => f.Type == "national-id");

    [Theory]
    [InlineData("send to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4 please", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")]
    [InlineData("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")]
    [InlineData("eth 0x52908400098527886E0F7030069857D2E4169EE7", "0x52908400098527886E0F7030069857D2E4169EE7")]
    public void A_wallets_address_is_found(string text, string value) => Assert.Equal(("crypto-address", value), Only(text));

    [Theory]
    [InlineData("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")]
    [InlineData("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")]
    [InlineData("0x52908400098527886E0F7030069857D2E4169EE")]
    public void A_wrong_checksum_is_no_wallet(string text) => Assert.Empty(Classify(text).Findings);

    [Theory]
    [InlineData("my recovery phrase is abandon ability able about above absent absorb abstract absurd abuse access accident", "seed-phrase")]
    [InlineData("legal winner thank year wave sausage worth useful legal winner thank yellow", "seed-phrase")]
    [InlineData("I was born on 12 March 1985", "date-of-birth")]
    [InlineData("DOB: 03/12/1985", "date-of-birth")]
    [InlineData("我的生日是1985年3月12日", "date-of-birth")]
    [InlineData("ich bin geboren am 12.03.1985", "date-of-birth")]
    [InlineData("I live at 221B Baker Street", "postal-address")]
    [InlineData("ship it to 1600 Pennsylvania Avenue NW", "postal-address")]
    [InlineData("Hauptstraße 12a, 10115 Berlin", "postal-address")]
    [InlineData("12 rue de la Paix", "postal-address")]
    [InlineData("Calle de Alcalá 45", "postal-address")]
    [InlineData("我住在北京市朝阳区建国路88号", "postal-address")]
    [InlineData("I have been diagnosed with diabetes", "medical")]
    [InlineData("我确诊了糖尿病", "medical")]
    [InlineData("my salary is $85,000", "financial")]
    [InlineData("my bank account number is 12345678", "financial")]
    [InlineData("my passport number is X12345678", "passport")]
    [InlineData("driver's license D1234567", "drivers-license")]
    [InlineData("mein Passwort ist hunter2299", "password")]
    [InlineData("mi contraseña es hunter2299", "password")]
    public void What_is_told_in_words_is_found(string text, string type) => Assert.Contains(Classify(text).Findings, f => f.Type == type);

    [Theory]
    [InlineData("the shop was born out of an idea in 1985")]
    [InlineData("what are the symptoms of diabetes?")]
    [InlineData("average salaries rose by 3 %")]
    [InlineData("we walked 12 miles along the road and 3 streets")]
    [InlineData("passport control took 45 minutes")]
    [InlineData("please tell me how the weather was for them when they had been there")]
    public void Talk_about_such_things_is_not(string text) => Assert.Empty(Classify(text).Findings);

    private static (string, string) Only(string text)
    {
        var finding = Assert.Single(Classify(text).Findings);
        return (finding.Type, text[finding.Start..finding.End]);
    }

    private static ClassifiedText Classify(string text) => Classifier.Classify(UserText.TryCreate(text, out _)!);
}
