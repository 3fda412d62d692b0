using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SafeClaw.Privacy;

/// <summary>
/// The hash chain of one host's audit log: each line carries HMAC-SHA-256 over its own content and the line before, under a key that only the host has.
/// Whoever has the file but not the key can neither edit, drop (but at the end, see <see cref="AuditHead"/>) nor reorder a line unseen.
/// </summary>
public sealed class AuditChain
{
    /// <summary>Key size in bytes.</summary>
    public const int KeyBytes = 32;

    private static readonly string Genesis = new('0', 64);

    private readonly byte[] _key;

    /// <summary>Begins after <paramref name="head"/>; null begins a new log.</summary>
    public AuditChain(ReadOnlySpan<byte> key, AuditHead? head = null)
    {
        if (key.Length != KeyBytes) throw new ArgumentException($"The key has {KeyBytes} bytes.", nameof(key));
        _key = key.ToArray();
        Head = head ?? new AuditHead(0, Genesis);
    }

    /// <summary>The last line's number and hash; keeping it elsewhere makes a cut-off end visible too.</summary>
    public AuditHead Head { get; private set; }

    /// <summary>The keyed tag of a session: the same for the same session, and nothing to anybody without the key.</summary>
    public string Tag(string session) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"session\0{session}")))[..32];

    /// <summary>The next line, without its line break.</summary>
    public string Append(AuditEntry entry, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var line = new AuditLine(Head.Seq + 1, at, entry.Kind, entry.Session, entry.Generation, entry.Facts, Head.Hash, "");
        line = line with { Hash = HashOf(line) };
        Head = new AuditHead(line.Seq, line.Hash);
        return JsonSerializer.Serialize(line, AuditJson.Default.AuditLine);
    }

    /// <summary>Reads a whole log. Null if every line is where and what it was; else what is wrong, with the line's number.</summary>
    /// <param name="lines">The log's lines.</param>
    /// <param name="key">The host's key.</param>
    /// <param name="expected">A line that was the last one at some time, if one is known: finds lines cut off the end.</param>
    /// <param name="head">The last line that holds.</param>
    public static string? Verify(IEnumerable<string> lines, ReadOnlySpan<byte> key, AuditHead? expected, out AuditHead head)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var chain = new AuditChain(key);
        head = chain.Head;
        var number = 0;
        foreach (var text in lines)
        {
            number++;
            if (Read(text) is not { } line) return $"Line {number} is not a line of an audit log.";
            if (line.Seq != head.Seq + 1) return $"Line {number} has the number {line.Seq}; {head.Seq + 1} should follow: lines were dropped or reordered.";
            if (line.Previous != head.Hash) return $"Line {number} does not follow the line before it: lines were dropped or reordered.";
            if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(line.Hash), Encoding.ASCII.GetBytes(chain.HashOf(line with { Hash = "" })))) return $"Line {number} was edited.";
            head = new AuditHead(line.Seq, line.Hash);
            if (head.Seq == expected?.Seq && head != expected) return $"Line {number} is another one than was written.";
        }

        return expected is null || head.Seq >= expected.Seq ? null : $"The log ends with line {head.Seq}; it had {expected.Seq}: lines were cut off.";
    }

    /// <summary>Number and hash of a line; null if it is none. Says nothing about whether they are true.</summary>
    public static AuditHead? HeadOf(string line) => Read(line) is { } read ? new AuditHead(read.Seq, read.Hash) : null;

    private static AuditLine? Read(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, AuditJson.Default.AuditLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string HashOf(AuditLine line) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, JsonSerializer.SerializeToUtf8Bytes(line, AuditJson.Default.AuditLine)));
}

/// <summary>The end of an audit log.</summary>
/// <param name="Seq">Number of the last line, from 1; 0 for an empty log.</param>
/// <param name="Hash">Its hash, 64 hex digits.</param>
public sealed record AuditHead(long Seq, string Hash);
