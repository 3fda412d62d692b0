using System.Buffers.Binary;
using System.Text;
using SafeClaw.Tee.Frames;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest.Tests.Server;

/// <summary>The frame generation of A3S clients on the same listener.</summary>
public sealed class FrameTests
{
    private static async Task<(FrameType Type, string Text)> AskAsync(GuestUnderTest guest, byte[] bytes, bool oneByOne = false)
    {
        await using var client = await guest.DialAsync();
        if (oneByOne) foreach (var b in bytes) await client.WriteAsync([b]);
        else await client.WriteAsync(bytes);
        var all = await client.ReadBytesToEndAsync();
        if (all.Length == 0) return (0, "");
        Assert.Equal(all.Length - 5, (int)BinaryPrimitives.ReadUInt32BigEndian(all.AsSpan(1)));
        return ((FrameType)all[0], Encoding.UTF8.GetString(all[5..]));
    }

    private static byte[] Data(string json) => new Frame(FrameType.Data, Encoding.UTF8.GetBytes(json)).ToBytes();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_status_frame_is_answered_however_it_is_cut(bool oneByOne)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var (type, text) = await AskAsync(guest, Data("""{"route":"status"}"""), oneByOne);
        Assert.Equal(FrameType.Data, type);
        Assert.StartsWith("""{"status":"ok","tee":true""", text);
    }

    [Fact]
    public async Task Turns_and_secrets_travel_in_frames()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal((FrameType.Data, """{"session_id":"a","content":"echo hi","success":true}"""),
            await AskAsync(guest, Data("""{"route":"process","payload":{"session_id":"a","content":"hi"}}""")));
        Assert.Equal((FrameType.Data, """{"injected":1}"""), await AskAsync(guest, Data("""{"route":"secrets","payload":{"secrets":[{"name":"A","value":"x"}]}}""")));
        Assert.Equal("x", File.ReadAllText(Path.Combine(guest.SecretsPath, "A")));
    }

    [Fact]
    public async Task A_failed_turn_is_an_error_frame_with_its_reply()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        guest.Agent.Answer = (r, _, _) => Task.FromResult(new ProcessReply(r.SessionId, "", false, "no agent", "INTERNAL"));
        var (type, text) = await AskAsync(guest, Data("""{"route":"process","payload":{"session_id":"a","content":"hi"}}"""));
        Assert.Equal(FrameType.Error, type);
        Assert.Contains("\"success\":false", text);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(0x1F)]
    [InlineData(0)]
    public async Task Anything_but_a_Data_frame_is_an_error(byte type)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal((FrameType.Error, "Expected Data frame"), await AskAsync(guest, [type, 0, 0, 0, 0]));
    }

    [Theory]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x80000000u)]
    [InlineData((4u << 20) + 1)]
    public async Task A_length_beyond_the_cap_allocates_nothing(uint length)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        await AskAsync(guest, Data("""{"route":"status"}"""));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        byte[] header = [1, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(1), length);
        Assert.Equal((FrameType.Error, "The frame is too long"), await AskAsync(guest, header));
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 2 << 20);
    }

    [Theory]
    [InlineData("""{"route":"nope"}""")]
    [InlineData("""{"route":"attest","payload":{}}""")]
    [InlineData("""{"route":"Status"}""")]
    [InlineData("""{"route":1}""")]
    [InlineData("""["status",null]""")]
    [InlineData("""{"route":"status","route":"process"}""")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"route":"process"}""")]
    [InlineData("""{"route":"process","payload":{"content":"x"}}""")]
    public async Task Requests_of_another_shape_are_errors(string json)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal(FrameType.Error, (await AskAsync(guest, Data(json))).Type);
        Assert.Empty(guest.Agent.Runs);
    }

    [Fact]
    public async Task A_frame_cut_off_by_the_end_is_dropped_and_one_that_stalls_times_out()
    {
        await using var guest = await GuestUnderTest.StartAsync(new GuestLimits { FrameTimeout = TimeSpan.FromMilliseconds(300) });
        await using (var client = await guest.DialAsync()) await client.WriteAsync([1, 0, 0, 0, 100, .. "{\"route\""u8]);
        await using var stalled = await guest.DialAsync();
        await stalled.WriteAsync([1, 0, 0, 0, 100]);
        Assert.Equal("", await stalled.ReadToEndAsync());
    }
}
