namespace SafeClaw.Actors;

/// <summary>The assistant as its host sees it: a message in, a leak-checked answer out; the confidential VM comes and goes behind it.</summary>
public interface ISafeClaw
{
    /// <summary>
    /// Classifies, routes and answers one message. A sensitive one boots and verifies the confidential VM first if none is ready.
    /// </summary>
    /// <exception cref="SafeClawException">The turn was refused or its outcome is unknown; <see cref="SafeClawException.Code"/> says which.</exception>
    Task<TurnReply> ProcessAsync(TurnRequest request, CancellationToken cancellationToken);

    /// <summary>What the confidential VM is doing now.</summary>
    Task<TeeStatus> GetTeeStatusAsync(CancellationToken cancellationToken);

    /// <summary>Lets a quarantined VM be booted again by the next sensitive turn. Returns the status after it; no effect in other states.</summary>
    Task<TeeStatus> ReleaseAsync(CancellationToken cancellationToken);

    /// <summary>Ends sessions, revokes channels, stops the guest and removes its sockets and directories. Idempotent.</summary>
    Task ShutdownAsync(CancellationToken cancellationToken);

    /// <summary>Completes when the actor tree gave up after an unknown failure; a host should exit 70 (EX_SOFTWARE).</summary>
    Task Failed { get; }
}

/// <summary>The confidential VM's state for operators.</summary>
/// <param name="State">Down, Booting, Verifying, Injecting, Ready, Stopping, Backoff or Quarantined.</param>
/// <param name="Enabled">False if sensitive turns are refused with TEE_DISABLED.</param>
/// <param name="Simulated">True if the current evidence is simulated.</param>
/// <param name="Generation">"hex32-n" of the current or last machine; null before the first boot.</param>
/// <param name="Reason">Why it is not ready, if there is a reason.</param>
/// <param name="Phases">The last boot's phases in order.</param>
/// <param name="Sessions">Sessions alive in this process.</param>
public sealed record TeeStatus(string State, bool Enabled, bool Simulated, string? Generation, string? Reason, IReadOnlyList<PhaseTiming> Phases, int Sessions);
