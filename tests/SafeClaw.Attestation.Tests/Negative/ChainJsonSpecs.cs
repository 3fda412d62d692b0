using System.Text;

namespace SafeClaw.Attestation.Tests;

/// <summary>The chain extension's JSON: one documented form, and everything else malformed, never "no chain".</summary>
public sealed class ChainJsonSpecs
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"vcek":[],"ask":[],"ark":[]}""")]
    [Trait("neg", "C01")]
    public void An_empty_chain_is_read_as_one(string json)
    {
        Assert.Null(ChainJson.TryRead(Encoding.UTF8.GetBytes(json), out var chain));
        Assert.True(chain!.Vcek.IsEmpty && chain.Ask.IsEmpty && chain.Ark.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{\"vcek\":null}")]
    [InlineData("{\"vcek\":{}}")]
    [InlineData("{\"VCEK\":[48]}")]
    [InlineData("{\"vcek\":[48],\"more\":[1]}")]
    [InlineData("{\"vcek\":[48]} ,")]
    [InlineData("{\"vcek\":[48]}{}")]
    [InlineData("{\"vcek\":[48],}")]
    [InlineData("{\"vcek\":[48,]}")]
    [InlineData("{\"vcek\":[48]")]
    [Trait("neg", "C03")]
    public void Another_shape_is_malformed(string json) => Malformed(json);

    [Theory]
    [InlineData("-1")]
    [InlineData("256")]
    [InlineData("1.5")]
    [InlineData("1e2")]
    [InlineData("1.0")]
    [InlineData("-0")]
    [InlineData("\"1\"")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("true")]
    [Trait("neg", "C04")]
    public void A_byte_is_a_whole_number_from_0_to_255(string value) => Malformed($"{{\"vcek\":[48,{value}]}}");

    [Theory]
    [InlineData("{\"vcek\":[1],\"vcek\":[2]}")]
    [InlineData("{\"vcek\":[1],\"vc\\u0065k\":[2]}")]
    [Trait("neg", "C05")]
    public void A_member_given_twice_is_malformed(string json) => Malformed(json);

    [Fact]
    [Trait("neg", "C06")]
    public void Size_and_depth_are_bounded()
    {
        Malformed("{\"vcek\":[" + string.Join(',', Enumerable.Repeat("1", 1_000_000)) + "]}");
        Malformed("{\"vcek\":" + new string('[', 65) + new string(']', 65) + "}");
    }

    [Fact]
    [Trait("neg", "C07")]
    public void Base64_is_not_the_certificate_extensions_form() => Malformed("{\"vcek\":\"MIIB\"}");

    private static void Malformed(string json) => Assert.NotNull(ChainJson.TryRead(Encoding.UTF8.GetBytes(json), out _));
}
