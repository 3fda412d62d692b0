using System.Collections.Concurrent;

namespace SafeClaw.Assistant.Sessions;

/// <summary>
/// The memories of all sessions, keyed by exact id. Bounded in number and bytes; a live session is never forgotten to make room.
/// </summary>
internal sealed class SessionMemories(int maxSessions, long maxBytes)
{
    private readonly ConcurrentDictionary<string, SessionMemory> _sessions = new(StringComparer.Ordinal);
    private readonly Lock _admission = new();
    private long _bytes;

    /// <summary>Sessions with a memory.</summary>
    public int Count => _sessions.Count;

    /// <summary>Bytes remembered over all sessions.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>The session's memory, a new one if need be.</summary>
    /// <exception cref="AgentException"><see cref="AgentFailure.Overloaded"/>: no room for a new session.</exception>
    public SessionMemory Of(string sessionId)
    {
        if (_sessions.TryGetValue(sessionId, out var known)) return known;
        lock (_admission)
        {
            if (_sessions.TryGetValue(sessionId, out known)) return known;
            if (_sessions.Count >= maxSessions || Bytes >= maxBytes)
                throw new AgentException(AgentFailure.Overloaded, "The assistant remembers as many sessions as it may; end one first.");
            return _sessions[sessionId] = new SessionMemory();
        }
    }

    /// <summary>Runs a change of a memory and counts what it grew or shrank by. The caller holds the session's turn.</summary>
    public void Change(SessionMemory memory, Action<SessionMemory> change)
    {
        var before = memory.Bytes;
        change(memory);
        Interlocked.Add(ref _bytes, memory.Bytes - before);
    }

    /// <summary>Forgets the session, after the turn that is running in it.</summary>
    public async Task ForgetAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (!_sessions.TryGetValue(sessionId, out var memory)) return;
        await memory.OneTurn.WaitAsync(cancellationToken);
        try
        {
            Change(memory, m => m.Clear());
            _sessions.TryRemove(KeyValuePair.Create(sessionId, memory));
        }
        finally
        {
            memory.OneTurn.Release(); // not disposed: a turn may be waiting for it, and then starts over with a new memory
        }
    }
}
