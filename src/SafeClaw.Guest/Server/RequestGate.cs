using Microsoft.Extensions.Primitives;

namespace SafeClaw.Guest;

/// <summary>The one check before any route: nothing a lenient server would overlook gets past it.</summary>
internal static class RequestGate
{
    /// <summary>Why the request is refused, or null and the route and body length it is for.</summary>
    public static Answer? Check(HttpContext context, string rawTarget, RouteTable routes, out IRoute? route, out int length)
    {
        (route, length) = (null, 0);
        var request = context.Request;
        if (request.Protocol != "HTTP/1.1") return Answer.Refuse(505, "INVALID_REQUEST", "The guest speaks HTTP/1.1.");
        if (routes.At(rawTarget) is not { } there) return Answer.Refuse(404, "INVALID_REQUEST", "There is no such route; targets are compared byte by byte.");
        if (!string.Equals(request.Method, there.Method, StringComparison.Ordinal)) return Answer.Refuse(405, "INVALID_REQUEST", $"The route's method is {there.Method}.");
        if (HeaderProblem(request.Headers) is { } problem) return problem;

        var claimed = request.Headers.ContentLength;
        if (there.Method == "GET")
        {
            if (claimed is > 0) return Answer.Invalid("A GET has no body.");
        }
        else
        {
            if (claimed is not { } bytes) return Answer.Refuse(411, "INVALID_REQUEST", "A POST needs a Content-Length.");
            if (bytes > there.MaxBody) return Answer.Refuse(413, "TOO_LARGE", $"The route takes at most {there.MaxBody} bytes.");
            if (!IsJson(request.Headers.ContentType)) return Answer.Refuse(415, "INVALID_REQUEST", "The body is application/json in UTF-8.");
            length = (int)bytes;
        }

        route = there;
        return null;
    }

    private static Answer? HeaderProblem(IHeaderDictionary headers)
    {
        if (headers.ContainsKey("Transfer-Encoding") || headers.ContainsKey("X-Content-Length")) return Answer.Invalid("Bodies are framed by Content-Length alone.");
        if (headers["Content-Length"].Count > 1) return Answer.Invalid("There is more than one Content-Length.");
        if (headers.ContainsKey("Upgrade")) return Answer.Invalid("The guest offers no upgrade.");
        if (headers.ContainsKey("Expect")) return Answer.Refuse(417, "INVALID_REQUEST", "The guest fulfils no expectation.");
        return headers.ContainsKey("Content-Encoding") ? Answer.Refuse(415, "INVALID_REQUEST", "Compressed bodies are not accepted.") : null;
    }

    private static bool IsJson(StringValues contentType) =>
        contentType is [{ } one] && one.Trim().ToLowerInvariant() is "application/json" or "application/json; charset=utf-8" or "application/json;charset=utf-8";
}
