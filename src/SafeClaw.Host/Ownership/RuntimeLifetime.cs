using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>
/// Ties the runtime to the host: it is begun with it, ends in order before the actor system does, and if the actor tree gives up, the host ends too.
/// </summary>
internal sealed class RuntimeLifetime(ISafeClaw safeClaw, SafeClawOptions options, IHostApplicationLifetime host, ILogger<RuntimeLifetime> log) : IHostedService
{
    private Task _shutdown = Task.CompletedTask;

    /// <summary>True from start to the first sign of stopping.</summary>
    public bool IsServing { get; private set; }

    /// <summary>True if the host ends because the actor tree gave up.</summary>
    public bool GaveUp { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Tee is { IsOn: true, AllowSimulated: true }) log.LogWarning("Simulated evidence is accepted; it protects nothing. Never do this in production.");
        // Requests under way end with the sessions, so the sessions end while Kestrel still waits for them.
        host.ApplicationStopping.Register(() =>
        {
            IsServing = false;
            _shutdown = safeClaw.ShutdownAsync(CancellationToken.None);
        });
        safeClaw.Failed.ContinueWith(_ => GiveUp(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        IsServing = true;
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _shutdown.WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is OperationCanceledException or Akka.Actor.AskTimeoutException)
        {
            log.LogWarning("The runtime did not end in time; what is left dies with this process.");
        }
    }

    private void GiveUp()
    {
        log.LogCritical("The actor tree gave up; the host ends.");
        GaveUp = true;
        host.StopApplication();
    }
}
