using SafeClaw.Attestation;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>
/// An attested connection as the actors use it. The one production implementation wraps <see cref="AttestedConnection"/>, which only a completed
/// verification makes; probes stand in for it in tests of this assembly.
/// </summary>
internal abstract class GuestLink
{
    /// <summary>The evidence this connection's key is bound to.</summary>
    public abstract VerifiedEvidence Evidence { get; }

    /// <summary>True if this very connection answered a fresh challenge; false if it showed the key verified earlier in its generation.</summary>
    public abstract bool Challenged { get; }

    /// <summary>Completes when the connection can no longer be used.</summary>
    public abstract Task Closed { get; }

    /// <summary><c>GET /status</c>.</summary>
    public abstract Task<StatusReply> StatusAsync(CancellationToken cancellationToken);

    /// <summary><c>POST /secrets</c>, all or nothing.</summary>
    public abstract Task InjectAsync(SecretsRequest secrets, CancellationToken cancellationToken);

    /// <summary>One turn. The outcome says whether its bytes may have left.</summary>
    public abstract Task<GuestAnswer> ProcessAsync(ProcessRequest request, CancellationToken cancellationToken);

    /// <summary>Closes the socket at once; what is in flight fails.</summary>
    public abstract void Revoke();
}

/// <summary>How a turn ended at the guest.</summary>
internal abstract record GuestAnswer
{
    /// <summary>The agent's reply, not yet leak-checked.</summary>
    public sealed record Replied(string Content) : GuestAnswer
    {
        public override string ToString() => $"Replied({Content.Length} characters)";
    }

    /// <summary>The guest understood and declined.</summary>
    public sealed record Declined(Failure Failure) : GuestAnswer;

    /// <summary>The connection failed. <paramref name="Sent"/> is false only if no byte of the turn was ever handed to it.</summary>
    public sealed record Lost(bool Sent, Failure Failure) : GuestAnswer
    {
        /// <summary>True if it must not be sent again even where the guest remembers turns: nobody waits for it.</summary>
        public bool Final { get; init; }
    }
}
