using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafeClaw.Tee.Wire;

/// <summary>
/// A secret's bytes in one pinned buffer that is zeroed on disposal; never a <see cref="string"/>, which nobody could erase.
/// </summary>
[JsonConverter(typeof(SecretValueConverter))]
[DebuggerDisplay("{ToString(),nq}")]
public sealed class SecretValue : IDisposable
{
    private readonly byte[] _buffer;
    private int _length;

    private SecretValue(byte[] pinned, int length) => (_buffer, _length) = (pinned, length);

    /// <summary>Size in bytes; 0 after disposal.</summary>
    public int Length => _length;

    /// <summary>The bytes, valid until disposal.</summary>
    public ReadOnlySpan<byte> Reveal() => _buffer.AsSpan(0, _length);

    /// <summary>The bytes for an asynchronous write, valid until disposal.</summary>
    public ReadOnlyMemory<byte> RevealMemory() => _buffer.AsMemory(0, _length);

    /// <summary>Copies <paramref name="bytes"/>; the caller still owns, and erases, the original.</summary>
    public static SecretValue Copy(ReadOnlySpan<byte> bytes)
    {
        var pinned = NewBuffer(bytes.Length);
        bytes.CopyTo(pinned);
        return new SecretValue(pinned, bytes.Length);
    }

    /// <summary>Replaces this value, read as canonical base64 text, by the bytes it stands for.</summary>
    /// <returns>Null if the text is not canonical base64.</returns>
    public SecretValue? DecodeBase64()
    {
        var pinned = NewBuffer(_length / 4 * 3);
        if (StrictBase64.TryDecode(Reveal(), pinned, out var written)) return new SecretValue(pinned, written);
        CryptographicOperations.ZeroMemory(pinned);
        return null;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer);
        _length = 0;
    }

    public override string ToString() => $"SecretValue({_length} bytes)";

    /// <summary>Pinned, so that the collector never leaves a copy behind.</summary>
    private static byte[] NewBuffer(int length) => GC.AllocateArray<byte>(Math.Max(length, 1), pinned: true);

    internal sealed class SecretValueConverter : JsonConverter<SecretValue>
    {
        public override SecretValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String) throw new JsonException();
            var upperBound = reader.HasValueSequence ? checked((int)reader.ValueSequence.Length) : reader.ValueSpan.Length;
            var pinned = NewBuffer(upperBound);
            return new SecretValue(pinned, reader.CopyString(pinned)); // unescaping never makes text longer
        }

        public override void Write(Utf8JsonWriter writer, SecretValue value, JsonSerializerOptions options) => writer.WriteStringValue(value.Reveal());
    }
}
