using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace SafeClaw.Attestation;

/// <summary>Files of ours in directories of ours: no symbolic links, nobody else's, nothing others may write; written whole or not at all.</summary>
internal static class OwnedFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerDirectory = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>The bytes of a plain file of ours; null if there is none, or none that may be used.</summary>
    /// <param name="root">Directory from which on every part of the path is checked.</param>
    /// <param name="relative">Parts separated by /, made by us.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    public static byte[]? TryRead(string root, string relative, int maxBytes)
    {
        try
        {
            if (FolderProblem(root, relative) is not null) return null;
            var path = Path.Combine(root, relative);
            if (Problem(path) is not null) return null;
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (file.Length > maxBytes) return null;
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes beside, flushes, renames. Directories on the way are made 0700.</summary>
    /// <exception cref="IOException">The disk refuses, or a directory on the way is not ours alone.</exception>
    public static void Write(string root, string relative, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(root, relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!, OwnerDirectory);
        if (FolderProblem(root, relative) is { } problem) throw new IOException(problem);
        var draft = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                file.Write(bytes);
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Removes the entry itself, never what a link points at.</summary>
    public static void Delete(string root, string relative)
    {
        try
        {
            if (FolderProblem(root, relative) is null) File.Delete(Path.Combine(root, relative));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Not being able to drop an entry is no reason to stop: it is judged afresh at every use.
        }
    }

    /// <summary>Why a directory between the root, inclusive, and the file must not be gone through.</summary>
    private static string? FolderProblem(string root, string relative)
    {
        var path = root;
        foreach (var part in relative.Split('/'))
        {
            if (Problem(path) is { } problem) return $"{path} {problem}";
            path = Path.Combine(path, part);
        }

        return null;
    }

    private static string? Problem(string path)
    {
        if (!OperatingSystem.IsLinux()) return new FileInfo(path).LinkTarget is null ? null : "is a symbolic link";
        const int currentDirectory = -100, noFollow = 0x100, typeModeAndUid = 0x1 | 0x2 | 0x8, size = 256; // linux/stat.h, struct statx
        Span<byte> status = stackalloc byte[size];
        if (statx(currentDirectory, Encoding.UTF8.GetBytes(path + '\0'), noFollow, typeModeAndUid, ref MemoryMarshal.GetReference(status)) != 0) return "cannot be examined";
        var uid = BinaryPrimitives.ReadUInt32LittleEndian(status[20..]);
        var mode = BinaryPrimitives.ReadUInt16LittleEndian(status[28..]);
        const int typeMask = 0xF000, link = 0xA000, directory = 0x4000, file = 0x8000, othersMayWrite = 0x12;
        if ((mode & typeMask) == link) return "is a symbolic link";
        if ((mode & typeMask) is not (directory or file)) return "is no plain file";
        if (uid != 0 && uid != geteuid()) return "belongs to somebody else";
        return (mode & othersMayWrite) != 0 ? "can be written by others" : null;
    }

    [DllImport("libc")]
    private static extern int statx(int directory, byte[] path, int flags, uint mask, ref byte status);

    [DllImport("libc")]
    private static extern uint geteuid();
}
