namespace SafeClaw.Guest;

/// <summary>Lets one through at a time. A semaphore whose wait handle is never asked for holds nothing to dispose.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim without its wait handle owns nothing.")]
internal sealed class Turnstile
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>True while somebody is inside.</summary>
    public bool Busy => _one.CurrentCount == 0;

    /// <summary>Waits for the turn; disposing the result ends it.</summary>
    public async Task<Turn> EnterAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        return new Turn(_one);
    }

    public readonly struct Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}
