using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using SafeClaw.Tee.Frames;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>
/// The current A3S generation's protocol on the same listener: one Data frame <c>{"route","payload"}</c>, one Data or Error frame back, then the
/// end of the connection, as its clients expect.
/// </summary>
internal static class FrameConnection
{
    /// <summary>HTTP starts with a letter; anything up to here is taken for a frame's type.</summary>
    public const byte LastTypeByte = 0x1F;

    private const int MaxRequest = 4 << 20;

    /// <summary>What upstream serves by frames; our own routes are HTTP only.</summary>
    private static readonly string[] Routes = ["status", "secrets", "seal", "unseal", "process"];

    public static async Task ServeAsync(ConnectionContext connection, RouteTable routes, GuestLimits limits)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        deadline.CancelAfter(limits.FrameTimeout);
        Frame? reply;
        try
        {
            reply = await AnswerAsync(connection, routes, deadline);
        }
        catch (OperationCanceledException)
        {
            connection.Abort();
            return;
        }

        if (reply is null) return;
        await connection.Transport.Output.WriteAsync(reply.ToBytes(), connection.ConnectionClosed);
    }

    /// <summary>The reply, or null if the client left in the middle of its frame.</summary>
    private static async Task<Frame?> AnswerAsync(ConnectionContext connection, RouteTable routes, CancellationTokenSource deadline)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var result = await input.ReadAsync(deadline.Token);
            switch (Frame.ReadHeader(result.Buffer, MaxRequest, out var type, out var length))
            {
                case FrameRead.Refused:
                    input.AdvanceTo(result.Buffer.End);
                    return Error(type is >= FrameType.Data and <= FrameType.Close ? "The frame is too long" : "Expected Data frame");
                case FrameRead.Complete:
                    input.AdvanceTo(result.Buffer.GetPosition(Frame.HeaderBytes));
                    using (var payload = await Body.ReadAsync(input, length, deadline.Token))
                    {
                        if (payload is null) return null;
                        deadline.CancelAfter(Timeout.Infinite); // a turn may take long; it has limits of its own
                        return type == FrameType.Data ? await DispatchAsync(payload.Bytes, routes, connection.ConnectionClosed) : Error("Expected Data frame");
                    }

                default:
                    input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    if (result.IsCompleted) return null;
                    break;
            }
        }
    }

    private static async Task<Frame> DispatchAsync(ReadOnlyMemory<byte> payload, RouteTable routes, CancellationToken cancellationToken)
    {
        if (!System.Text.Unicode.Utf8.IsValid(payload.Span)) return Error("Invalid request JSON: not UTF-8");
        try
        {
            // The document reads the payload's own bytes, and the route gets them as they are: a secret is copied nowhere.
            using var document = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = WireJson.MaxDepth, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("route", out var route) || route.ValueKind != JsonValueKind.String) return Error("Invalid request JSON: no route");
            var name = route.GetString()!;
            if (!Routes.Contains(name, StringComparer.Ordinal) || routes.At("/" + name) is not { } found) return Error("Invalid request JSON: unknown route");
            var answer = await found.AnswerAsync(PayloadOf(root, payload), cancellationToken);
            return answer.Status == 200 ? new Frame(FrameType.Data, answer.Json) : new Frame(FrameType.Error, ErrorText(name, answer));
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            return Error("Invalid request JSON");
        }
    }

    private static ReadOnlyMemory<byte> PayloadOf(JsonElement root, ReadOnlyMemory<byte> whole)
    {
        if (!root.TryGetProperty("payload", out var inner)) return default;
        var raw = JsonMarshal.GetRawUtf8Value(inner);
        raw.Overlaps(whole.Span, out var offset);
        return whole.Slice(-offset, raw.Length);
    }

    /// <summary>Upstream's Error frames are plain text, except a failed turn's, which is its reply.</summary>
    private static byte[] ErrorText(string route, Answer answer)
    {
        if (route == "process") return answer.Json;
        using var document = JsonDocument.Parse(answer.Json);
        var text = document.RootElement.TryGetProperty("error", out var error) ? error.GetString() : null;
        return Encoding.UTF8.GetBytes(text ?? "The request was refused");
    }

    private static Frame Error(string text) => new(FrameType.Error, Encoding.UTF8.GetBytes(text));
}
