using System.Runtime.CompilerServices;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>One turn under way: its pieces so far and, in the end, its outcome. Any number of connections may read along from the start.</summary>
internal sealed class TurnRun
{
    private readonly Lock _gate = new();
    private readonly List<string> _chunks = [];
    private readonly TaskCompletionSource<ProcessReply> _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = NewSignal();
    private ProcessReply? _outcome;
    private int _readers;

    /// <summary>A turn that is over: its answer is one piece.</summary>
    public static TurnRun Of(ProcessReply outcome)
    {
        var run = new TurnRun();
        if (outcome.Content.Length > 0) run.Add(outcome.Content);
        run.Finish(outcome);
        return run;
    }

    /// <summary>Cancels the work.</summary>
    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Completes with the turn's outcome; never faults.</summary>
    public Task<ProcessReply> Outcome => _finished.Task;

    /// <summary>Connections that wait for this turn.</summary>
    public int Readers => Volatile.Read(ref _readers);

    public void Enter() => Interlocked.Increment(ref _readers);

    public int Leave() => Interlocked.Decrement(ref _readers);

    public void Add(string chunk)
    {
        lock (_gate)
        {
            _chunks.Add(chunk);
            Wake();
        }
    }

    public void Finish(ProcessReply outcome)
    {
        lock (_gate)
        {
            _outcome = outcome;
            _finished.TrySetResult(outcome);
            Wake();
        }
    }

    /// <summary>The pieces from the first one on, ending when the turn does.</summary>
    public async IAsyncEnumerable<string> ChunksAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = 0; ;)
        {
            List<string> fresh;
            Task changed;
            bool ended;
            lock (_gate)
            {
                fresh = _chunks[next..];
                changed = _changed.Task;
                ended = _outcome is not null;
            }

            foreach (var chunk in fresh) yield return chunk;
            next += fresh.Count;
            if (ended) yield break;
            await changed.WaitAsync(cancellationToken);
        }
    }

    private void Wake()
    {
        _changed.TrySetResult();
        _changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
