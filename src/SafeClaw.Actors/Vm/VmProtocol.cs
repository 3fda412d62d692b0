using Akka.Actor;
using SafeClaw.Attestation;

namespace SafeClaw.Actors;

/// <summary>What the supervisor of the confidential VM understands and answers.</summary>
public static class VmProtocol
{
    /// <summary>Bring a guest to Ready if none is; answered by <see cref="Ready"/> or <see cref="Refused"/>. Everybody waiting shares one boot.</summary>
    public sealed record EnsureReady
    {
        public static EnsureReady Instance { get; } = new();
    }

    /// <summary>A verified guest with its secrets stands ready under this handle.</summary>
    public sealed record Ready(GuestHandle Guest);

    /// <summary>There is no guest to use; <see cref="Failure.Code"/> says whether asking again can help.</summary>
    public sealed record Refused(Failure Failure);

    /// <summary>Answered by <see cref="Status"/>.</summary>
    public sealed record GetStatus
    {
        public static GetStatus Instance { get; } = new();
    }

    /// <summary>State, generation, reason and the last boot's phases.</summary>
    public sealed record Status(VmState State, VmGeneration Generation, bool Simulated, Failure? Reason, IReadOnlyList<PhaseTiming> Phases);

    /// <summary>An operator has looked into a quarantine and lifts it; answered by <see cref="Status"/>. Without a quarantine it changes nothing.</summary>
    public sealed record Release
    {
        public static Release Instance { get; } = new();
    }

    /// <summary>Stop the guest in an orderly way; answered by <see cref="Stopped"/> once its process is gone.</summary>
    public sealed record Stop
    {
        public static Stop Instance { get; } = new();
    }

    /// <summary>No guest process is left.</summary>
    public sealed record Stopped
    {
        public static Stopped Instance { get; } = new();
    }

    /// <summary>Somebody who holds a link saw evidence that cannot be honest (wrong session, other key); the machine is quarantined.</summary>
    public sealed record Distrust(VmGeneration Generation, Failure Failure);
}

/// <summary>The lifecycle as operators name it.</summary>
public enum VmState { Down, Booting, Verifying, Injecting, Ready, Stopping, Backoff, Quarantined }

/// <summary>A ready guest of one generation: what a session needs to send turns to it, and what its replies must tell.</summary>
/// <param name="Generation">Dies with the machine; using a handle of an older generation is refused.</param>
/// <param name="Evidence">The verified evidence of this generation.</param>
/// <param name="Channels">The pool that takes turns.</param>
public sealed record GuestHandle(VmGeneration Generation, VerifiedEvidence Evidence, IActorRef Channels);
