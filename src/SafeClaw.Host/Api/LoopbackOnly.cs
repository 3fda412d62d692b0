using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>
/// Refuses requests a web page could have made: without keys, the API is for programs of this machine, so Host and Origin must be loopback (DNS rebinding,
/// cross-site requests).
/// </summary>
internal static class LoopbackOnly
{
    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (ControlSocket.IsControl(http) || IsLoopback(http.Request.Host.Host) && OriginIsLoopback(http.Request)) await next(http);
        else await Problems.Invalid("Host and Origin must be loopback addresses.", ErrorCode.Forbidden).ExecuteAsync(http);
    }

    private static bool OriginIsLoopback(HttpRequest request) => !request.Headers.TryGetValue("Origin", out var origin)
        || Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var parsed) && IsLoopback(parsed.Host);

    private static bool IsLoopback(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || System.Net.IPAddress.TryParse(host.Trim('[', ']'), out var address) && System.Net.IPAddress.IsLoopback(address);
}
