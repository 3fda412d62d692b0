namespace SafeClaw.Attestation;

/// <summary>What REPORT_DATA[32..64) must be at the handshake.</summary>
public abstract record RuntimeBinding
{
    private RuntimeBinding() { }

    /// <summary>32 zero bytes (default).</summary>
    public static RuntimeBinding Zero { get; } = new Exactly(new byte[32]);

    /// <summary>Anything; what is seen there counts as the binding from then on.</summary>
    public static RuntimeBinding Any { get; } = new Anything();

    /// <summary>These 32 bytes, for example a digest of the workload (A3S Box's runtime binding).</summary>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static RuntimeBinding Of(ReadOnlyMemory<byte> bytes) =>
        bytes.Length == 32 ? new Exactly(bytes.ToArray()) : throw new ArgumentException("A runtime binding has 32 bytes.", nameof(bytes));

    /// <summary>True if <paramref name="actual"/> (32 bytes) is accepted; compared in fixed time.</summary>
    public abstract bool Holds(ReadOnlySpan<byte> actual);

    private sealed record Exactly(byte[] Expected) : RuntimeBinding
    {
        public override bool Holds(ReadOnlySpan<byte> actual) => System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(actual, Expected);

        public override string ToString() => Convert.ToHexStringLower(Expected);
    }

    private sealed record Anything : RuntimeBinding
    {
        public override bool Holds(ReadOnlySpan<byte> actual) => true;

        public override string ToString() => "any";
    }
}
