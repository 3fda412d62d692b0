using System.Collections.Immutable;

namespace SafeClaw.Attestation;

/// <summary>What evidence must say. Every field says it explicitly; <see cref="Expect{T}.Any"/> is a statement, not an omission.</summary>
public sealed partial record AttestationPolicy
{
    private AttestationPolicy() { }

    /// <summary>Where it came from: production, development or any, possibly with changed fields.</summary>
    public required string Profile { get; init; }

    /// <summary>True if evidence that leads to a simulated root, or A3S Box's unsigned marker, may be accepted. Never weakens any other check.</summary>
    public bool AllowSimulated { get; init; }

    /// <summary>Accepted MEASUREMENT values, 48 bytes.</summary>
    public required Expect<Digest> Measurement { get; init; }

    /// <summary>POLICY.DEBUG: the host may read the guest's memory.</summary>
    public required Expect<bool> Debug { get; init; }

    /// <summary>POLICY.MIGRATE_MA, and with false also REPORT_ID_MA all ones.</summary>
    public required Expect<bool> Migration { get; init; }

    /// <summary>POLICY.SMT: the guest may run with SMT on.</summary>
    public required Expect<bool> Smt { get; init; }

    /// <summary>POLICY.SINGLE_SOCKET.</summary>
    public required Expect<bool> SingleSocket { get; init; }

    /// <summary>POLICY.CXL_ALLOW.</summary>
    public required Expect<bool> Cxl { get; init; }

    /// <summary>POLICY bits 26 to 63 that may be set although nobody here knows them.</summary>
    public ulong AllowedUnknownPolicyBits { get; init; }

    /// <summary>POLICY.ABI as major × 256 + minor.</summary>
    public required Expect<int> Abi { get; init; }

    /// <summary>VMPL, 0 to 3.</summary>
    public required Expect<uint> Vmpl { get; init; }

    /// <summary>GUEST_SVN.</summary>
    public required Expect<uint> GuestSvn { get; init; }

    /// <summary>FAMILY_ID, 16 bytes.</summary>
    public required Expect<Digest> FamilyId { get; init; }

    /// <summary>IMAGE_ID, 16 bytes.</summary>
    public required Expect<Digest> ImageId { get; init; }

    /// <summary>HOST_DATA, 32 bytes; a connection that knows its launch demands it exactly, beside this.</summary>
    public required Expect<Digest> HostData { get; init; }

    /// <summary>ID_KEY_DIGEST, 48 bytes.</summary>
    public required Expect<Digest> IdKeyDigest { get; init; }

    /// <summary>AUTHOR_KEY_DIGEST, 48 bytes; anything but Any requires AUTHOR_KEY_EN.</summary>
    public required Expect<Digest> AuthorKeyDigest { get; init; }

    /// <summary>The second half of REPORT_DATA at the handshake.</summary>
    public RuntimeBinding RuntimeBinding { get; init; } = RuntimeBinding.Zero;

    /// <summary>Accepted products.</summary>
    public required Expect<SnpProduct> Product { get; init; }

    /// <summary>Accepted CHIP_ID values, 64 bytes.</summary>
    public required Expect<Digest> ChipId { get; init; }

    /// <summary>Lowest TCB per product over reported, committed and launch TCB; a product that is not named has none.</summary>
    public ImmutableDictionary<TcbFloorKey, TcbVersion> MinimumTcb { get; init; } = ImmutableDictionary<TcbFloorKey, TcbVersion>.Empty;

    /// <summary>True if committed firmware may be older than current (it can be rolled back).</summary>
    public required Expect<bool> ProvisionalFirmware { get; init; }

    /// <summary>Cloud providers whose VLEK is accepted, by CSP_ID; null refuses every VLEK, an empty list accepts any provider's.</summary>
    public ImmutableArray<string>? VlekProviders { get; init; }

    /// <summary>PLATFORM_INFO.SMT_EN.</summary>
    public required Expect<bool> PlatformSmt { get; init; }

    /// <summary>PLATFORM_INFO.TSME_EN.</summary>
    public required Expect<bool> PlatformTsme { get; init; }

    /// <summary>PLATFORM_INFO.ECC_EN.</summary>
    public required Expect<bool> PlatformEcc { get; init; }

    /// <summary>PLATFORM_INFO.RAPL_DIS.</summary>
    public required Expect<bool> PlatformRaplDisabled { get; init; }

    /// <summary>PLATFORM_INFO.CIPHERTEXT_HIDING_DRAM_EN.</summary>
    public required Expect<bool> PlatformCiphertextHiding { get; init; }

    /// <summary>PLATFORM_INFO.ALIAS_CHECK_COMPLETE (BadRAM, AMD-SB-3015).</summary>
    public required Expect<bool> PlatformAliasCheck { get; init; }

