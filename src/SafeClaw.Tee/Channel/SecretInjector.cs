using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace SafeClaw.Tee;

/// <summary>Secrets on their way into the guest. The values live in pinned buffers and are zeroed by <see cref="Dispose"/>.</summary>
public sealed class SecretBatch : IDisposable
{
    private readonly List<Entry> _entries = [];

    /// <summary>How many secrets it holds.</summary>
    public int Count => _entries.Count;

    /// <summary>Names and values, for those who must recognise a secret in a reply.</summary>
    public IEnumerable<(string Name, ReadOnlyMemory<byte> Value)> Values => _entries.Select(e => (e.Name, (ReadOnlyMemory<byte>)e.Value));

    /// <summary>Takes a copy of <paramref name="value"/>; the caller zeroes its own.</summary>
    /// <param name="name">Name under <c>/run/secrets</c>.</param>
    /// <param name="value">1 byte to 1 MiB of UTF-8.</param>
    /// <param name="setEnvironment">True to export it to the agent's environment as well.</param>
    public void Add(string name, ReadOnlySpan<byte> value, bool setEnvironment)
    {
        var pinned = GC.AllocateArray<byte>(value.Length, pinned: true);
        value.CopyTo(pinned);
        _entries.Add(new Entry(name, pinned, setEnvironment));
    }

    public void Dispose()
    {
        foreach (var entry in _entries) CryptographicOperations.ZeroMemory(entry.Value);
        _entries.Clear();
    }

    public override string ToString() => $"SecretBatch({Count})";

    /// <summary>The body of <c>POST /secrets</c> in a buffer that the caller zeroes; no value ever becomes a string.</summary>
    internal byte[] ToJson()
    {
        var buffer = new PinnedWriter(256 + _entries.Sum(e => e.Name.Length + (6 * e.Value.Length) + 64));
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("secrets"u8);
            foreach (var entry in _entries)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, entry.Name);
                json.WriteString("value"u8, entry.Value);
                json.WriteBoolean("set_env"u8, entry.SetEnvironment);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.TakeWritten();
    }

    private sealed record Entry(string Name, byte[] Value, bool SetEnvironment)
    {
        public override string ToString() => $"{Name} ({Value.Length} bytes)";
    }

    /// <summary>One pinned buffer, sized beforehand so that no growth leaves a copy behind.</summary>
    private sealed class PinnedWriter(int capacity) : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = GC.AllocateArray<byte>(capacity, pinned: true);
        private int _written;

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written);

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_written);

        public byte[] TakeWritten()
        {
            var written = GC.AllocateArray<byte>(_written, pinned: true);
            _buffer.AsSpan(0, _written).CopyTo(written);
            CryptographicOperations.ZeroMemory(_buffer);
            return written;
        }
    }
}

/// <summary>Puts secrets into a verified guest: all of them or none, and only over an <see cref="AttestedConnection"/>.</summary>
public sealed class SecretInjector(AttestedConnection connection)
{
    /// <summary>Injects the batch; an empty batch sends nothing.</summary>
    /// <exception cref="SecretRejectedException">The guest did not take every secret.</exception>
    /// <exception cref="GuestExchangeException">The connection failed; whether the guest has the secrets is unknown and it must be restarted.</exception>
    public async Task InjectAsync(SecretBatch secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Count == 0) return;
        var body = secrets.ToJson();
        try
        {
            Check(await connection.PostAsync("/secrets", body, cancellationToken), secrets.Count);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(body);
        }
    }

    /// <summary>200 with fewer secrets, or with errors, is a refusal too (A3S guests answer so).</summary>
    private static void Check(GuestResponse response, int expected)
    {
        if (!response.IsSuccess) throw new SecretRejectedException($"The guest answered {(int)response.Status}.");
        SecretsReply? reply;
        try
        {
            reply = JsonSerializer.Deserialize(response.Body.Span, WireJson.Default.SecretsReply);
        }
        catch (JsonException)
        {
            throw new SecretRejectedException("The guest's answer is not what the route promises.");
        }

        if (reply is null || reply.Injected != expected || reply.Errors is { Count: > 0 })
            throw new SecretRejectedException($"The guest took {reply?.Injected ?? 0} of {expected} secrets.");
    }
}

/// <summary>The guest did not take every secret; it must not be used.</summary>
public sealed class SecretRejectedException(string message) : Exception(message);
