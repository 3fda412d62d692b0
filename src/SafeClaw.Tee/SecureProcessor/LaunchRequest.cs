#if SIMULATION
using System.Buffers;
using System.Text.Json;

namespace SafeClaw.Tee;

/// <summary>
/// What the hypervisor's side fixes when it launches a guest, and the guest itself can never choose (SNP_LAUNCH_START, SNP_LAUNCH_UPDATE
/// and SNP_LAUNCH_FINISH, AMD 56860 §8.17 to §8.19). The shim writes it once, as one JSON line, on the simulated processor's standard input.
/// </summary>
/// <param name="Measurement">Launch digest: SHA-384 as 96 lower-case hexadecimal digits.</param>
/// <param name="HostData">HOST_DATA: 32 bytes as 64 lower-case hexadecimal digits.</param>
/// <param name="Policy">Guest POLICY bits (AMD 56860, GUEST_POLICY); bit 17 must be one. 0x30000 is "SMT allowed, no debugging, no migration".</param>
public sealed record LaunchRequest(string Measurement, string HostData, ulong Policy)
{
    /// <summary>Size of a measurement in bytes.</summary>
    public const int MeasurementBytes = 48;

    /// <summary>Size of HOST_DATA in bytes.</summary>
    public const int HostDataBytes = 32;

    /// <summary>Longest accepted launch line in bytes, without its line feed.</summary>
    public const int MaxLineBytes = 4096;

    private const ulong ReservedOne = 1UL << 17;

    /// <summary>One line of JSON, line feed included.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, SecureProcessorJson.Default.LaunchRequest) + "\n";

    /// <summary>Reads a launch line; says what is wrong with anything else.</summary>
    /// <param name="utf8">The line without its line feed.</param>
    /// <param name="problem">Why it was refused, or null.</param>
    public static LaunchRequest? TryParse(ReadOnlySpan<byte> utf8, out string? problem)
    {
        problem = null;
        try
        {
            var request = JsonSerializer.Deserialize(utf8, SecureProcessorJson.Default.LaunchRequest);
            problem = request is null ? "a launch request is a JSON object" : request.Problem();
            return problem is null ? request : null;
        }
        catch (JsonException)
        {
            problem = "a launch request is {\"measurement\":…,\"host_data\":…,\"policy\":…}";
            return null;
        }
    }

    private string? Problem()
    {
        if (!IsLowerHex(Measurement, MeasurementBytes)) return "measurement must be 96 lower-case hexadecimal digits";
        if (!IsLowerHex(HostData, HostDataBytes)) return "host_data must be 64 lower-case hexadecimal digits";
        return (Policy & ReservedOne) == 0 ? "policy bit 17 is reserved and must be one" : null;
    }

    private static bool IsLowerHex(string text, int bytes) =>
        text.Length == bytes * 2 && text.AsSpan().IndexOfAnyExcept(LowerHexDigits) < 0;

    private static readonly SearchValues<char> LowerHexDigits = SearchValues.Create("0123456789abcdef");
}
#endif
