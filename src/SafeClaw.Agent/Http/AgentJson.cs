using System.Text.Json.Serialization;

namespace SafeClaw.Agent;

/// <summary>A turn, or the start or end of a session. <see cref="ToString"/> shows sizes only.</summary>
internal sealed record AgentRequest(string SessionId, string Content = "", string RequestType = "process_message", bool Stream = false, IReadOnlyList<AgentHistoryEntry>? History = null)
{
    public override string ToString() => $"AgentRequest({RequestType}, {Content.Length} characters)";
}

/// <summary>Something said earlier. <see cref="ToString"/> shows its size only.</summary>
internal sealed record AgentHistoryEntry(string Role, string Content)
{
    public override string ToString() => $"AgentHistoryEntry({Content.Length} characters)";
}

/// <summary>What a turn came to. <see cref="ToString"/> shows sizes only.</summary>
internal sealed record AgentReply(string SessionId, string Content, bool Success, string? Error = null, string? Code = null)
{
    public override string ToString() => $"AgentReply({(Success ? "success" : Code ?? "failure")}, {Content.Length} characters)";
}

/// <summary>A piece of a streamed answer. <see cref="ToString"/> shows its size only.</summary>
internal sealed record AgentChunk(string Content)
{
    public override string ToString() => $"AgentChunk({Content.Length} characters)";
}

/// <summary>The end of a stream that came to nothing.</summary>
internal sealed record AgentError(string Error, string Code);

/// <summary>The agent's JSON: snake_case as A3S Box's agents have it, source-generated, strict.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(AgentRequest))]
[JsonSerializable(typeof(AgentReply))]
[JsonSerializable(typeof(AgentChunk))]
[JsonSerializable(typeof(AgentError))]
internal sealed partial class AgentJson : JsonSerializerContext;
