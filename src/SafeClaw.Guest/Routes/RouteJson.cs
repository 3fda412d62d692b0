using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SafeClaw.Guest;

/// <summary>Reads a request's JSON; a refusal names the member at fault and repeats none of the text.</summary>
internal static class RouteJson
{
    public static bool TryRead<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type, [NotNullWhen(true)] out T? value, [NotNullWhen(false)] out Answer? refusal) where T : class
    {
        (value, refusal) = (null, null);
        try
        {
            value = JsonSerializer.Deserialize(body.Span, type);
            if (value is not null) return true;
            refusal = Answer.Invalid("The body is a JSON object.");
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            var at = (bad as JsonException)?.Path is { Length: > 1 and <= 64 } path && path.All(IsPlain) ? $" (at {path})" : "";
            refusal = Answer.Invalid($"The body is not what the route takes{at}: one JSON document, each member once, with its type.");
        }

        return false;
    }

    /// <summary>A path could quote an attacker's member name; only our own kind of names is repeated.</summary>
    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '$' or '.' or '_' or '[' or ']';
}
