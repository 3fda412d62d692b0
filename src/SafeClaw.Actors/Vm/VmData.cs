using System.Collections.Immutable;
using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>What the supervisor knows in a state: a later state has proved more.</summary>
/// <param name="Generation">The current machine, or the last one.</param>
public abstract record VmData(VmGeneration Generation)
{
    /// <summary>Who hears of the outcome of the boot under way.</summary>
    public ImmutableList<IActorRef> Waiting { get; init; } = [];

    /// <summary>Who hears when no process is left.</summary>
    public ImmutableList<IActorRef> Stopping { get; init; } = [];

    /// <summary>Failures since the guest was last ready.</summary>
    public int Failures { get; init; }

    /// <summary>Why the guest is not ready, if there is a reason.</summary>
    public Failure? Reason { get; init; }

    /// <summary>The phases of the last boot.</summary>
    public IReadOnlyList<PhaseTiming> Phases { get; init; } = [];

    /// <summary>No machine.</summary>
    internal sealed record Nothing(VmGeneration Generation) : VmData(Generation);

    /// <summary>No machine for a while after a failure; <paramref name="Restart"/> if one was serving and shall come back unasked.</summary>
    internal sealed record Resting(VmGeneration Generation, bool Restart) : VmData(Generation);

    /// <summary>A machine that was told to end.</summary>
    internal sealed record Ending(VmGeneration Generation, IActorRef Shim) : VmData(Generation);

    /// <summary>A machine was asked for; its process may already run.</summary>
    internal record Spawning(VmGeneration Generation, GuestLaunch Launch, IActorRef Shim, PhaseClock Clock) : VmData(Generation);

    /// <summary>Its evidence is verified on an open connection.</summary>
    internal sealed record Trusted(VmGeneration Generation, GuestLaunch Launch, IActorRef Shim, PhaseClock Clock, GuestLink Link)
        : Spawning(Generation, Launch, Shim, Clock);

    /// <summary>It serves turns.</summary>
    internal sealed record Serving(VmGeneration Generation, IActorRef Shim, GuestHandle Handle) : VmData(Generation)
    {
        /// <summary>Health probes that failed in a row.</summary>
        public int Unwell { get; init; }
    }
}
