using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>What the channel pool understands and answers.</summary>
internal static class ChannelProtocol
{
    /// <summary>From the supervisor: this generation is ready; here is its first connection.</summary>
    /// <param name="Dedupes">True if the guest remembers a session's last turn, so that the same turn may be sent again after a lost connection.</param>
    public sealed record Serve(VmGeneration Generation, GuestLink First, bool Dedupes);

    /// <summary>From the supervisor: this generation is given up; close everything before another byte goes out.</summary>
    public sealed record Revoke(VmGeneration Generation, Failure Failure);

    /// <summary>One turn for the guest of that generation; answered by exactly one <see cref="Answered"/>.</summary>
    /// <param name="Deadline">Scheduler time after which nobody waits.</param>
    public sealed record Send(VmGeneration Generation, ProcessRequest Request, DateTimeOffset Deadline);

    /// <summary>The caller no longer waits for that request; if it was sent, the guest is told by closing its connection.</summary>
    public sealed record Cancel(string RequestId);

    /// <summary>How the turn ended, and whether its connection was challenged itself.</summary>
    public sealed record Answered(string RequestId, GuestAnswer Answer, bool Challenged);
}
