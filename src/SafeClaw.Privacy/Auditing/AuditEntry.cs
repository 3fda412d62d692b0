using System.Text.Json.Serialization;

namespace SafeClaw.Privacy;

/// <summary>What happened, as metadata: never a text, a secret or a plain session id.</summary>
/// <param name="Kind">classified, routed, verdict, injected, leak or refused.</param>
/// <param name="Session">Keyed tag of the session, 32 hex digits; null where there is none.</param>
/// <param name="Generation">The VM generation concerned, or null.</param>
/// <param name="Facts">Names and values, for example <c>level: HighlySensitive</c>, <c>types: payment-card</c>, <c>count: 1</c>.</param>
public sealed record AuditEntry(string Kind, string? Session, string? Generation, IReadOnlyDictionary<string, string> Facts);

/// <summary>One line of the log: an entry, its place and time, and the hash that ties it to the line before.</summary>
internal sealed record AuditLine(long Seq, DateTimeOffset At, string Kind, string? Session, string? Generation, IReadOnlyDictionary<string, string> Facts, string Previous, string Hash);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, MaxDepth = 4)]
[JsonSerializable(typeof(AuditLine))]
internal sealed partial class AuditJson : JsonSerializerContext;
