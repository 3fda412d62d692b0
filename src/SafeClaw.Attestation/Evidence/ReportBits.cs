namespace SafeClaw.Attestation;

/// <summary>POLICY: what the guest's owner allows (AMD 56860, GUEST_POLICY).</summary>
public readonly record struct GuestPolicy(ulong Bits)
{
    /// <summary>Bits 26 to 63, which no version known here defines.</summary>
    public const ulong Unknown = ~((1UL << 26) - 1);

    /// <summary>Lowest ABI minor version, bits 7:0.</summary>
    public byte AbiMinor => (byte)Bits;

    /// <summary>Lowest ABI major version, bits 15:8.</summary>
    public byte AbiMajor => (byte)(Bits >> 8);

    /// <summary>Bit 16: SMT is allowed.</summary>
    public bool Smt => Bit(16);

    /// <summary>Bit 17: must be one.</summary>
    public bool ReservedOne => Bit(17);

    /// <summary>Bit 18: a migration agent is allowed.</summary>
    public bool MigrateMa => Bit(18);

    /// <summary>Bit 19: the host may read and write the guest's memory.</summary>
    public bool Debug => Bit(19);

    /// <summary>Bit 20: only on one socket.</summary>
    public bool SingleSocket => Bit(20);

    /// <summary>Bit 21: CXL memory is allowed.</summary>
    public bool CxlAllow => Bit(21);

    /// <summary>Bit 22: AES-256-XTS memory encryption is required.</summary>
    public bool MemAes256Xts => Bit(22);

    /// <summary>Bit 23: RAPL must be off.</summary>
    public bool RaplDisabled => Bit(23);

    /// <summary>Bit 24: ciphertext hiding is required.</summary>
    public bool CiphertextHiding => Bit(24);

    /// <summary>Bit 25: page swapping is off.</summary>
    public bool PageSwapDisabled => Bit(25);

    public override string ToString() => $"0x{Bits:x}";

    private bool Bit(int number) => (Bits >> number & 1) != 0;
}

/// <summary>PLATFORM_INFO: how the machine is set up (AMD 56860, PLATFORM_INFO).</summary>
public readonly record struct PlatformInfo(ulong Bits)
{
    /// <summary>Bit 0: SMT is on.</summary>
    public bool SmtEnabled => Bit(0);

    /// <summary>Bit 1: transparent memory encryption is on.</summary>
    public bool TsmeEnabled => Bit(1);

    /// <summary>Bit 2: memory has error correction.</summary>
    public bool EccEnabled => Bit(2);

    /// <summary>Bit 3: RAPL is off.</summary>
    public bool RaplDisabled => Bit(3);

    /// <summary>Bit 4: ciphertext hiding is on.</summary>
    public bool CiphertextHiding => Bit(4);

    /// <summary>Bit 5: firmware checked memory for aliases since boot.</summary>
    public bool AliasCheckComplete => Bit(5);

    public override string ToString() => $"0x{Bits:x}";

    private bool Bit(int number) => (Bits >> number & 1) != 0;
}
