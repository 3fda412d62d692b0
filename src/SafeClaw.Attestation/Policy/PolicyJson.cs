using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SafeClaw.Attestation;

public sealed partial record AttestationPolicy
{
    /// <summary>Largest policy file read, in bytes.</summary>
    public const int MaxFileBytes = 1024 * 1024;

    /// <summary>
    /// Reads a policy file: <c>{"profile": "production" | "development" | "any", …fields}</c>. Fields not named keep the profile's value; production and
    /// development need a measurement.
    /// </summary>
    /// <exception cref="FormatException">Not JSON, an unknown or repeated member, or a value out of range; the message names it.</exception>
    public static AttestationPolicy Parse(ReadOnlyMemory<byte> json) => PolicyJson.Parse(json);

    /// <summary>
    /// A JSON Schema (draft 2020-12) of policy files: every member's name and form, none besides. Forms are descriptions; <see cref="Parse"/> judges values.
    /// </summary>
    public static string Schema => PolicyJson.Schema();

    /// <summary>Every field with its value, in the table's order: <c>policy explain</c>.</summary>
    public IReadOnlyList<(string Field, string Value, string Form)> Explain() => [.. PolicyField.All.Select(f => (f.Name, f.Show(this), f.Form))];
}

/// <summary>Policies as JSON files and as digests.</summary>
internal static class PolicyJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public static AttestationPolicy Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > AttestationPolicy.MaxFileBytes) throw new FormatException($"A policy has at most {AttestationPolicy.MaxFileBytes} bytes.");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement);
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"The policy is not valid JSON: {malformed.Message}", malformed);
        }
    }

    /// <summary>SHA-256 over one line per field, "name=value"; a simulated allowance is part of it.</summary>
    public static string DigestOf(AttestationPolicy policy)
    {
        var text = new StringBuilder("safeclaw-policy-v1\n");
        text.Append("allowSimulated=").Append(policy.AllowSimulated ? "true" : "false").Append('\n');
        foreach (var field in PolicyField.All) text.Append(field.Name).Append('=').Append(field.Show(policy)).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public static string Schema()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, VerdictText.Readable))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            json.WriteString("title", "SafeClaw attestation policy");
            json.WriteString("type", "object");
            json.WriteBoolean("additionalProperties", false);
            WriteStrings(json, "required", ["profile"]);
            json.WriteStartObject("properties");
            json.WriteStartObject("$schema");
            json.WriteString("type", "string");
            json.WriteEndObject();
            json.WriteStartObject("profile");
            WriteStrings(json, "enum", ["production", "development", "any"]);
            json.WriteEndObject();
            foreach (var field in PolicyField.All)
            {
                json.WriteStartObject(field.Name);
                json.WriteString("description", field.Form);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, string[] values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static AttestationPolicy Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new FormatException("A policy is a JSON object.");
        // The placeholder measurement is replaced below or refused; a profile cannot be made without one.
        var unset = Digest.From(new byte[48]);
        var policy = root.TryGetProperty("profile", out var profile) ? profile.GetString() switch
        {
            "production" => AttestationPolicy.Production(unset),
            "development" => AttestationPolicy.Development(unset),
            "any" => AttestationPolicy.Any,
            var other => throw new FormatException($"There is no profile '{other}'; use production, development or any."),
        } : throw new FormatException("A policy names its \"profile\": production, development or any.");
        if (policy.Profile != "any" && !root.TryGetProperty("measurement", out _)) throw new FormatException($"The profile {policy.Profile} needs a \"measurement\".");
        foreach (var member in root.EnumerateObject().Where(m => m.Name is not ("profile" or "$schema"))) policy = Set(policy, member);
        if (policy is { Profile: "production", Measurement.IsAny: true }) throw new FormatException("A production policy cannot accept any measurement.");
        return policy;
    }

    private static AttestationPolicy Set(AttestationPolicy policy, JsonProperty member)
    {
        var field = PolicyField.All.FirstOrDefault(f => f.Name == member.Name)
            ?? throw new FormatException($"There is no field '{member.Name}'; the fields are {string.Join(", ", PolicyField.All.Select(f => f.Name))}.");
        try
        {
            return field.Read(policy, member.Value);
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            throw new FormatException($"The field '{field.Name}' takes {field.Form}. {(wrong is FormatException ? wrong.Message : "")}".TrimEnd(), wrong);
        }
    }
}
