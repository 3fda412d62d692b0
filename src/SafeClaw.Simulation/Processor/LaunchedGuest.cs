using System.Security.Cryptography;
using SafeClaw.Tee;

namespace SafeClaw.Simulation;

/// <summary>What the processor keeps of a launched guest (its "guest context"): fixed at launch, not to be changed by anybody.</summary>
/// <param name="Measurement">48 bytes.</param>
/// <param name="HostData">32 bytes.</param>
/// <param name="Policy">Guest policy bits.</param>
/// <param name="ReportId">32 random bytes that name this guest for as long as it lives.</param>
/// <param name="LaunchTcb">The committed TCB at launch.</param>
public sealed record LaunchedGuest(byte[] Measurement, byte[] HostData, ulong Policy, byte[] ReportId, SimulatedTcb LaunchTcb)
{
    /// <summary>GUEST_SVN from the id block; there is none, so 0.</summary>
    public uint GuestSvn { get; init; }

    /// <summary>FAMILY_ID from the id block, 16 bytes.</summary>
    public byte[] FamilyId { get; init; } = new byte[16];

    /// <summary>IMAGE_ID from the id block, 16 bytes.</summary>
    public byte[] ImageId { get; init; } = new byte[16];

    /// <summary>A new guest, with a report id of its own.</summary>
    public static LaunchedGuest From(LaunchRequest request, SimulatedTcb launchTcb) => new(
        Convert.FromHexString(request.Measurement), Convert.FromHexString(request.HostData), request.Policy,
        RandomNumberGenerator.GetBytes(32), launchTcb);
}
