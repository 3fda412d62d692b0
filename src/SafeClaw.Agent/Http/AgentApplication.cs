using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using SafeClaw.Assistant;

namespace SafeClaw.Agent;

/// <summary><c>POST /process</c> and <c>GET /health</c>. A client that goes away cancels its turn.</summary>
internal sealed class AgentApplication(IAgent agent) : IHttpApplication<HttpContext>
{
    /// <summary>Largest body in bytes: 256 KiB of text, each byte as a six-byte JSON escape at worst, and a history.</summary>
    public const int MaxBodyBytes = 2 << 20;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // the client left; nobody reads an answer
        }
        catch (BadHttpRequestException bad)
        {
            await FailAsync(context, bad.StatusCode, "", bad.StatusCode == 413 ? "TOO_LARGE" : "INVALID_REQUEST", "The body was refused.");
        }
    }

    private Task RouteAsync(HttpContext context) => (context.Request.Method, context.Request.Path.Value) switch
    {
        ("GET", "/health") => WriteAsync(context, 200, "{\"status\":\"ok\"}"u8.ToArray()),
        ("POST", "/process") => ProcessAsync(context),
        (_, "/health" or "/process") => FailAsync(context, 405, "", "INVALID_REQUEST", "The route has another method."),
        _ => FailAsync(context, 404, "", "INVALID_REQUEST", "There are /process and /health."),
    };

    private async Task ProcessAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } request)
        {
            await FailAsync(context, 400, "", "INVALID_REQUEST", "The body is not a process request.");
            return;
        }

        try
        {
            await RunAsync(context, request);
        }
        catch (AgentException failure)
        {
            await FailAsync(context, StatusOf(failure), request.SessionId, CodeOf(failure), failure.Message);
        }
    }

    private Task RunAsync(HttpContext context, AgentRequest request) => request.RequestType switch
    {
        "process_message" when request.Content.Length == 0 => FailAsync(context, 400, request.SessionId, "INVALID_REQUEST", "The message is empty."),
        "process_message" when request.Stream => StreamAsync(context, request),
        "process_message" => AnswerAsync(context, request),
        "init_session" => InitAsync(context, request),
        "terminate_session" => TerminateAsync(context, request),
        _ => FailAsync(context, 400, request.SessionId, "INVALID_REQUEST", "request_type is init_session, process_message or terminate_session."),
    };

    private async Task AnswerAsync(HttpContext context, AgentRequest request)
    {
        var answer = await agent.ProcessAsync(new AgentTurn(request.SessionId, request.Content), context.RequestAborted);
        await SucceedAsync(context, request, answer);
    }

    private async Task InitAsync(HttpContext context, AgentRequest request)
    {
        var history = request.History?.Select(said => new AgentExchange(said.Role, said.Content)).ToList() ?? [];
        await agent.InitSessionAsync(request.SessionId, history, context.RequestAborted);
        await SucceedAsync(context, request, "");
    }

    private async Task TerminateAsync(HttpContext context, AgentRequest request)
    {
        await agent.TerminateSessionAsync(request.SessionId, context.RequestAborted);
        await SucceedAsync(context, request, "");
    }

    /// <summary>Events <c>chunk</c>… then <c>done</c> with the whole answer, or <c>error</c>.</summary>
    private async Task StreamAsync(HttpContext context, AgentRequest request)
    {
        var whole = new StringBuilder();
        try
        {
            await foreach (var piece in agent.StreamAsync(new AgentTurn(request.SessionId, request.Content), context.RequestAborted))
            {
                if (whole.Length == 0) context.Response.ContentType = "text/event-stream";
                whole.Append(piece);
                await EventAsync(context, "chunk", JsonSerializer.SerializeToUtf8Bytes(new AgentChunk(piece), AgentJson.Default.AgentChunk));
            }
        }
        catch (AgentException failure) when (context.Response.HasStarted)
        {
            await EventAsync(context, "error", JsonSerializer.SerializeToUtf8Bytes(new AgentError(failure.Message, CodeOf(failure)), AgentJson.Default.AgentError));
            return;
        }

        if (whole.Length == 0) context.Response.ContentType = "text/event-stream";
        var reply = new AgentReply(request.SessionId, whole.ToString(), Success: true);
        await EventAsync(context, "done", JsonSerializer.SerializeToUtf8Bytes(reply, AgentJson.Default.AgentReply));
    }

    private static async Task EventAsync(HttpContext context, string name, byte[] json)
    {
        byte[] whole = [.. "event: "u8, .. Encoding.ASCII.GetBytes(name), .. "\ndata: "u8, .. json, .. "\n\n"u8]; // JSON escapes line ends: one data line
        await context.Response.Body.WriteAsync(whole, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static async Task<AgentRequest?> ReadAsync(HttpContext context)
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync(context.Request.Body, AgentJson.Default.AgentRequest, context.RequestAborted);
            return request is { SessionId.Length: > 0 and <= 256 } ? request : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task SucceedAsync(HttpContext context, AgentRequest request, string answer) =>
        WriteAsync(context, 200, JsonSerializer.SerializeToUtf8Bytes(new AgentReply(request.SessionId, answer, Success: true), AgentJson.Default.AgentReply));

    private static Task FailAsync(HttpContext context, int status, string sessionId, string code, string error) =>
        WriteAsync(context, status, JsonSerializer.SerializeToUtf8Bytes(new AgentReply(sessionId, "", Success: false, error, code), AgentJson.Default.AgentReply));

    private static async Task WriteAsync(HttpContext context, int status, byte[] json)
    {
        if (context.Response.HasStarted) return;
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    private static int StatusOf(AgentException failure) => failure.Failure switch
    {
        AgentFailure.Overloaded => 503,
        AgentFailure.TooLarge => 413,
        _ => 502,
    };

    private static string CodeOf(AgentException failure) => failure.Failure switch
    {
        AgentFailure.Overloaded => "OVERLOADED",
        AgentFailure.TooLarge => "TOO_LARGE",
        _ => "INTERNAL",
    };
}
