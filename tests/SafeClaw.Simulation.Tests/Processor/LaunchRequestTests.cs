using System.Text;
using SafeClaw.Tee;

namespace SafeClaw.Simulation.Tests;

public sealed class LaunchRequestTests
{
    private static readonly LaunchRequest Good = new(new('a', 96), new('0', 64), 0x30000);

    [Fact]
    public void A_launch_survives_its_line()
    {
        var line = Good.ToLine();
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.Equal($$"""{"measurement":"{{new string('a', 96)}}","host_data":"{{new string('0', 64)}}","policy":196608}""", line.TrimEnd());
        Assert.Equal(Good, LaunchRequest.TryParse(Encoding.UTF8.GetBytes(line.TrimEnd()), out var problem));
        Assert.Null(problem);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"measurement":null,"host_data":"HD","policy":196608}""")]
    [InlineData("""{"measurement":"MM","host_data":"HD"}""")]
    [InlineData("""{"measurement":"MM","host_data":"HD","policy":"196608"}""")]
    [InlineData("""{"measurement":"MM","host_data":"HD","policy":-1}""")]
    [InlineData("""{"measurement":"MM","host_data":"HD","policy":65536}""")]
    [InlineData("""{"measurement":"MM","host_data":"HD","policy":196608,"extra":1}""")]
    [InlineData("""{"measurement":"MM","measurement":"MM","host_data":"HD","policy":196608}""")]
    [InlineData("""{"measurement":"MM0","host_data":"HD","policy":196608}""")]
    [InlineData("""{"measurement":"MM","host_data":"hd","policy":196608}""")]
    public void Anything_else_is_refused_with_a_reason(string json)
    {
        var text = json.Replace("MM", new('a', 96), StringComparison.Ordinal).Replace("HD", new('0', 64), StringComparison.Ordinal).Replace("hd", new('A', 64), StringComparison.Ordinal);
        Assert.Null(LaunchRequest.TryParse(Encoding.UTF8.GetBytes(text), out var problem));
        Assert.False(string.IsNullOrEmpty(problem));
    }
}
