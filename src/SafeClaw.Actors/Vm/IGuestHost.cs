namespace SafeClaw.Actors;

/// <summary>
/// Starts confidential machines. In production it is the shim; a host that registers another one before <see cref="SafeClawServices.AddSafeClaw"/>, as
/// tests do, has its machines started by that. Whatever it starts must still show evidence that the policy accepts.
/// </summary>
public interface IGuestHost
{
    /// <summary>Starts the machine and returns once its process runs. If cancelled, nothing it started is left.</summary>
    Task<IGuestVm> SpawnAsync(GuestLaunch launch, CancellationToken cancellationToken);

    /// <summary>Completes when nothing is left of the machines started so far, each of which somebody is stopping or killing.</summary>
    Task SettledAsync();
}

/// <summary>What is decided about a machine before it starts.</summary>
/// <param name="Generation">Its generation.</param>
/// <param name="HostData">32 bytes that the launch writes into HOST_DATA of every report of this machine.</param>
public sealed record GuestLaunch(VmGeneration Generation, ReadOnlyMemory<byte> HostData);

/// <summary>A started machine; it has exactly one owner, who ends it by <see cref="StopAsync"/> or <see cref="Kill"/>.</summary>
public interface IGuestVm
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
