namespace SafeClaw.Actors;

/// <summary>One phase of bringing a guest to Ready: spawn, socket, handshake, verify, inject, first-answer.</summary>
public sealed record PhaseTiming(string Phase, TimeSpan Elapsed, bool Ok);

/// <summary>Hears of boot phases as they happen; calls come from one thread at a time and must return at once.</summary>
public interface IPhaseObserver
{
    void Started(string phase);

    void Ended(PhaseTiming timing);
}
