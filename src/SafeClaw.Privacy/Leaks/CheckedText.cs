namespace SafeClaw.Privacy;

/// <summary>Text that passed the leak check. Only <see cref="LeakCheck"/> makes one, so no reply leaves unchecked.</summary>
public sealed class CheckedText
{
    internal CheckedText(string text, int redactions, bool blocked) => (Text, Redactions, Blocked) = (text, redactions, blocked);

    /// <summary>What may be shown; empty if <see cref="Blocked"/>.</summary>
    public string Text { get; }

    /// <summary>How many sensitive values were replaced in it.</summary>
    public int Redactions { get; }

    /// <summary>True if the reply must not be shown at all.</summary>
    public bool Blocked { get; }

    public override string ToString() => $"CheckedText({Text.Length} characters, {Redactions} redactions{(Blocked ? ", blocked" : "")})";
}

/// <summary>A reply that was kept, before it is checked again: what is sensitive may have changed since.</summary>
public sealed class StoredReply(string text)
{
    internal string Text { get; } = text;

    public override string ToString() => $"StoredReply({Text.Length} characters)";
}
