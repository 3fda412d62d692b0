using System.Diagnostics.CodeAnalysis;

namespace SafeClaw.Actors;

/// <summary>Who talks where: <c>user:channel:chat</c>. Parsed once at the door; equal ids are the same session.</summary>
public readonly record struct SessionId
{
    /// <summary>Longest id in characters; each part is 1 to 64 of <c>A–Z a–z 0–9 . _ @ + -</c>.</summary>
    public const int MaxLength = 194;

    private const int MaxPart = 64;
    private readonly string? _value;

    private SessionId(string value) => _value = value;

    /// <summary>The id as written: <c>user:channel:chat</c>.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default SessionId names no session.");

    /// <summary>The first part, whose sessions alone an API key reaches.</summary>
    public string User => Value[..Value.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>A child actor's name for this session; every character is one an actor path allows.</summary>
    internal string ActorName => "session-" + Value.Replace(':', '$');

    /// <summary>Reads <c>user:channel:chat</c>; says what is wrong with anything else.</summary>
    public static bool TryParse(string? text, out SessionId id, [NotNullWhen(false)] out string? problem)
    {
        id = default;
        problem = Problem(text);
        if (problem is not null) return false;
        id = new SessionId(text!);
        return true;
    }

    public override string ToString() => _value ?? "";

    private static string? Problem(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "A session id is user:channel:chat; it is empty.";
        if (text.Length > MaxLength) return $"A session id has at most {MaxLength} characters; this one has {text.Length}.";
        var parts = text.Split(':');
        if (parts.Length != 3) return $"A session id is user:channel:chat, three parts; this one has {parts.Length}.";
        if (parts.Any(part => part.Length is 0 or > MaxPart)) return $"Each part of a session id has 1 to {MaxPart} characters.";
        return text.All(IsAllowed) ? null : "A session id consists of letters, digits and . _ @ + - between its colons.";
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or '_' or '@' or '+' or '-';
}
