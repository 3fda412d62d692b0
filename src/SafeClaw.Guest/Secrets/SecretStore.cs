using System.Runtime.InteropServices;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>
/// Secrets as files that only this user can read, on a file system without a disk. A batch is written to a directory of its own, each file 0400
/// from creation, and moved into place by renames that are undone if one fails: a reader sees the old value or the new one, and a batch is in
/// as a whole or not at all.
/// </summary>
internal sealed class SecretStore
{
    /// <summary>Most secrets in a batch and in the store.</summary>
    public const int MaxSecrets = 256;

    /// <summary>Largest value in bytes.</summary>
    public const int MaxValueBytes = 64 << 10;

    /// <summary>Largest sum of values in a batch, in bytes.</summary>
    public const int MaxTotalBytes = 1 << 20;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _directory;
    private readonly Turnstile _oneBatch = new();
    private readonly SortedDictionary<string, Stored> _stored = new(StringComparer.OrdinalIgnoreCase);

    private SecretStore(string directory) => _directory = directory;

    /// <summary>A secret that is in place: its exact name, how often it was replaced, and its bytes if it belongs into the environment.</summary>
    private sealed record Stored(string Name, long Version, SecretValue? Environment);

    /// <summary>Where the files are.</summary>
    public string Directory => _directory;

    /// <summary>Opens or makes the directory (0700).</summary>
    /// <param name="directory">Absolute path.</param>
    /// <param name="requireMemory">Refuse a file system that is on a disk; only simulations may do without.</param>
    /// <exception cref="IOException">It is a link, belongs to others or lies on a disk.</exception>
    public static SecretStore Open(string directory, bool requireMemory)
    {
        var info = new DirectoryInfo(directory);
        if (info.LinkTarget is not null || File.Exists(directory)) throw new IOException($"The secrets directory {directory} is not a directory of its own.");
        if (!info.Exists) System.IO.Directory.CreateDirectory(directory, Private);
        File.SetUnixFileMode(directory, Private); // fails unless it is ours
        if (requireMemory && new DriveInfo(directory).DriveFormat is not ("tmpfs" or "ramfs"))
            throw new IOException($"The secrets directory {directory} is not on a tmpfs; secrets are never written to a disk.");
        var store = new SecretStore(directory);
        store.RemoveLeftovers();
        return store;
    }

    /// <summary>The version of a stored secret, 1 and up; 0 if there is none of that name.</summary>
    public long VersionOf(string name) => _stored.TryGetValue(name, out var stored) && stored.Name == name ? stored.Version : 0;

    /// <summary>What goes into the agent's environment now. Environment variables are strings by nature; these live as long as the start of a process.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> EnvironmentVariables() =>
        [.. _stored.Values.Where(s => s.Environment is not null).Select(s => KeyValuePair.Create(s.Name, System.Text.Encoding.UTF8.GetString(s.Environment!.Reveal())))];

    /// <summary>Puts a batch in place. The caller still owns, and erases, the values.</summary>
    /// <returns>Null, or why nothing was changed; names secrets, never values.</returns>
    public async Task<SecretProblem?> PutAsync(IReadOnlyList<SecretEntry> batch, CancellationToken cancellationToken)
    {
        using var turn = await _oneBatch.EnterAsync(cancellationToken);
        var decoded = new List<SecretValue>();
        try
        {
            if (Judge(batch, decoded, out var values) is { } problem) return problem;
            if (await WriteAsync(batch, values, cancellationToken) is { } failed) return failed;
            for (var i = 0; i < batch.Count; i++) Remember(batch[i], values[i]);
            return null;
        }
        finally
        {
            foreach (var value in decoded) value.Dispose();
        }
    }