    /// <summary>PLATFORM_INFO bits that may be set although nobody here knows them; genuine Turin reports set bit 6.</summary>
    public required Expect<ulong> UnknownPlatformBits { get; init; }

    /// <summary>Bits that LAUNCH_MIT_VECTOR and CURRENT_MIT_VECTOR must have; 0 asks for none. Reports before version 5 have no vector and fail otherwise.</summary>
    public ulong RequiredMitigations { get; init; }

    /// <summary>True if version 2 reports, which name no CPU, are accepted.</summary>
    public bool AllowVersion2 { get; init; }

    /// <summary>Whether a valid revocation list is needed.</summary>
    public RevocationMode Revocation { get; init; } = RevocationMode.Require;

    /// <summary>Structure, signature, chain and, on a live connection, binding: for looking at evidence. Accepts any guest, so it guards nothing.</summary>
    public static AttestationPolicy Any { get; } = new()
    {
        Profile = "any",
        Measurement = Expect<Digest>.Any,
        Debug = Expect<bool>.Any,
        Migration = Expect<bool>.Any,
        Smt = Expect<bool>.Any,
        SingleSocket = Expect<bool>.Any,
        Cxl = Expect<bool>.Any,
        AllowedUnknownPolicyBits = ulong.MaxValue,
        Abi = Expect<int>.Any,
        Vmpl = Expect<uint>.Any,
        GuestSvn = Expect<uint>.Any,
        FamilyId = Expect<Digest>.Any,
        ImageId = Expect<Digest>.Any,
        HostData = Expect<Digest>.Any,
        IdKeyDigest = Expect<Digest>.Any,
        AuthorKeyDigest = Expect<Digest>.Any,
        RuntimeBinding = RuntimeBinding.Any,
        Product = Expect<SnpProduct>.Any,
        ChipId = Expect<Digest>.Any,
        ProvisionalFirmware = Expect<bool>.Any,
        VlekProviders = [],
        PlatformSmt = Expect<bool>.Any,
        PlatformTsme = Expect<bool>.Any,
        PlatformEcc = Expect<bool>.Any,
        PlatformRaplDisabled = Expect<bool>.Any,
        PlatformCiphertextHiding = Expect<bool>.Any,
        PlatformAliasCheck = Expect<bool>.Any,
        UnknownPlatformBits = Expect<ulong>.Any,
        AllowVersion2 = true,
        Revocation = RevocationMode.Off,
    };

    /// <summary>For development: exactly these measurements, no debug, no migration; simulated evidence still needs <see cref="AllowSimulated"/>.</summary>
    /// <param name="measurements">48 bytes each, at least one.</param>
    public static AttestationPolicy Development(params IReadOnlyList<Digest> measurements) => Any with
    {
        Profile = "development",
        Measurement = Expect.AnyOf(measurements),
        Debug = Expect.Exactly(false),
        Migration = Expect.Exactly(false),
        Vmpl = Expect.Exactly(0u),
        AllowedUnknownPolicyBits = 0,
        RuntimeBinding = RuntimeBinding.Zero,
        VlekProviders = null,
        AllowVersion2 = false,
    };

    /// <summary>
    /// For production: exactly these measurements, no debug, no migration, VMPL 0, no rollback of firmware, the alias check done, TCB floors, no VLEK,
    /// a valid revocation list. Milan is accepted with a warning in the verdict (arXiv 2605.12990: its signing keys can be extracted in software).
    /// </summary>
    /// <param name="measurements">48 bytes each, at least one.</param>
    public static AttestationPolicy Production(params IReadOnlyList<Digest> measurements) => Development(measurements) with
    {
        Profile = "production",
        Cxl = Expect.Exactly(false),
        ProvisionalFirmware = Expect.Exactly(false),
        PlatformAliasCheck = Expect.Exactly(true),
        MinimumTcb = TcbFloors.Proposed,
        UnknownPlatformBits = Expect.AnyOf<ulong>([0, 1UL << 6]),
        Revocation = RevocationMode.Require,
    };

    /// <summary>SHA-256 of the policy's canonical JSON, 64 lower-case hexadecimal digits: part of HOST_DATA, and of every verdict.</summary>
    public string Digest => PolicyJson.DigestOf(this);
}

/// <summary>How revocation lists are used.</summary>
public enum RevocationMode
{
    /// <summary>Without a valid list there is no acceptance.</summary>
    Require,

    /// <summary>A list that is there is used; without one the verdict says so.</summary>
    PreferCached,

    /// <summary>Lists are not looked at unless one is given; the verdict says so.</summary>
    Off,
}
