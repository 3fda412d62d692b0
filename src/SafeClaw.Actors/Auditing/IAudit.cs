using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>Takes note of what happened, as metadata without content.</summary>
internal interface IAudit
{
    /// <param name="kind">classified, routed, verdict, injected, leak or refused.</param>
    /// <param name="session">Whose turn; kept as a keyed tag only.</param>
    /// <param name="generation">The VM generation, or null.</param>
    /// <param name="facts">Names and values.</param>
    void Note(string kind, SessionId? session, string? generation, params ReadOnlySpan<(string Name, string Value)> facts);
}

/// <summary>For worlds without an audit log.</summary>
internal sealed class NoAudit : IAudit
{
    public static NoAudit Instance { get; } = new();

    public void Note(string kind, SessionId? session, string? generation, params ReadOnlySpan<(string Name, string Value)> facts) { }
}
