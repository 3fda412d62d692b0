using System.Buffers;
using System.Text.Json;

namespace SafeClaw.Attestation;

/// <summary>
/// The chain extension's JSON as A3S Box writes it: <c>{"vcek":[48,130,…],"ask":[…],"ark":[…]}</c>, bytes as arrays of numbers; <c>{}</c> in its
/// simulation. A VLEK stands under <c>vlek</c>. Anything else is malformed and never "no chain".
/// </summary>
internal static class ChainJson
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 2, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    public static byte[] Write(EndorsementChain chain)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (name, der) in new[] { ("vcek", chain.Vcek), ("vlek", chain.Vlek), ("ask", chain.Ask), ("ark", chain.Ark) })
            {
                if (der.IsEmpty) continue;
                json.WriteStartArray(name);
                foreach (var value in der.Span) json.WriteNumberValue(value);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null if it could be read, else what is wrong.</summary>
    public static string? TryRead(ReadOnlyMemory<byte> utf8, out EndorsementChain? chain)
    {
        chain = null;
        try
        {
            var reader = new Utf8JsonReader(utf8.Span, Strict);
            var read = Read(ref reader);
            if (reader.Read()) return "something follows it";
            chain = read;
            return null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or InvalidOperationException)
        {
            return malformed is FormatException ? malformed.Message : "it is not JSON of the documented form";
        }
    }

    private static EndorsementChain Read(ref Utf8JsonReader reader)
    {
        var chain = new EndorsementChain();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new FormatException("it is no object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!seen.Add(name)) throw new FormatException("a member stands there twice");
            var der = ReadBytes(ref reader);
            chain = name switch
            {
                "vcek" => chain with { Vcek = der },
                "vlek" => chain with { Vlek = der },
                "ask" => chain with { Ask = der },
                "ark" => chain with { Ark = der },
                _ => throw new FormatException("it has a member other than vcek, vlek, ask and ark"),
            };
        }

        return chain;
    }

    private static byte[] ReadBytes(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray) throw new FormatException("a certificate is an array of numbers");
        var bytes = new ArrayBufferWriter<byte>(2048);
        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (bytes.WrittenCount >= StrictCertificate.MaxBytes) throw new FormatException($"a certificate has more than {StrictCertificate.MaxBytes} bytes");
            if (!reader.TryGetByte(out var value) || reader.ValueSpan.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) throw new FormatException("a byte is a whole number from 0 to 255");
            bytes.GetSpan(1)[0] = value;
            bytes.Advance(1);
        }

        return reader.TokenType == JsonTokenType.EndArray ? bytes.WrittenSpan.ToArray() : throw new FormatException("a certificate is an array of numbers");
    }
}
