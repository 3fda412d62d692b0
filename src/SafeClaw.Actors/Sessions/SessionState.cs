using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>What a session knows of itself between turns. Owned by its <see cref="SessionActor"/> alone.</summary>
internal sealed class SessionState
{
    /// <summary>What earlier turns add up to (a card number sent in pieces).</summary>
    public SessionRisk Risk { get; } = new();

    /// <summary>Values no reply of this session may repeat.</summary>
    public TaintRegistry Taints { get; } = new();

    /// <summary>How sensitive the session is; only rises.</summary>
    public SensitivityLevel Level { get; private set; } = SensitivityLevel.Public;

    private long _guestTurns;

    public void RaiseTo(SensitivityLevel level)
    {
        if (level > Level) Level = level;
    }

    /// <summary>The number of the next turn for the guest, from 1; it grows by one per turn sent, and a resent turn keeps its number.</summary>
    public long NextGuestTurn() => ++_guestTurns;
}
