namespace SafeClaw.Privacy.Tests;

/// <summary>What is found, and what only looks like it. Each row: the type, the text, the value that must be found in it.</summary>
public sealed class DetectorTests
{
    private static readonly Classifier Classifier = new(new ClassifierOptions());

    [Theory]
    [InlineData("payment-card", "pay with 4111 1111 1111 1111 please", "4111 1111 1111 1111")]
    [InlineData("payment-card", "4111111111111111", "4111111111111111")]
    [InlineData("payment-card", "card:4111-1111-1111-1111.", "4111-1111-1111-1111")]
    [InlineData("payment-card", "visa 4111.1111.1111.1111", "4111.1111.1111.1111")]
    [InlineData("payment-card", "amex 3782 822463 10005", "3782 822463 10005")]
    [InlineData("payment-card", "mc 5555 5555 5555 4444", "5555 5555 5555 4444")]
    [InlineData("payment-card", "mc 2223 0031 2200 3222", "2223 0031 2200 3222")]
    [InlineData("payment-card", "union 6200 0000 0000 0005", "6200 0000 0000 0005")]
    [InlineData("payment-card", "diners 3056 930902 5904", "3056 930902 5904")]
    [InlineData("payment-card", "full ４１１１ １１１１ １１１１ １１１１ width", "４１１１ １１１１ １１１１ １１１１")]
    [InlineData("payment-card", "卡号4111111111111111，谢谢", "4111111111111111")]
    [InlineData("api-key", "key AKIAIOSFODNN7EXAMPLE ok", "AKIAIOSFODNN7EXAMPLE")]
    [InlineData("api-key", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "ghp_16C7e42F292c6912E7710c838347Ae178B4a")]
    [InlineData("api-key", "use sk-proj-abcdEFGH1234ijklMNOP5678 now", "sk-proj-abcdEFGH1234ijklMNOP5678")]
    [InlineData("api-key", "stripe sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_4eC39HqLyjWDarjtT1zdp7dc")]
    [InlineData("api-key", "api_key = Zx81kLmQ0pR7sT2v", "Zx81kLmQ0pR7sT2v")]
    [InlineData("password", "my password is hunter22!", "hunter22")]
    [InlineData("password", "Password: correct-horse-battery", "correct-horse-battery")]
    [InlineData("password", "the wifi pwd = s3cr3t99", "s3cr3t99")]
    [InlineData("password", "我的密码是abc12345", "abc12345")]
    [InlineData("production-credential", "the prod password is hunter22", "hunter22")]
    [InlineData("ssn", "ssn 536-90-4399", "536-90-4399")]
    [InlineData("ssn", "my social security number is 536904399", "536904399")]
    [InlineData("national-id", "身份证 11010519491231002X", "11010519491231002X")]
    [InlineData("iban", "to DE89 3704 0044 0532 0130 00 today", "DE89 3704 0044 0532 0130 00")]
    [InlineData("iban", "GB29NWBK60161331926819", "GB29NWBK60161331926819")]
    [InlineData("email", "write to ada.lovelace+x@example.co.uk.", "ada.lovelace+x@example.co.uk")]
    [InlineData("phone", "call +47 22 12 34 56", "+47 22 12 34 56")]
    [InlineData("phone", "call me at (415) 555-2671", "(415) 555-2671")]
    [InlineData("ip-address", "host 192.168.17.4 is down", "192.168.17.4")]
    [InlineData("ip-address", "at 2001:db8::8a2e:370:7334 now", "2001:db8::8a2e:370:7334")]
    [InlineData("jwt", "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U")]
    [Trait("neg", "L04")]
    public void A_value_is_found_where_it_stands(string type, string text, string value)
    {
        var finding = Assert.Single(Classify(text).Findings);
        Assert.Equal((type, value), (finding.Type, text[finding.Start..finding.End]));
    }

    [Fact]
    public void A_private_key_is_critical_to_its_end_line()
    {
        const string key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY/PuoAoGCCqGSM49\n-----END EC PRIVATE KEY-----";
        var classified = Classify($"here: {key} thanks");
        var finding = Assert.Single(classified.Findings);
        Assert.Equal(("private-key", SensitivityLevel.Critical, 6, 6 + key.Length), (finding.Type, classified.Level, finding.Start, finding.End));
    }

    [Theory]
    [InlineData("hello, what can you do?")]
    [InlineData("4111 1111 1111 1112 fails the check digit")]
    [InlineData("order 4111-1111 of 2024-03-01")]
    [InlineData("call it version 1.2.3.4 or v10.0.0.1")]
    [InlineData("commit 9fceb02d0ae598e95dc970b74767f19372d61af8")]
    [InlineData("meet at 59.9139, 10.7522 at 12:30:45")]
    [InlineData("id 123e4567-e89b-12d3-a456-426614174000")]
    [InlineData("my password is wrong, please reset it")]
    [InlineData("the password is required for the login")]
    [InlineData("000-12-3456 and 666-12-3456 and 900-12-3456 were never issued")]
    [InlineData("DE89 3704 0044 0532 0130 01")]
    [InlineData("it costs 1,234,567.89 or 4.111.111 of them")]
    [InlineData("user@localhost and a @mention")]
    [InlineData("0000 0000 0000 0000")]
    [InlineData("What time is it in Oslo?")]
    [InlineData("Tracking 1Z999AA10123456784, invoice INV-20240301-0042")]
    [Trait("neg", "L04")]
    public void A_look_alike_is_not_found(string text) => Assert.Empty(Classify(text).Findings);

    [Theory]
    [InlineData("call me at 415-555-2671 or ada@example.com", SensitivityLevel.Sensitive)]
    [InlineData("4111 1111 1111 1111 from ada@example.com", SensitivityLevel.HighlySensitive)]
    [InlineData("good morning", SensitivityLevel.Normal)]
    public void The_level_of_a_text_is_its_highest_findings(string text, SensitivityLevel level) => Assert.Equal(level, Classify(text).Level);

    private static ClassifiedText Classify(string text) => Classifier.Classify(UserText.TryCreate(text, out _)!);
}
