using SafeClaw.Tee;

namespace SafeClaw.Actors;

/// <summary>Opens attested connections to one guest. Production: <see cref="RaTlsDialer"/>.</summary>
internal interface IGuestDialer
{
    /// <summary>
    /// Dials until the guest accepts (only if <see cref="GuestDial.AwaitSocket"/>), then handshakes and verifies once.
    /// </summary>
    /// <param name="passed">Called with a phase's name when it is passed: socket, handshake.</param>
    Task<DialOutcome> OpenAsync(GuestDial dial, Action<string> passed, CancellationToken cancellationToken);
}

/// <summary>What a dial must find.</summary>
/// <param name="Generation">The generation being dialled.</param>
/// <param name="Endpoint">Where its attestation server listens.</param>
/// <param name="HostData">The 32 bytes its launch was given.</param>
/// <param name="Pinned">The first connection of this generation, whose key the others must show; null on the first.</param>
/// <param name="AwaitSocket">True at boot: nobody may be listening yet.</param>
internal sealed record GuestDial(VmGeneration Generation, TeeEndpoint Endpoint, ReadOnlyMemory<byte> HostData, GuestLink? Pinned, bool AwaitSocket);

/// <summary>How a dial ended.</summary>
internal abstract record DialOutcome
{
    /// <summary>Open and verified.</summary>
    public sealed record Opened(GuestLink Link) : DialOutcome;

    /// <summary>Not open. An attack-shaped code means the evidence was judged and refused.</summary>
    public sealed record Refused(Failure Failure) : DialOutcome;
}
