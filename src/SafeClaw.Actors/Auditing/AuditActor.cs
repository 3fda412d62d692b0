using Akka.Actor;
using Akka.Event;
using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>
/// Owns the audit log. Entries are chained as they come and written in batches, one write at a time. If the disk fails they wait in memory, up to a bound,
/// and the log says afterwards how many were lost.
/// </summary>
internal sealed class AuditActor : ReceiveActor, IWithTimers
{
    private const int MaxWaiting = 10_000;
    private static readonly TimeSpan BatchWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RetryWait = TimeSpan.FromSeconds(1);

    private readonly AuditFiles _files;
    private readonly AuditChain _chain;
    private readonly List<string> _waiting = [];
    private readonly List<IActorRef> _flushing = [];
    private int _lost;
    private bool _writing;

    public AuditActor(AuditFiles files)
    {
        _files = files;
        _chain = files.Open();
        Receive<Note>(Take);
        Receive<Flush>(_ =>
        {
            if (_waiting.Count == 0 && !_writing) Sender.Tell(Flushed.Instance);
            else
            {
                _flushing.Add(Sender);
                Write();
            }
        });
        Receive<Tick>(_ => Write());
        Receive<Written>(w => Done(w));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(AuditFiles files) => Akka.Actor.Props.Create(() => new AuditActor(files));

    private void Take(Note note)
    {
        if (_waiting.Count >= MaxWaiting)
        {
            _lost++;
            return;
        }

        if (_lost > 0) Chain(new AuditEntry("lost", null, null, new Dictionary<string, string> { ["count"] = _lost.ToString(System.Globalization.CultureInfo.InvariantCulture) }), note.At);
        _lost = 0;
        // A message's id is the caller's and may say anything, so it is kept as a tag as well.
        if (note.Facts.TryGetValue("turn", out var turn)) note = note with { Facts = new Dictionary<string, string>(note.Facts) { ["turn"] = _chain.Tag(turn) } };
        Chain(new AuditEntry(note.Kind, note.Session is { } session ? _chain.Tag(session.Value) : null, note.Generation, note.Facts), note.At);
        if (!_writing && !Timers.IsTimerActive(Tick.Instance)) Timers.StartSingleTimer(Tick.Instance, Tick.Instance, BatchWait);
    }

    private void Chain(AuditEntry entry, DateTimeOffset at) => _waiting.Add(_chain.Append(entry, at));

    private void Write()
    {
        if (_writing || _waiting.Count == 0) return;
        _writing = true;
        var (lines, head) = (_waiting.ToArray(), _chain.Head);
        Task.Run(() => _files.Append(lines, head)).PipeTo(Self, success: () => new Written(lines.Length, null), failure: cause => new Written(0, cause));
    }

    private void Done(Written written)
    {
        _writing = false;
        _waiting.RemoveRange(0, written.Count);
        if (written.Cause is { } cause) Context.GetLogger().Warning("The audit log cannot be written ({Cause}); {Count} entries wait.", cause.GetType().Name, _waiting.Count);
        if (_waiting.Count > 0) Timers.StartSingleTimer(Tick.Instance, Tick.Instance, written.Cause is null ? BatchWait : RetryWait);
        if (_waiting.Count > 0 && written.Cause is null) return;
        foreach (var asker in _flushing) asker.Tell(Flushed.Instance);
        _flushing.Clear();
    }

    /// <summary>Something happened.</summary>
    internal sealed record Note(string Kind, SessionId? Session, string? Generation, IReadOnlyDictionary<string, string> Facts, DateTimeOffset At);

    /// <summary>Answered by <see cref="Flushed"/> when all entries so far were written, or the disk failed.</summary>
    internal sealed record Flush
    {
        public static Flush Instance { get; } = new();
    }

    internal sealed record Flushed
    {
        public static Flushed Instance { get; } = new();
    }

    /// <summary>The sink that tells an audit actor.</summary>
    internal sealed class Sink(IActorRef actor, IScheduler clock) : IAudit
    {
        void IAudit.Note(string kind, SessionId? session, string? generation, params ReadOnlySpan<(string Name, string Value)> facts)
        {
            var named = new Dictionary<string, string>(facts.Length);
            foreach (var (name, value) in facts) named[name] = value;
            actor.Tell(new Note(kind, session, generation, named, clock.Now));
        }
    }

    private sealed record Tick
    {
        public static Tick Instance { get; } = new();
    }

    private sealed record Written(int Count, Exception? Cause);
}
