#if SIMULATION
using System.Text.Json.Serialization;

namespace SafeClaw.Tee;

/// <summary>One call, one JSON line of at most <see cref="MaxLineBytes"/> bytes.</summary>
/// <param name="Call"><see cref="Launched"/>, <see cref="Report"/> or <see cref="DeriveKey"/>.</param>
/// <param name="ReportData">REPORT_DATA for <see cref="Report"/>: 64 bytes in base64.</param>
/// <param name="DerivedKey">The fields of <see cref="DeriveKey"/>.</param>
public sealed record SecureProcessorCall(string Call, byte[]? ReportData = null, DerivedKeyRequest? DerivedKey = null)
{
    /// <summary>Answers as soon as the launch was made.</summary>
    public const string Launched = "launched";

    /// <summary>MSG_REPORT_REQ: a signed report over the caller's REPORT_DATA.</summary>
    public const string Report = "report";

    /// <summary>MSG_KEY_REQ: a key derived from the chip's secret.</summary>
    public const string DeriveKey = "derive_key";

    /// <summary>Size of REPORT_DATA in bytes.</summary>
    public const int ReportDataBytes = 64;

    /// <summary>Longest accepted call in bytes.</summary>
    public const int MaxLineBytes = 4096;
}

/// <summary>The answer to one call, one JSON line of at most <see cref="MaxLineBytes"/> bytes; either <see cref="Error"/> or the rest.</summary>
/// <param name="Report">The 1,184-byte ATTESTATION_REPORT.</param>
/// <param name="Chain">The certificates that endorse the report's key.</param>
/// <param name="Key">A derived key of 32 bytes; a secret.</param>
/// <param name="Error">Why the call was refused.</param>
public sealed record SecureProcessorReply(
    byte[]? Report = null, SecureProcessorChain? Chain = null, byte[]? Key = null, SecureProcessorError? Error = null)
{
    /// <summary>Longest accepted reply in bytes: a report and three certificates are below 10 KiB in base64.</summary>
    public const int MaxLineBytes = 32 * 1024;

    /// <summary>Shows what kind of answer it is, never a key.</summary>
    public override string ToString() => Error?.Code ?? (Key is not null ? "key" : Report is not null ? "report" : "ok");
}

/// <summary>DER certificates; exactly one of <see cref="Vcek"/> and <see cref="Vlek"/>.</summary>
public sealed record SecureProcessorChain(byte[]? Vcek = null, byte[]? Vlek = null, byte[]? Ask = null, byte[]? Ark = null);

/// <summary>A refusal.</summary>
/// <param name="Code">One of the constants here.</param>
/// <param name="Message">What was wrong, for a person.</param>
public sealed record SecureProcessorError(string Code, string Message)
{
    /// <summary>No launch was made in time.</summary>
    public const string NotLaunched = "NOT_LAUNCHED";

    /// <summary>The call is no call, or its fields are out of range (the firmware's INVALID_PARAMETERS, 16h).</summary>
    public const string InvalidParameters = "INVALID_PARAMETERS";

    /// <summary>Too many connections or calls at once.</summary>
    public const string Busy = "BUSY";
}

/// <summary>Strict, source-generated JSON of the contract with the simulated processor.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    NumberHandling = JsonNumberHandling.Strict,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(LaunchRequest))]
[JsonSerializable(typeof(SecureProcessorCall))]
[JsonSerializable(typeof(SecureProcessorReply))]
public sealed partial class SecureProcessorJson : JsonSerializerContext;
#endif
