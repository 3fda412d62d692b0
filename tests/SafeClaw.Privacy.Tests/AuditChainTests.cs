namespace SafeClaw.Privacy.Tests;

/// <summary>An edited, dropped, reordered or cut-off line is found.</summary>
public sealed class AuditChainTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_whole_log_holds_and_can_be_continued()
    {
        var (lines, head) = Log(5);
        Assert.Null(AuditChain.Verify(lines, Key, head, out var found));
        Assert.Equal(head, found);
        var more = new AuditChain(Key, AuditChain.HeadOf(lines[^1]));
        lines.Add(more.Append(Entry(6), At));
        Assert.Null(AuditChain.Verify(lines, Key, more.Head, out _));
    }

    [Fact]
    public void Every_single_changed_character_is_found()
    {
        var (lines, head) = Log(3);
        for (var line = 0; line < lines.Count; line++)
            for (var at = 0; at < lines[line].Length; at += 7)
            {
                var edited = lines.ToList();
                edited[line] = $"{lines[line][..at]}{(char)(lines[line][at] ^ 1)}{lines[line][(at + 1)..]}";
                Assert.NotNull(AuditChain.Verify(edited, Key, head, out _));
            }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_dropped_line_is_found(int line)
    {
        var (lines, head) = Log(5);
        lines.RemoveAt(line);
        Assert.NotNull(AuditChain.Verify(lines, Key, head, out _));
    }

    [Fact]
    public void Reordered_doubled_and_foreign_lines_are_found()
    {
        var (lines, head) = Log(4);
        Assert.NotNull(AuditChain.Verify([lines[0], lines[2], lines[1], lines[3]], Key, head, out _));
        Assert.NotNull(AuditChain.Verify([lines[0], lines[0], lines[1], lines[2], lines[3]], Key, head, out _));
        var other = new AuditChain(new byte[32]);
        Assert.NotNull(AuditChain.Verify([other.Append(Entry(1), At)], Key, null, out _));
        Assert.NotNull(AuditChain.Verify(["nonsense"], Key, null, out _));
    }

    [Fact]
    public void Lines_cut_off_the_end_are_found_by_the_kept_head()
    {
        var (lines, head) = Log(5);
        Assert.Null(AuditChain.Verify(lines[..3], Key, expected: null, out _));
        Assert.Contains("cut off", AuditChain.Verify(lines[..3], Key, head, out _), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sessions_tag_is_the_same_for_it_alone_and_useless_without_the_key()
    {
        var chain = new AuditChain(Key);
        Assert.Equal(chain.Tag("zelda:web:1"), chain.Tag("zelda:web:1"));
        Assert.NotEqual(chain.Tag("zelda:web:1"), chain.Tag("zelda:web:2"));
        Assert.NotEqual(chain.Tag("zelda:web:1"), new AuditChain(new byte[32]).Tag("zelda:web:1"));
        Assert.DoesNotContain("zelda", chain.Append(new AuditEntry("classified", chain.Tag("zelda:web:1"), null, new Dictionary<string, string>()), At), StringComparison.Ordinal);
    }

    private static (List<string> Lines, AuditHead Head) Log(int count)
    {
        var chain = new AuditChain(Key);
        var lines = Enumerable.Range(1, count).Select(n => chain.Append(Entry(n), At.AddSeconds(n))).ToList();
        return (lines, chain.Head);
    }

    private static AuditEntry Entry(int n) => new("classified", new string('a', 32), n % 2 == 0 ? "00-1" : null, new Dictionary<string, string> { ["level"] = "Normal", ["n"] = $"{n}" });
}