    /// <summary>Takes secrets back: files and remembered values. Names that are not there are fine.</summary>
    /// <returns>True if the agent's environment changes by it.</returns>
    public async Task<bool> RevokeAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        using var turn = await _oneBatch.EnterAsync(cancellationToken);
        var environmentChanged = false;
        foreach (var name in names.Where(SecretNames.IsFileName))
        {
            if (!_stored.TryGetValue(name, out var stored) || stored.Name != name) continue;
            File.Delete(Path.Combine(_directory, name));
            environmentChanged |= stored.Environment is not null;
            stored.Environment?.Dispose();
            _stored.Remove(name);
        }

        return environmentChanged;
    }

    private void Remember(SecretEntry entry, SecretValue value)
    {
        var before = VersionOf(entry.Name);
        if (_stored.TryGetValue(entry.Name, out var old)) old.Environment?.Dispose();
        _stored[entry.Name] = new Stored(entry.Name, before + 1, entry.SetEnv ? SecretValue.Copy(value.Reveal()) : null);
    }

    /// <summary>Every rule, before the first byte is written.</summary>
    private SecretProblem? Judge(IReadOnlyList<SecretEntry> batch, List<SecretValue> decoded, out SecretValue[] values)
    {
        values = [];
        if (batch.Count > MaxSecrets) return SecretProblem.TooLarge($"A batch has at most {MaxSecrets} secrets.");
        var judged = new SecretValue[batch.Count];
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var total = 0L;
        for (var i = 0; i < batch.Count; i++)
        {
            if (JudgeName(batch[i], names) is { } bad) return bad;
            if (ValueOf(batch[i], decoded) is not { } value) return SecretProblem.Rejected(batch[i].Name, "its encoding is absent, or base64 with a canonical value");
            if (JudgeValue(batch[i], value) is { } badValue) return badValue;
            total += value.Length;
            judged[i] = value;
        }

        if (total > MaxTotalBytes) return SecretProblem.TooLarge($"A batch has at most {MaxTotalBytes} bytes of values.");
        if (_stored.Keys.Union(names, StringComparer.OrdinalIgnoreCase).Count() > MaxSecrets) return SecretProblem.TooLarge($"The guest keeps at most {MaxSecrets} secrets.");
        values = judged;
        return null;
    }

    private SecretProblem? JudgeName(SecretEntry entry, HashSet<string> names)
    {
        if (!SecretNames.IsFileName(entry.Name)) return SecretProblem.Rejected(entry.Name, "a name is [A-Za-z_][A-Za-z0-9_.-]{0,127}");
        if (!names.Add(entry.Name)) return SecretProblem.Rejected(entry.Name, "the batch names it twice; case does not tell names apart");
        if (_stored.TryGetValue(entry.Name, out var there) && there.Name != entry.Name) return SecretProblem.Rejected(entry.Name, "a stored secret differs from it only by case");
        return entry.SetEnv && !SecretNames.IsVariable(entry.Name) ? SecretProblem.Rejected(entry.Name, "it may not be an environment variable") : null;
    }

    private static SecretProblem? JudgeValue(SecretEntry entry, SecretValue value)
    {
        if (value.Length == 0) return SecretProblem.Rejected(entry.Name, "its value is empty");
        if (value.Length > MaxValueBytes) return SecretProblem.TooLarge($"Secret {entry.Name} has more than {MaxValueBytes} bytes.");
        if (!entry.SetEnv) return null;
        if (value.Reveal().Contains((byte)0)) return SecretProblem.Rejected(entry.Name, "an environment variable holds no NUL");
        return System.Text.Unicode.Utf8.IsValid(value.Reveal()) ? null : SecretProblem.Rejected(entry.Name, "an environment variable is UTF-8 text");
    }

    private static SecretValue? ValueOf(SecretEntry entry, List<SecretValue> decoded)
    {
        if (entry.Encoding is null) return entry.Value;
        if (entry.Encoding != "base64" || entry.Value.DecodeBase64() is not { } value) return null;
        decoded.Add(value);
        return value;
    }

    private async Task<SecretProblem?> WriteAsync(IReadOnlyList<SecretEntry> batch, SecretValue[] values, CancellationToken cancellationToken)
    {
        var staging = Path.Combine(_directory, $".batch-{Guid.NewGuid():N}");
        System.IO.Directory.CreateDirectory(staging, Private);
        var placed = new List<(string Name, bool Replaced)>();
        try
        {
            for (var i = 0; i < batch.Count; i++)
                if (await CreateAsync(Path.Combine(staging, batch[i].Name), values[i], cancellationToken) is { } reason)
                    return SecretProblem.Failed(i + 1, batch.Count, reason);

            for (var i = 0; i < batch.Count; i++)
            {
                if (!Place(staging, batch[i].Name, out var replaced))
                {
                    Undo(staging, placed);
                    return SecretProblem.Failed(i + 1, batch.Count, "it could not be moved into place");
                }

                placed.Add((batch[i].Name, replaced));
            }

            return null;
        }
        finally
        {
            System.IO.Directory.Delete(staging, recursive: true); // with the values that were replaced
        }
    }

    /// <summary>O_CREAT|O_EXCL, mode 0400: there is no moment at which anybody else could open it, and nothing existing is followed.</summary>
    private static async Task<string?> CreateAsync(string path, SecretValue value, CancellationToken cancellationToken)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, UnixCreateMode = UnixFileMode.UserRead, BufferSize = 0 };
            await using var file = new FileStream(path, options);
            await file.WriteAsync(value.RevealMemory(), cancellationToken);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "it could not be written";
        }
    }

    /// <summary>Moves a staged file into place. What was there is swapped into the staging directory, so that it can be put back.</summary>
    private bool Place(string staging, string name, out bool replaced)
    {
        var (from, to) = (Path.Combine(staging, name), Path.Combine(_directory, name));
        replaced = false;
        if (renameat2(AtWorkingDirectory, from, AtWorkingDirectory, to, RenameNoReplace) == 0) return true;
        if (!_stored.ContainsKey(name)) return false; // something that we did not put there: a link, a pipe, a directory
        replaced = renameat2(AtWorkingDirectory, from, AtWorkingDirectory, to, RenameExchange) == 0;
        return replaced;
    }

    private void Undo(string staging, List<(string Name, bool Replaced)> placed)
    {
        foreach (var (name, replaced) in Enumerable.Reverse(placed))
            _ = renameat2(AtWorkingDirectory, Path.Combine(_directory, name), AtWorkingDirectory, Path.Combine(staging, name), replaced ? RenameExchange : RenameNoReplace);
    }

    /// <summary>A killed guest's batch, and secrets of an earlier life that nobody injected into this one.</summary>
    private void RemoveLeftovers()
    {
        foreach (var entry in new DirectoryInfo(_directory).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo { LinkTarget: null } directory && directory.Name.StartsWith(".batch-", StringComparison.Ordinal)) directory.Delete(recursive: true);
            else if (entry is FileInfo { LinkTarget: null } file && SecretNames.IsFileName(file.Name) && file.UnixFileMode == UnixFileMode.UserRead) file.Delete();
        }
    }

    private const int AtWorkingDirectory = -100; // AT_FDCWD
    private const uint RenameNoReplace = 1, RenameExchange = 2; // linux/fs.h

    [DllImport("libc", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int renameat2(int fromDirectory, string from, int toDirectory, string to, uint flags);
}

/// <summary>Why a batch was refused.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">SECRET_REJECTED or TOO_LARGE.</param>
/// <param name="Message">Names secrets, never values.</param>
internal sealed record SecretProblem(int Status, string Code, string Message)
{
    public static SecretProblem Rejected(string name, string reason) => new(400, "SECRET_REJECTED", $"Secret {SecretNames.Printable(name)} was refused: {reason}.");

    public static SecretProblem TooLarge(string message) => new(413, "TOO_LARGE", message);

    public static SecretProblem Failed(int index, int count, string reason) => new(500, "SECRET_REJECTED", $"Secret {index} of {count} failed: {reason}. None was stored.");
}
