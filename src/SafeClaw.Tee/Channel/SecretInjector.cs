using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Tee;

/// <summary>Puts secrets into a verified guest: all of them or none, and only over an <see cref="AttestedConnection"/>.</summary>
public sealed class SecretInjector(AttestedConnection connection)
{
    /// <summary>Injects the batch; an empty batch sends nothing. The caller disposes the batch.</summary>
    /// <exception cref="SecretRejectedException">The guest did not take every secret.</exception>
    /// <exception cref="GuestExchangeException">The connection failed; whether the guest has the secrets is unknown and it must be restarted.</exception>
    public async Task InjectAsync(SecretsRequest secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Secrets.Count == 0) return;
        using var body = PinnedBody.Of(secrets);
        Check(await connection.PostAsync("/secrets", body.Written, cancellationToken), secrets.Secrets.Count);
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

    /// <summary>The request's JSON in one pinned buffer that never grows, so that no copy of a value is left behind anywhere.</summary>
    private sealed class PinnedBody : IBufferWriter<byte>, IDisposable
    {
        /// <summary>An escaped byte takes at most six; the writer asks for some room beyond what it needs.</summary>
        private const int Escaped = 6, PerSecret = 256, Slack = 4096;

        private readonly byte[] _buffer;
        private int _written;

        private PinnedBody(int capacity) => _buffer = GC.AllocateArray<byte>(capacity, pinned: true);

        public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _written);

        public static PinnedBody Of(SecretsRequest secrets)
        {
            var body = new PinnedBody(Slack + secrets.Secrets.Sum(s => PerSecret + (Escaped * (s.Name.Length + s.Value.Length))));
            using var json = new Utf8JsonWriter(body);
            JsonSerializer.Serialize(json, secrets, WireJson.Default.SecretsRequest);
            return body;
        }

        public void Advance(int count) => _written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer.AsMemory(_written);

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer.AsSpan(_written);

        public void Dispose() => CryptographicOperations.ZeroMemory(_buffer);
    }
}

/// <summary>The guest did not take every secret; it must not be used.</summary>
public sealed class SecretRejectedException(string message) : Exception(message);
