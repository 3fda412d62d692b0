using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace SafeClaw.Privacy;

/// <summary>A person's message on its way through the host: valid Unicode, bounded, and never printed by accident.</summary>
public sealed class UserText
{
    /// <summary>Longest message in UTF-8 bytes: 256 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly string _text;

    private UserText(string text, int bytes) => (_text, ByteCount) = (text, bytes);

    /// <summary>Its size in UTF-8 bytes, 1 to <see cref="MaxBytes"/>.</summary>
    public int ByteCount { get; }

    /// <summary>The text itself, for those who process it.</summary>
    public string Reveal() => _text;

    /// <summary>Takes a text; null, and a sentence, for one that is empty, too long or not valid Unicode.</summary>
    public static UserText? TryCreate(string? text, out string problem)
    {
        var bytes = text is null || text.Length > MaxBytes ? text?.Length ?? 0 : Encoding.UTF8.GetByteCount(text);
        problem = string.IsNullOrEmpty(text) ? "The message is empty."
            : bytes > MaxBytes ? TooLong(bytes)
            : !IsWellFormed(text) ? "The message contains half a surrogate pair; it is not valid Unicode."
            : "";
        return problem.Length == 0 ? new UserText(text!, bytes) : null;
    }

    /// <summary>Takes UTF-8; null, and a sentence, for anything that is not strictly valid.</summary>
    public static UserText? TryCreate(ReadOnlySpan<byte> utf8, out string problem)
    {
        if (utf8.Length > MaxBytes)
        {
            problem = TooLong(utf8.Length);
            return null;
        }

        if (System.Text.Unicode.Utf8.IsValid(utf8)) return TryCreate(Encoding.UTF8.GetString(utf8), out problem);
        problem = "The message is not valid UTF-8.";
        return null;
    }

    public override string ToString() => $"UserText({ByteCount} bytes)";

    private static string TooLong(int size) => $"The message has {size} bytes; at most {MaxBytes} are accepted.";

    private static bool IsWellFormed([NotNull] string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
