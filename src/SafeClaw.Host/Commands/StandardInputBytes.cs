namespace SafeClaw.Host;

/// <summary>Reads standard input whole, bounded.</summary>
internal static class StandardInputBytes
{
    /// <summary>All of it, or <paramref name="max"/> + 1 bytes of a longer one; a final line break is not part of it.</summary>
    public static async Task<byte[]> ReadAsync(int max, CancellationToken cancellationToken)
    {
        await using var input = Console.OpenStandardInput();
        var buffer = new byte[max + 1];
        var length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (length <= max && length > 0 && buffer[length - 1] == '\n') length--;
        return buffer[..length];
    }
}
