using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>A route's answer: an HTTP status and a JSON body. Prints sizes only.</summary>
internal sealed record Answer(int Status, byte[] Json)
{
    public static Answer Ok<T>(T value, JsonTypeInfo<T> type) => new(200, JsonSerializer.SerializeToUtf8Bytes(value, type));

    public static Answer Of<T>(int status, T value, JsonTypeInfo<T> type) => new(status, JsonSerializer.SerializeToUtf8Bytes(value, type));

    /// <summary>A refusal with a stable code and a sentence that repeats nothing of the request.</summary>
    public static Answer Refuse(int status, string code, string error, string? correlationId = null) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(new ErrorReply(error, code, correlationId), WireJson.Default.ErrorReply));

    public static Answer Invalid(string error) => Refuse(400, "INVALID_REQUEST", error);

    public override string ToString() => $"Answer({Status}, {Json.Length} bytes)";
}
