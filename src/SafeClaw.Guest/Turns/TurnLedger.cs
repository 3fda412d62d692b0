using System.Security.Cryptography;
using System.Text;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>
/// Makes a resent turn have one effect. Of each session only its last turn is kept: number, keyed digest, and either the run under way, to which
/// a repeat attaches, or its outcome. A live session is never forgotten to make room; past the bounds new sessions are refused.
/// </summary>
internal sealed class TurnLedger(TurnLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _sessions = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private long _bytes;

    /// <summary>Sessions whose last turn is known.</summary>
    public int Count { get { lock (_gate) return _sessions.Count; } }

    /// <summary>Bytes of outcomes that are kept.</summary>
    public long Bytes { get { lock (_gate) return _bytes; } }

    /// <summary>What to do with a numbered turn.</summary>
    /// <param name="request">Has a turn number.</param>
    /// <param name="start">Starts the work of a new turn; called at most once, before this returns.</param>
    public Admission Admit(ProcessRequest request, Action<TurnRun> start)
    {
        var turn = request.Turn!.Value;
        var digest = Digest(request);
        TurnRun run;
        lock (_gate)
        {
            if (_sessions.TryGetValue(request.SessionId, out var last))
            {
                if (turn < last.Turn) return new Admission.Refused(409, "SESSION_CONFLICT", "The session is past this turn.");
                if (turn == last.Turn)
                    return CryptographicOperations.FixedTimeEquals(digest, last.Digest)
                        ? new Admission.Attached(last.Run) : new Admission.Refused(409, "SESSION_CONFLICT", "This turn was sent before with other content.");
                _ = last.Run.Cancellation.CancelAsync(); // the host has moved on; nobody waits for that answer
            }
            else if (_sessions.Count >= limits.MaxSessions || _bytes >= limits.MaxBytes)
            {
                return new Admission.Refused(503, "OVERLOADED", "The guest remembers as many sessions as it may; end one first.");
            }

            run = new TurnRun();
            _bytes -= last?.OutcomeBytes ?? 0;
            _sessions[request.SessionId] = new Entry(turn, digest, run);
        }

        _ = CountAsync(request.SessionId, run);
        start(run);
        return new Admission.Attached(run);
    }

    /// <summary>Forgets a session that has ended.</summary>
    public void Forget(string sessionId)
    {
        lock (_gate)
        {
            if (_sessions.Remove(sessionId, out var last)) _bytes -= last.OutcomeBytes;
        }
    }

    /// <summary>Counts an outcome once it is there, if its turn is still the session's last.</summary>
    private async Task CountAsync(string sessionId, TurnRun run)
    {
        var outcome = await run.Outcome;
        lock (_gate)
        {
            if (!_sessions.TryGetValue(sessionId, out var last) || last.Run != run) return;
            last.OutcomeBytes = outcome.Content.Length * sizeof(char);
            last.Run = TurnRun.Of(outcome); // without the pieces
            _bytes += last.OutcomeBytes;
        }
    }

    /// <summary>HMAC, so that memory holds nothing by which a short message could be guessed.</summary>
    private byte[] Digest(ProcessRequest request)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Add(request.RequestType);
        Add(request.Content);
        foreach (var said in request.History ?? [])
        {
            Add(said.Role);
            Add(said.Content);
        }

        return mac.GetHashAndReset();

        void Add(string part)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            mac.AppendData(BitConverter.GetBytes(bytes.Length)); // lengths keep neighbours apart
            mac.AppendData(bytes);
        }
    }

    private sealed class Entry(long turn, byte[] digest, TurnRun run)
    {
        public long Turn => turn;

        public byte[] Digest => digest;

        public TurnRun Run { get; set; } = run;

        public int OutcomeBytes { get; set; }
    }
}

/// <summary>Bounds of the ledger.</summary>
internal sealed record TurnLimits
{
    /// <summary>Sessions remembered at once. Default 100,000.</summary>
    public int MaxSessions { get; init; } = 100_000;

    /// <summary>Bytes of outcomes remembered at once. Default 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>How long a turn goes on when the connection that sent it is lost: the host may send it again. Default 2 s.</summary>
    public TimeSpan Reattach { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>The ledger's answer.</summary>
internal abstract record Admission
{
    /// <summary>Read the turn here, whether it is new, running or long done.</summary>
    public sealed record Attached(TurnRun Run) : Admission;

    public sealed record Refused(int Status, string Code, string Error) : Admission;
}
