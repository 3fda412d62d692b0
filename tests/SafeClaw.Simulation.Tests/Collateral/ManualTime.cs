namespace SafeClaw.Simulation.Tests;

/// <summary>A clock that only the test moves; tells when somebody has begun to wait.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(TimeSpan Due, TaskCompletionSource Told)> _awaited = [];
    private readonly DateTimeOffset _start = start;
    private TimeSpan _elapsed;

    public override DateTimeOffset GetUtcNow() { lock (_lock) return _start + _elapsed; }

    public override long GetTimestamp() { lock (_lock) return _elapsed.Ticks; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Completes once a timer of exactly that length is armed.</summary>
    public Task ArmedAsync(TimeSpan due)
    {
        lock (_lock)
        {
            if (_timers.Any(timer => timer.Due == _elapsed + due)) return Task.CompletedTask;
            var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _awaited.Add((due, told));
            return told.Task.WaitAsync(TimeSpan.FromSeconds(20));
        }
    }

    public void Advance(TimeSpan by)
    {
        List<ManualTimer> due;
        lock (_lock)
        {
            _elapsed += by;
            due = [.. _timers.Where(timer => timer.Due <= _elapsed)];
            _timers.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = time._elapsed + dueTime;
                time._timers.Add(this);
                foreach (var (_, told) in time._awaited.Where(waiter => waiter.Due == dueTime)) told.TrySetResult();
                time._awaited.RemoveAll(waiter => waiter.Due == dueTime);
            }

            return true;
        }

        public void Dispose() { lock (time._lock) time._timers.Remove(this); }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
