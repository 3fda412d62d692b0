namespace SafeClaw.Actors;

/// <summary>Starts confidential machines. The one production implementation is <see cref="ShimGuestHost"/>; in tests a probe plays it.</summary>
internal interface IGuestHost
{
    /// <summary>Starts the machine and returns once its process runs. If cancelled, nothing it started is left.</summary>
    Task<IGuestVm> SpawnAsync(GuestLaunch launch, CancellationToken cancellationToken);

    /// <summary>Completes when nothing is left of the machines started so far, each of which somebody is stopping or killing.</summary>
    Task SettledAsync();
}

/// <summary>What is decided about a machine before it starts.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="HostData">32 bytes that the launch writes into HOST_DATA of every report of this machine.</param>
internal sealed record GuestLaunch(VmGeneration Generation, ReadOnlyMemory<byte> HostData);

/// <summary>A started machine, owned by exactly one <see cref="ShimActor"/>.</summary>
internal interface IGuestVm
{
    /// <summary>Where its attestation server will listen.</summary>
    Tee.TeeEndpoint Attest { get; }

    /// <summary>Completes with a description when the process has ended, by itself or not.</summary>
    Task<string> Exited { get; }

    /// <summary>SIGTERM, then SIGKILL at the grace period's end; completes when nothing of it is left: no process, socket or directory.</summary>
    Task StopAsync();

    /// <summary>SIGKILL now and return; leftovers are removed in the background.</summary>
    void Kill();
}
