using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafeClaw.Attestation;

/// <summary>A verdict for people and for programs.</summary>
public static class VerdictText
{
    /// <summary>
    /// <c>{accepted, simulated, product, at, findings:[{check, ok, code?, expected?, actual?, hint?}]}</c>; <c>code</c> only where <c>ok</c> is false.
    /// </summary>
    public static string ToJson(this Verdict verdict)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Readable)) Write(json, verdict);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One line per check: mark, name, and what was found or is wrong; the last line is the outcome.</summary>
    public static string ToTable(this Verdict verdict)
    {
        var width = verdict.Findings.Max(finding => finding.Check.Length);
        var text = new StringBuilder();
        foreach (var finding in verdict.Findings)
            text.Append(finding.Ok ? "ok    " : "FAILED").Append("  ").Append(finding.Check.PadRight(width)).Append("  ").AppendLine(Line(finding));
        return text.Append(Outcome(verdict)).AppendLine().ToString();
    }

    internal static void Write(Utf8JsonWriter json, Verdict verdict)
    {
        json.WriteStartObject();
        json.WriteBoolean("accepted", verdict.Accepted);
        json.WriteBoolean("simulated", verdict.Simulated);
        json.WriteString("product", verdict.Product);
        json.WriteString("at", Time(verdict.At));
        json.WriteStartArray("findings");
        foreach (var finding in verdict.Findings) Write(json, finding);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Hints quote names from hostile certificates; this encoder escapes control characters and everything outside of ASCII and Latin letters.</summary>
    internal static JsonWriterOptions Readable { get; } = new() { Indented = true, Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.BasicLatin) };

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("check", finding.Check);
        json.WriteBoolean("ok", finding.Ok);
        foreach (var (name, value) in new[] { ("code", finding.Code), ("expected", finding.Expected), ("actual", finding.Actual), ("hint", finding.Hint) })
            if (value is not null) json.WriteString(name, value);
        json.WriteEndObject();
    }

    private static string Line(Finding finding) => finding.Ok
        ? string.Join(": ", new[] { finding.Actual, finding.Hint }.Where(part => part is not null))
        : $"{finding.Code} {finding.Hint}{(finding.Expected is null ? "" : $" Expected {finding.Expected}.")}{(finding.Actual is null ? "" : $" Found {finding.Actual}.")}";

    private static string Outcome(Verdict verdict) => verdict.FirstFailure is { } failure
        ? $"REFUSED  {failure.Code} ({failure.Check}){(verdict.Simulated ? ", simulated" : "")}"
        : $"ACCEPTED  {verdict.Product}{(verdict.Simulated ? ", SIMULATED: protects nothing against the machine it comes from" : "")}";
}
