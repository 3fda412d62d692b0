using System.Globalization;
using System.Security.Cryptography;
using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>The audit log of one data directory: <c>audit.jsonl</c>, its key <c>audit.key</c> and its last known end <c>audit.head</c>, all 0600.</summary>
public sealed class AuditFiles
{
    private const int MaxLineBytes = 64 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _directory;

    public AuditFiles(string dataDirectory) => _directory = dataDirectory;

    /// <summary>The log.</summary>
    public string LogPath => Path.Combine(_directory, "audit.jsonl");

    private string KeyPath => Path.Combine(_directory, "audit.key");

    private string HeadPath => Path.Combine(_directory, "audit.head");

    /// <summary>The log's lines, oldest first; none if there is no log yet.</summary>
    public IEnumerable<string> ReadLines() => File.Exists(LogPath) ? File.ReadLines(LogPath) : [];

    /// <summary>Null if the log is whole; else what is wrong.</summary>
    /// <param name="head">The last line that holds.</param>
    public string? Verify(out AuditHead head)
    {
        head = new AuditHead(0, "");
        if (!File.Exists(KeyPath)) return File.Exists(LogPath) ? "The key (audit.key) is missing; without it nothing can be said." : null;
        return AuditChain.Verify(ReadLines(), File.ReadAllBytes(KeyPath), ReadHead(), out head);
    }

    /// <summary>The chain to go on with. A line that a crash cut short was never acknowledged, and is removed.</summary>
    internal AuditChain Open()
    {
        Directory.CreateDirectory(_directory, OwnerOnly | UnixFileMode.UserExecute);
        if (!File.Exists(KeyPath)) WriteWhole(KeyPath, RandomNumberGenerator.GetBytes(AuditChain.KeyBytes));
        RemoveCutLine();
        var key = File.ReadAllBytes(KeyPath);
        var last = ReadLastLine();
        return new AuditChain(key, last is null ? null : AuditChain.HeadOf(last) ?? ReadHead());
    }

    /// <summary>Writes lines and only then their end, both through to the disk.</summary>
    internal void Append(IReadOnlyList<string> lines, AuditHead head)
    {
        using (var log = new FileStream(LogPath, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.Read, UnixCreateMode = OwnerOnly }))
        {
            foreach (var line in lines) log.Write(System.Text.Encoding.UTF8.GetBytes(line + "\n"));
            log.Flush(flushToDisk: true);
        }

        WriteWhole(HeadPath, System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{head.Seq} {head.Hash}")));
    }

    private AuditHead? ReadHead() => File.Exists(HeadPath) && File.ReadAllText(HeadPath).Split(' ') is [var seq, var hash] && long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        ? new AuditHead(number, hash) : null;

    /// <summary>A line is far shorter than what is read here.</summary>
    private string? ReadLastLine()
    {
        if (!File.Exists(LogPath)) return null;
        using var log = new FileStream(LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var tail = new byte[Math.Min(log.Length, MaxLineBytes)];
        log.Position = log.Length - tail.Length;
        log.ReadExactly(tail);
        return System.Text.Encoding.UTF8.GetString(tail).Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
    }

    private void RemoveCutLine()
    {
        if (!File.Exists(LogPath)) return;
        using var log = new FileStream(LogPath, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        var end = log.Length;
        while (end > 0)
        {
            log.Position = end - 1;
            if (log.ReadByte() == '\n') break;
            end--;
        }

        log.SetLength(end);
    }

    private static void WriteWhole(string path, byte[] content)
    {
        var temporary = path + ".new";
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
