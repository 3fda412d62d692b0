using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>One request at a time on each connection: gate, whole body, then the route. After a refusal the connection closes.</summary>
internal sealed class GuestApplication(RouteTable routes, GuestLimits limits) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        if (await TryServeAsync(context) is { } refusal) await RefuseAsync(context, refusal);
    }

    /// <summary>Serves, or says why not.</summary>
    private async Task<Answer?> TryServeAsync(HttpContext context)
    {
        try
        {
            return await ServeAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return null; // the client left; nobody reads an answer
        }
        catch (BadHttpRequestException bad)
        {
            return Answer.Refuse(bad.StatusCode, bad.StatusCode == 413 ? "TOO_LARGE" : "INVALID_REQUEST", "The request was refused.");
        }
        catch (Exception) when (!context.Response.HasStarted)
        {
            // The exception may quote the request; it goes nowhere. Its type would be the only safe part, and no log exists here.
            return Answer.Refuse(500, "INTERNAL", "The guest failed on this request.", Guid.NewGuid().ToString("N"));
        }
    }

    /// <summary>Null once the route has answered; otherwise why it was not asked.</summary>
    private async Task<Answer?> ServeAsync(HttpContext context)
    {
        var rawTarget = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (RequestGate.Check(context, rawTarget, routes, out var route, out var length) is { } refused) return refused;
        using var body = await ReadBodyAsync(context, length);
        if (body is null) return Answer.Refuse(408, "TIMEOUT", "The body did not arrive in time or in full.");
        if (!Utf8.IsValid(body.Bytes.Span)) return Answer.Refuse(400, "PROTOCOL_VIOLATION", "The body is not valid UTF-8.");

        if (route is IStreamRoute streaming && streaming.Open(body.Bytes, context.RequestAborted) is { } events) await StreamAsync(context, events);
        else await WriteAsync(context, await route!.AnswerAsync(body.Bytes, context.RequestAborted));
        return null;
    }

    private async Task<Body?> ReadBodyAsync(HttpContext context, int length)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(limits.BodyTimeout);
        try
        {
            return await Body.ReadAsync(context.Request.BodyReader, length, deadline.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The first event decides: a refusal that comes before anything was said is an ordinary answer with its status.</summary>
    private static async Task StreamAsync(HttpContext context, IAsyncEnumerable<StreamEvent> events)
    {
        await foreach (var happened in events.WithCancellation(context.RequestAborted))
        {
            if (!context.Response.HasStarted)
            {
                if (happened.Refusal is { } refusal)
                {
                    await WriteAsync(context, refusal);
                    return;
                }

                context.Response.ContentType = StreamEvents.ContentType;
                context.Response.Headers.CacheControl = "no-store";
            }

            // One write, one TLS record; JSON escapes line ends, so the data is one line.
            byte[] bytes = [.. "event: "u8, .. Encoding.ASCII.GetBytes(happened.Name), .. "\ndata: "u8, .. happened.Json, .. "\n\n"u8];
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    /// <summary>Closes afterwards: what follows a refused request cannot be trusted to be where we think it is.</summary>
    private static async Task RefuseAsync(HttpContext context, Answer answer)
    {
        if (context.Response.HasStarted) return;
        context.Response.Headers.Connection = "close";
        await WriteAsync(context, answer);
        await context.Response.CompleteAsync();
        throw new BadHttpRequestException("Refused.", answer.Status); // tells Kestrel not to wait for the rest of the body
    }

    private static async Task WriteAsync(HttpContext context, Answer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Json.Length; // A3S clients take all that follows the head for JSON: never chunked
        await context.Response.Body.WriteAsync(answer.Json, context.RequestAborted);
    }
}
