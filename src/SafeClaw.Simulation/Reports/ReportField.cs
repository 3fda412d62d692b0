namespace SafeClaw.Simulation;

/// <summary>A field of ATTESTATION_REPORT: where it lies and how long it is, in bytes (AMD 56860, table "ATTESTATION_REPORT Structure").</summary>
/// <param name="Name">As the specification spells it.</param>
/// <param name="Offset">From the start of the report.</param>
/// <param name="Size">Length.</param>
public sealed record ReportField(string Name, int Offset, int Size)
{
    public static readonly ReportField Version = new("VERSION", 0x000, 4);
    public static readonly ReportField GuestSvn = new("GUEST_SVN", 0x004, 4);
    public static readonly ReportField Policy = new("POLICY", 0x008, 8);
    public static readonly ReportField FamilyId = new("FAMILY_ID", 0x010, 16);
    public static readonly ReportField ImageId = new("IMAGE_ID", 0x020, 16);
    public static readonly ReportField Vmpl = new("VMPL", 0x030, 4);
    public static readonly ReportField SignatureAlgo = new("SIGNATURE_ALGO", 0x034, 4);
    public static readonly ReportField CurrentTcb = new("CURRENT_TCB", 0x038, 8);
    public static readonly ReportField PlatformInfo = new("PLATFORM_INFO", 0x040, 8);
    public static readonly ReportField KeyInfo = new("KEY_INFO", 0x048, 4);
    public static readonly ReportField ReservedAfterKeyInfo = new("RESERVED_4C", 0x04C, 4);
    public static readonly ReportField ReportData = new("REPORT_DATA", 0x050, 64);
    public static readonly ReportField Measurement = new("MEASUREMENT", 0x090, 48);
    public static readonly ReportField HostData = new("HOST_DATA", 0x0C0, 32);
    public static readonly ReportField IdKeyDigest = new("ID_KEY_DIGEST", 0x0E0, 48);
    public static readonly ReportField AuthorKeyDigest = new("AUTHOR_KEY_DIGEST", 0x110, 48);
    public static readonly ReportField ReportId = new("REPORT_ID", 0x140, 32);
    public static readonly ReportField ReportIdMa = new("REPORT_ID_MA", 0x160, 32);
    public static readonly ReportField ReportedTcb = new("REPORTED_TCB", 0x180, 8);
    public static readonly ReportField CpuFamily = new("CPUID_FAM_ID", 0x188, 1);
    public static readonly ReportField CpuModel = new("CPUID_MOD_ID", 0x189, 1);
    public static readonly ReportField CpuStepping = new("CPUID_STEP", 0x18A, 1);
    public static readonly ReportField ReservedAfterCpuid = new("RESERVED_18B", 0x18B, 21);
    public static readonly ReportField ChipId = new("CHIP_ID", 0x1A0, 64);
    public static readonly ReportField CommittedTcb = new("COMMITTED_TCB", 0x1E0, 8);
    public static readonly ReportField CurrentBuild = new("CURRENT_BUILD", 0x1E8, 1);
    public static readonly ReportField CurrentMinor = new("CURRENT_MINOR", 0x1E9, 1);
    public static readonly ReportField CurrentMajor = new("CURRENT_MAJOR", 0x1EA, 1);
    public static readonly ReportField ReservedAfterCurrent = new("RESERVED_1EB", 0x1EB, 1);
    public static readonly ReportField CommittedBuild = new("COMMITTED_BUILD", 0x1EC, 1);
    public static readonly ReportField CommittedMinor = new("COMMITTED_MINOR", 0x1ED, 1);
    public static readonly ReportField CommittedMajor = new("COMMITTED_MAJOR", 0x1EE, 1);
    public static readonly ReportField ReservedAfterCommitted = new("RESERVED_1EF", 0x1EF, 1);
    public static readonly ReportField LaunchTcb = new("LAUNCH_TCB", 0x1F0, 8);
    public static readonly ReportField LaunchMitigations = new("LAUNCH_MIT_VECTOR", 0x1F8, 8);
    public static readonly ReportField CurrentMitigations = new("CURRENT_MIT_VECTOR", 0x200, 8);
    public static readonly ReportField ReservedTail = new("RESERVED_208", 0x208, 152);
    public static readonly ReportField SignatureR = new("SIGNATURE.R", 0x2A0, 72);
    public static readonly ReportField SignatureS = new("SIGNATURE.S", 0x2E8, 72);
    public static readonly ReportField SignatureReserved = new("SIGNATURE.RESERVED", 0x330, 368);

    /// <summary>Every field, in order; together they are the whole report.</summary>
    public static IReadOnlyList<ReportField> All { get; } =
    [
        Version, GuestSvn, Policy, FamilyId, ImageId, Vmpl, SignatureAlgo, CurrentTcb, PlatformInfo, KeyInfo, ReservedAfterKeyInfo, ReportData,
        Measurement, HostData, IdKeyDigest, AuthorKeyDigest, ReportId, ReportIdMa, ReportedTcb, CpuFamily, CpuModel, CpuStepping,
        ReservedAfterCpuid, ChipId, CommittedTcb, CurrentBuild, CurrentMinor, CurrentMajor, ReservedAfterCurrent, CommittedBuild,
        CommittedMinor, CommittedMajor, ReservedAfterCommitted, LaunchTcb, LaunchMitigations, CurrentMitigations, ReservedTail,
        SignatureR, SignatureS, SignatureReserved,
    ];

    /// <summary>The field of that name, any case.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static ReportField Named(string name) =>
        All.FirstOrDefault(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new KeyNotFoundException($"No report field is called {name}.");
}
