using System.Text.Json;
using System.Text.Json.Serialization;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>The answer to a message, the same on the command line and over HTTP.</summary>
internal sealed record MessageReply(string Id, string Reply, string Session, string Level, string Route, bool Tee, bool Simulated, string? Generation, string? Verdict, int Redactions,
    string Outcome, long ElapsedMs)
{
    public static MessageReply From(TurnReply reply) => new(reply.Id, reply.Reply.Text, reply.Session.Value, reply.Level.ToString(), reply.Route.ToString().ToLowerInvariant(), reply.Tee,
        reply.Simulated, reply.Generation, reply.Verdict, reply.Redactions, reply.Outcome.ToString().ToLowerInvariant(), (long)reply.Elapsed.TotalMilliseconds);

    public override string ToString() => $"MessageReply({Id}, {Reply.Length} characters)";
}

/// <summary>A message as it is posted.</summary>
internal sealed record MessageRequest(string Content, string? Id = null, bool Stream = false, bool Repeatable = false, string? Confirm = null, long? DeadlineMs = null)
{
    public override string ToString() => $"MessageRequest({Id}, {Content.Length} characters)";
}

/// <summary>The confidential VM.</summary>
internal sealed record TeeDocument(string State, bool Enabled, bool Simulated, string? Generation, string? Reason, PhaseDocument[] Phases, int Sessions)
{
    public static TeeDocument From(TeeStatus status) => new(status.State, status.Enabled, status.Simulated, status.Generation, status.Reason,
        [.. status.Phases.Select(p => new PhaseDocument(p.Phase, p.Elapsed.TotalMilliseconds, p.Ok))], status.Sessions);
}

internal sealed record PhaseDocument(string Phase, double ElapsedMs, bool Ok);

/// <summary>The running host.</summary>
internal sealed record StatusDocument(int Pid, string Version, string Environment, long UptimeMs, bool TeeReal, TeeDocument Tee);

internal sealed record OkDocument(bool Ok);

internal sealed record HealthDocument(string Status);

internal sealed record ErrorDocument(bool Ok, ErrorBody Error);

internal sealed record ErrorBody(string Code, string Message);

/// <summary>RFC 9457 problem details with SafeClaw's members.</summary>
internal sealed record ProblemDocument(string Type, string Title, int Status, string Detail, string Code, string Stage, string? Generation, string CorrelationId);

internal sealed record ConfigKeyDocument(string Key, string Form, string Default, string Meaning);

internal sealed record ClassifyLine(string Id, string Text)
{
    public override string ToString() => $"ClassifyLine({Id}, {Text.Length} characters)";
}

internal sealed record ClassifiedLine(string Id, string Level, FindingDocument[] Findings, string? Route, string? Why);

internal sealed record FindingDocument(string Type, int Start, int End, string Level);

internal sealed record LeakLine(string Id, string Reply, string[] Taints)
{
    public override string ToString() => $"LeakLine({Id}, {Reply.Length} characters, {Taints.Length} taints)";
}

internal sealed record CheckedLine(string Id, string Text, int Redactions, bool Blocked);

internal sealed record AuditDocument(bool Ok, long Lines, string? Problem);

internal sealed record CollateralDocument(string Name, string What, DateTimeOffset? From, DateTimeOffset? Until, string? Problem)
{
    public static CollateralDocument Of(Attestation.CollateralItem item) => new(item.Name, item.What, item.From, item.Until, item.Problem);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, AllowDuplicateProperties = false, MaxDepth = 8,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(MessageReply))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(TeeDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(OkDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(ConfigKeyDocument[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(ClassifyLine))]
[JsonSerializable(typeof(ClassifiedLine))]
[JsonSerializable(typeof(LeakLine))]
[JsonSerializable(typeof(CheckedLine))]
[JsonSerializable(typeof(AuditDocument))]
[JsonSerializable(typeof(CollateralDocument[]))]
internal sealed partial class HostJson : JsonSerializerContext;
