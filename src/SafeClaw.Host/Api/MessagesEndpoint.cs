using System.Text.Json;
using SafeClaw.Actors;
using SafeClaw.Privacy;

namespace SafeClaw.Host;

/// <summary><c>POST /v1/sessions/{user:channel:chat}/messages</c>: one message in, its answer out.</summary>
internal static class MessagesEndpoint
{
    /// <summary>Longest body in bytes: the longest text with every character escaped, and room for the rest.</summary>
    public const int MaxBodyBytes = (6 * UserText.MaxBytes) + 8192;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/sessions/{session}/messages", HandleAsync);

    private static async Task<IResult> HandleAsync(string session, HttpContext http, ISafeClaw safeClaw)
    {
        if (!SessionId.TryParse(session, out var id, out var wrong)) return Problems.Invalid(wrong);
        try
        {
            if (await ReadAsync(http) is not { } message) return Problems.Invalid("The body is not a JSON object {\"content\": …} with known members.");
            if (message.Stream) return Problems.Invalid("Streamed replies are not part of this version; leave \"stream\" out.");
            if (UserText.TryCreate(message.Content, out var problem) is not { } text)
                return Problems.Invalid(problem, message.Content.Length > UserText.MaxBytes / 4 ? ErrorCode.TooLarge : ErrorCode.InvalidRequest);
            var turn = new TurnRequest(id, text)
            {
                Id = message.Id,
                Repeatable = message.Repeatable,
                Confirm = message.Confirm,
                Deadline = message.DeadlineMs is { } ms ? TimeSpan.FromMilliseconds(Math.Clamp(ms, 0, 1L << 40)) : null,
            };
            var reply = await safeClaw.ProcessAsync(turn, http.RequestAborted);
            WhatHappened(http.Response.Headers, reply);
            return Results.Json(MessageReply.From(reply), HostJson.Default.MessageReply);
        }
        catch (SafeClawException refused)
        {
            http.Response.Headers["X-SafeClaw-Session"] = id.Value;
            return Problems.From(refused);
        }
        catch (BadHttpRequestException bad)
        {
            return Problems.Invalid(bad.Message, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? ErrorCode.TooLarge : ErrorCode.InvalidRequest);
        }
    }

    private static async Task<MessageRequest?> ReadAsync(HttpContext http)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(http.Request.Body, HostJson.Default.MessageRequest, http.RequestAborted);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WhatHappened(IHeaderDictionary headers, TurnReply reply)
    {
        headers["X-SafeClaw-Route"] = reply.Route.ToString().ToLowerInvariant();
        headers["X-SafeClaw-Tee"] = reply.Tee ? "true" : "false";
        headers["X-SafeClaw-Simulated"] = reply.Simulated ? "true" : "false";
        if (reply.Generation is { } generation) headers["X-SafeClaw-Generation"] = generation;
        headers["X-SafeClaw-Level"] = reply.Level.ToString();
        headers["X-SafeClaw-Redactions"] = reply.Redactions.ToString(System.Globalization.CultureInfo.InvariantCulture);
        headers["X-SafeClaw-Request-Id"] = reply.Id;
        headers["X-SafeClaw-Session"] = reply.Session.Value;
    }
}
