using System.Security.Cryptography;
using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Simulation;

/// <summary>
/// The secure processor of one chip with room for one guest: launched once by the hypervisor's side, then asked by the guest for reports and
/// keys. Thread-safe.
/// </summary>
public sealed class SimulatedProcessor : IDisposable
{
    private readonly Lock _signing = new();
    private readonly SimulatedChip _chip;
    private readonly ECDsa _endorsementKey;
    private readonly EndorsementChain _chain;
    private readonly ProcessorSettings _settings;
    private LaunchedGuest? _guest;

    /// <param name="chip">Taken over: disposed with the processor.</param>
    /// <param name="chain">What endorses the chip's key at the settings' TCB.</param>
    /// <param name="settings">Product defaults unless given.</param>
    public SimulatedProcessor(SimulatedChip chip, EndorsementChain chain, ProcessorSettings settings)
    {
        _chip = chip;
        _chain = chain;
        _settings = settings;
        _endorsementKey = settings.CspId is { } csp ? chip.Vlek(settings.Tcb, csp) : chip.Vcek(settings.Tcb);
    }

    /// <summary>The guest, once launched.</summary>
    public LaunchedGuest? Guest => Volatile.Read(ref _guest);

    /// <summary>Launches the one guest.</summary>
    /// <returns>The guest, or null if there already is one: a second launch is refused.</returns>
    public LaunchedGuest? Launch(LaunchRequest request)
    {
        var guest = LaunchedGuest.From(request, _settings.Tcb);
        return Interlocked.CompareExchange(ref _guest, guest, null) is null ? guest : null;
    }

    /// <summary>MSG_REPORT_REQ.</summary>
    /// <param name="reportData">64 bytes.</param>
    /// <exception cref="InvalidOperationException">No guest was launched.</exception>
    public Evidence Report(ReadOnlySpan<byte> reportData)
    {
        var guest = Guest ?? throw new InvalidOperationException("No guest was launched.");
        var report = SimulatedReport.Create(_chip.Product, _settings.ReportVersion)
            .SetAllTcbs(_settings.Tcb, _chip.Product)
            .Set(ReportField.LaunchTcb, guest.LaunchTcb.ToBytes(_chip.Product))
            .Set(ReportField.GuestSvn, guest.GuestSvn)
            .Set(ReportField.Policy, guest.Policy)
            .Set(ReportField.FamilyId, guest.FamilyId)
            .Set(ReportField.ImageId, guest.ImageId)
            .Set(ReportField.KeyInfo, _settings.CspId is null ? 0u : VlekSigned)
            .Set(ReportField.ReportData, reportData)
            .Set(ReportField.Measurement, guest.Measurement)
            .Set(ReportField.HostData, guest.HostData)
            .Set(ReportField.ReportId, guest.ReportId)
            .Set(ReportField.ChipId, _chip.ChipId);
        _settings.Change?.Invoke(report);
        lock (_signing) return new Evidence(report.Sign(_endorsementKey), _chain);
    }

    /// <summary>MSG_KEY_REQ.</summary>
    /// <param name="request">What the guest asks for.</param>
    /// <param name="problem">Why the firmware refuses, or null.</param>
    /// <returns>32 secret bytes, or null if refused.</returns>
    /// <exception cref="InvalidOperationException">No guest was launched.</exception>
    public byte[]? DeriveKey(DerivedKeyRequest request, out string? problem)
    {
        var guest = Guest ?? throw new InvalidOperationException("No guest was launched.");
        problem = KeyDerivation.Problem(request, guest, _settings.Tcb, _chip.Product);
        return problem is null ? KeyDerivation.Derive(request, guest, _chip) : null;
    }

    public void Dispose()
    {
        _endorsementKey.Dispose();
        _chip.Dispose();
    }

    private const ulong VlekSigned = 1 << 2; // KEY_INFO.SIGNING_KEY = 1
}
