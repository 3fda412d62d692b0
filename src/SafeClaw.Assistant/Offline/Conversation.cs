using System.Text.RegularExpressions;
using Microsoft.Extensions.AI;

namespace SafeClaw.Assistant.Offline;

/// <summary>One request and what its session said before.</summary>
/// <param name="Request">The user's text, trimmed.</param>
/// <param name="Earlier">What the user said before, oldest first.</param>
/// <param name="Clock">The time of day.</param>
internal sealed partial record Conversation(string Request, IReadOnlyList<string> Earlier, TimeProvider Clock)
{
    /// <summary>A request is recognised by its first characters; the rest is material. Keeps matching cheap on 256 KiB of text.</summary>
    private const int CommandCharacters = 2_048;

    /// <summary>The part of the request in which a command is looked for.</summary>
    public string Command { get; } = Request.Length <= CommandCharacters ? Request : Request[..CommandCharacters];

    /// <summary>True if the request is written in Chinese: the answer then is, too.</summary>
    public bool Chinese { get; } = Han().IsMatch(Request.Length <= CommandCharacters ? Request : Request[..CommandCharacters]);

    /// <summary>Everything the user said, the newest first, with the request itself.</summary>
    public IEnumerable<string> NewestFirst => Earlier.Append(Request).Reverse();

    public static Conversation From(IEnumerable<ChatMessage> messages, TimeProvider clock)
    {
        var said = messages.Where(m => m.Role == ChatRole.User).Select(m => m.Text.Trim()).ToList();
        return said.Count == 0 ? new Conversation("", [], clock) : new Conversation(said[^1], said[..^1], clock);
    }

    /// <summary>The answer in the request's language.</summary>
    public string Say(string english, string chinese) => Chinese ? chinese : english;

    public override string ToString() => $"Conversation({Request.Length} characters after {Earlier.Count} messages)";

    [GeneratedRegex(@"[\u4e00-\u9fff]", RegexOptions.CultureInvariant)]
    private static partial Regex Han();
}
