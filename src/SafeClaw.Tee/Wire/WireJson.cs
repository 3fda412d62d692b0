using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafeClaw.Tee.Wire;

/// <summary>
/// The JSON of the guest's routes: snake_case, source-generated (no reflection at start, fit for NativeAOT) and strict: a member twice,
/// a missing member, null where a value belongs, comments, trailing commas or more than 16 levels are refused. Unknown members are
/// ignored, so that either side may be newer.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    NumberHandling = JsonNumberHandling.Strict,
    ReadCommentHandling = JsonCommentHandling.Disallow,
    AllowTrailingCommas = false,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = MaxDepth)]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(AttestRequest))]
[JsonSerializable(typeof(AttestReply))]
[JsonSerializable(typeof(SecretsRequest))]
[JsonSerializable(typeof(SecretsReply))]
[JsonSerializable(typeof(RevokeRequest))]
[JsonSerializable(typeof(ProcessRequest))]
[JsonSerializable(typeof(ProcessReply))]
[JsonSerializable(typeof(AgentReply))]
[JsonSerializable(typeof(StreamChunk))]
[JsonSerializable(typeof(ErrorReply))]
[JsonSerializable(typeof(SealRequest))]
[JsonSerializable(typeof(SealReply))]
[JsonSerializable(typeof(UnsealRequest))]
[JsonSerializable(typeof(UnsealReply))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Deepest nesting accepted, in levels.</summary>
    public const int MaxDepth = 16;
}
