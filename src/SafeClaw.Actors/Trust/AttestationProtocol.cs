using SafeClaw.Tee;

namespace SafeClaw.Actors;

/// <summary>What the one owner of all RA-TLS dials understands and answers.</summary>
internal static class AttestationProtocol
{
    /// <summary>From the supervisor: a machine of this generation boots; open its first connection with a fresh challenge. Answered by
    /// <see cref="PhasePassed"/>, then <see cref="Verified"/> or <see cref="StepFailed"/>.</summary>
    public sealed record Begin(VmGeneration Generation, TeeEndpoint Endpoint, ReadOnlyMemory<byte> HostData);

    /// <summary>Another connection to that generation; answered by <see cref="Opened"/> or <see cref="NotOpened"/>. Refused evidence is also told
    /// to the supervisor.</summary>
    public sealed record Open(VmGeneration Generation);

    /// <summary>An attested connection, now the asker's.</summary>
    public sealed record Opened(VmGeneration Generation, GuestLink Link);

    /// <summary>There is no connection.</summary>
    public sealed record NotOpened(VmGeneration Generation, Failure Failure);

    /// <summary>That generation was given up: dials under way are cut and nothing more is opened.</summary>
    public sealed record Forget(VmGeneration Generation);
}
