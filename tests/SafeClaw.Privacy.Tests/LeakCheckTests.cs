using System.Net;
using System.Text;
using CsCheck;

namespace SafeClaw.Privacy.Tests;

/// <summary>No tainted value leaves, in whichever listed encoding and however a stream is cut.</summary>
public sealed class LeakCheckTests
{
    private static readonly LeakCheck Check = new(new LeakCheckOptions());

    private static readonly string[] Values =
    [
        "4111 1111 1111 1111", "hunter22!", "correct-horse-battery", "Zx81kLmQ0pR7sT2v", "ada.lovelace@example.com", "密码是蓝天白云大海二〇二六", "!@#$%^&*()", "pässwörd-ÆØÅ", "a1b2c3d4",
        "DE89 3704 0044 0532 0130 00", "AKIAIOSFODNN7EXAMPLE", "s3:{\"k\":\"v/w+x=\"}",
    ];

    private static readonly Dictionary<string, Func<string, string>> Encodings = new()
    {
        ["plain"] = v => v,
        ["upper"] = v => v.ToUpperInvariant(),
        ["lower"] = v => v.ToLowerInvariant(),
        ["reversed"] = v => new string([.. v.Reverse()]),
        ["base64 aligned 0"] = v => Convert.ToBase64String(Encoding.UTF8.GetBytes(v)),
        ["base64 aligned 1"] = v => Convert.ToBase64String(Encoding.UTF8.GetBytes("x" + v + "yz")),
        ["base64 aligned 2"] = v => Convert.ToBase64String(Encoding.UTF8.GetBytes("xx" + v + "y")),
        ["base64url"] = v => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(v)),
        ["base64 in lines"] = v => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{new string('x', 53)}{v} and more text behind it for another line or two of it"), Base64FormattingOptions.InsertLineBreaks),
        ["hex"] = v => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(v)),
        ["HEX with colons"] = v => string.Join(':', Encoding.UTF8.GetBytes(v).Select(b => b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture))),
        ["URL"] = Uri.EscapeDataString,
        ["URL, every byte"] = v => string.Concat(Encoding.UTF8.GetBytes(v).Select(b => $"%{b:X2}")),
        ["URL twice"] = v => Uri.EscapeDataString(Uri.EscapeDataString(v)),
        ["JSON"] = v => System.Text.Json.JsonSerializer.Serialize(v)[1..^1],
        ["JSON, every unit"] = v => string.Concat(v.Select(c => $"\\u{(int)c:x4}")),
        ["HTML"] = WebUtility.HtmlEncode,
        ["HTML, every sign"] = v => string.Concat(v.EnumerateRunes().Select(r => $"&#{r.Value};")),
        ["HTML hex"] = v => string.Concat(v.EnumerateRunes().Select(r => $"&#x{r.Value:X};")),
    };

    /// <summary>Only for values with enough letters and digits: separators between the signs of "!@#" make another value of it.</summary>
    private static readonly Dictionary<string, Func<string, string>> Separations = new()
    {
        ["spaces"] = v => string.Join(' ', v.AsEnumerable()),
        ["three dashes"] = v => string.Join("---", v.Where(char.IsLetterOrDigit)),
        ["zero width"] = v => string.Join('\u200B', v.AsEnumerable()),
        ["line breaks"] = v => string.Join('\n', v.Where(char.IsLetterOrDigit)),
        ["full width"] = v => string.Concat(v.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c)),
    };

    public static TheoryData<string, string> Matrix()
    {
        var data = new TheoryData<string, string>();
        foreach (var value in Values)
        {
            foreach (var encoding in Encodings.Keys) data.Add(value, encoding);
            if (value.Count(char.IsLetterOrDigit) < 8) continue;
            foreach (var separation in Separations.Keys) data.Add(value, separation);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    [Trait("neg", "L01")]
    [Trait("neg", "L02")]
    [Trait("neg", "L03")]
    public void A_value_is_found_in_every_listed_encoding_wherever_the_stream_is_cut(string value, string encoding)
    {
        var encoded = (Encodings.GetValueOrDefault(encoding) ?? Separations[encoding])(value);
        var reply = $"Well, {encoded}, that is it.";
        var taints = Tainted(value);
        var whole = Check.Check(reply, taints);
        Assert.True(whole.Redactions >= 1, $"{encoded} passed");
        Assert.StartsWith("Well, ", whole.Text, StringComparison.Ordinal);
        Assert.EndsWith("that is it.", whole.Text, StringComparison.Ordinal);

        for (var cut = 1; cut < reply.Length; cut++)
        {
            var filter = Check.Open(taints);
            var (first, second, rest) = (filter.Push(reply[..cut]), filter.Push(reply[cut..]), filter.Complete());
            Assert.Equal(whole.Text, first.Text + second.Text + rest.Text);
        }

        var single = Check.Open(taints);
        Assert.Equal(whole.Text, string.Concat(reply.Select(c => single.Push(c.ToString()).Text)) + single.Complete().Text);
    }

    [Fact]
    [Trait("neg", "L03")]
    public void A_value_split_over_two_replies_of_a_session_is_cut_where_the_second_half_begins()
    {
        const string value = "hunter22-and-more";
        for (var cut = 1; cut < value.Length; cut++)
        {
            var taints = Tainted(value);
            var first = Check.Check("it begins " + value[..cut], taints);
            var second = Check.Check(value[cut..] + " and ends", taints);
            Assert.Equal(value[..cut], first.Text["it begins ".Length..]);
            Assert.Equal("[redacted value] and ends", second.Text);
            Assert.Equal("no more of it", Check.Check("no more of it", taints).Text);
        }
    }

    [Theory]
    [InlineData("pin 7431 ok", "7431", 1)]
    [InlineData("pin (7431)", "7431", 1)]
    [InlineData("7431", "7431", 1)]
    [InlineData("number 174319", "7431", 0)]
    [InlineData("abc", "abc", 0)]
    public void A_short_value_counts_only_as_a_word(string reply, string value, int redactions) => Assert.Equal(redactions, Check.Check(reply, Tainted(value)).Redactions);

    [Fact]
    public void The_held_back_part_is_bounded_and_what_is_passed_on_never_contains_the_value()
    {
        const string value = "hunter22-and-more";
        Gen.Select(Gen.OneOf(Gen.Const(value), Gen.Const("hunter"), Gen.Const("%68%75"), Gen.Const("   "), Gen.Const("\\u0068"), Gen.String[Gen.Char['a', 'z'], 0, 12]).List[0, 30], Gen.Int[1, 9])
            .Sample((pieces, step) =>
            {
                var reply = string.Concat(pieces);
                var filter = Check.Open(Tainted(value));
                var shown = new StringBuilder();
                for (var at = 0; at < reply.Length; at += step)
                {
                    shown.Append(filter.Push(reply.Substring(at, Math.Min(step, reply.Length - at))).Text);
                    Assert.True(filter.HeldBack <= (8 * value.Length) + 64);
                }

                shown.Append(filter.Complete().Text);
                Assert.DoesNotContain(value, shown.ToString(), StringComparison.OrdinalIgnoreCase);
                Assert.Equal(0, filter.HeldBack);
            }, iter: 2000);
    }

    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog at 12:30, order 20240301, https://example.org/a%20b?c=%2Fd&amp;e and \\n done.")]
    [InlineData("{\"ok\":true,\"text\":\"line\\u00e9 \\\\ \\\"q\\\"\"} &lt;b&gt; 100%")]
    [InlineData("")]
    public void A_clean_text_passes_unchanged(string reply)
    {
        var taints = Tainted([.. Values]);
        Assert.Equal(reply, Check.Check(reply, taints).Text);
        var filter = Check.Open(taints);
        Assert.Equal(reply, string.Concat(reply.Select(c => filter.Push(c.ToString()).Text)) + filter.Complete().Text);
    }

    [Fact]
    public void A_card_is_masked_to_its_last_four_and_a_password_is_not_shown_at_all()
    {
        var taints = new TaintRegistry();
        taints.Add(Classified("pay with 4111 1111 1111 1111, my password is hunter2299"));
        Assert.Equal("****1111 and [redacted password]", Check.Check("4111-1111-1111-1111 and hunter2299", taints).Text);
    }

    [Fact]
    public void The_action_decides_what_is_shown()
    {
        var taints = new TaintRegistry();
        taints.Add(Classified("card 4111 1111 1111 1111"));
        taints.AddSecret("KEY", "super-secret-value"u8);
        const string reply = "4111111111111111 super-secret-value";
        Assert.Equal("[redacted payment-card] [redacted secret]", new LeakCheck(new LeakCheckOptions { Action = LeakAction.Redact }).Check(reply, taints).Text);
        Assert.Equal("4111111111111111 [redacted secret]", new LeakCheck(new LeakCheckOptions { Action = LeakAction.AllowOwner }).Check(reply, taints).Text);
        var blocked = new LeakCheck(new LeakCheckOptions { Action = LeakAction.Block }).Check(reply, taints);
        Assert.True(blocked.Blocked);
        Assert.Empty(blocked.Text);
    }

    [Fact]
    public void Values_that_overlap_in_a_reply_are_both_covered()
    {
        var taints = Tainted("ABCDEFGH1", "EFGH1JKLM");
        Assert.DoesNotContain("JKLM", Check.Check("see ABCDEFGH1JKLM there", taints).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_of_a_long_key_is_found_too()
    {
        var key = Convert.ToBase64String(Enumerable.Range(0, 1200).Select(i => (byte)((i * 7) ^ (i >> 3))).ToArray());
        Assert.True(Check.Check($"it begins {key[..300]} and so on", Tainted(key)).Redactions >= 1);
    }

    [Fact]
    public void A_registry_is_bounded_and_keeps_the_secrets()
    {
        var taints = new TaintRegistry();
        taints.AddSecret("KEY", "super-secret-value"u8);
        for (var i = 0; i < 2000; i++) taints.AddValue("password", Encoding.UTF8.GetBytes($"value number {i:d6} {new string('x', 60)}"));
        Assert.True(taints.Count < 1000);
        Assert.Equal(1, Check.Check("super-secret-value", taints).Redactions);
        Assert.True(Check.Check("value number 001999 " + new string('x', 60), taints).Redactions >= 1);
    }

    [Fact]
    public void A_kept_reply_is_checked_against_what_is_sensitive_now()
    {
        var reply = new StoredReply("the code is hunter2299");
        Assert.Equal(0, Check.Recheck(reply, new TaintRegistry()).Redactions);
        Assert.Equal(1, Check.Recheck(reply, Tainted("hunter2299")).Redactions);
    }

    private static TaintRegistry Tainted(params string[] values)
    {
        var taints = new TaintRegistry();
        foreach (var value in values) taints.AddValue("value", Encoding.UTF8.GetBytes(value));
        return taints;
    }

    private static ClassifiedText Classified(string text) => new Classifier(new ClassifierOptions()).Classify(UserText.TryCreate(text, out _)!);
}
