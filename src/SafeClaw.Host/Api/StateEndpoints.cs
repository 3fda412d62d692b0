using System.Reflection;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>What the host and its VM are doing: for people, load balancers and operators.</summary>
internal static class StateEndpoints
{
    public static string Version { get; } = typeof(StateEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>For everybody who reaches the API.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/tee", async (ISafeClaw safeClaw, HttpContext http) =>
            Results.Json(TeeDocument.From(await safeClaw.GetTeeStatusAsync(http.RequestAborted)), HostJson.Default.TeeDocument));
        routes.MapGet("/health/live", () => Results.Json(new HealthDocument("live"), HostJson.Default.HealthDocument));
        routes.MapGet("/health/ready", (RuntimeLifetime lifetime) => lifetime.IsServing
            ? Results.Json(new HealthDocument("ready"), HostJson.Default.HealthDocument)
            : Results.Json(new HealthDocument("stopping"), HostJson.Default.HealthDocument, statusCode: StatusCodes.Status503ServiceUnavailable));
    }

    /// <summary>For the owner of the control socket only.</summary>
    public static void MapAdmin(IEndpointRouteBuilder routes)
    {
        var started = TimeProvider.System.GetTimestamp();
        var admin = routes.MapGroup("/v1/admin").AddEndpointFilter(async (context, next) =>
            ControlSocket.IsControl(context.HttpContext) ? await next(context) : Problems.Invalid("Administration is only served on the control socket.", ErrorCode.Forbidden));
        admin.MapGet("/status", async (ISafeClaw safeClaw, SafeClawOptions options, HttpContext http) =>
        {
            var tee = TeeDocument.From(await safeClaw.GetTeeStatusAsync(http.RequestAborted));
            return Results.Json(new StatusDocument(Environment.ProcessId, Version, HostConfiguration.EnvironmentName, (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds, options.Tee.Real, tee),
                HostJson.Default.StatusDocument);
        });
        admin.MapPost("/release", async (ISafeClaw safeClaw, HttpContext http) =>
            Results.Json(TeeDocument.From(await safeClaw.ReleaseAsync(http.RequestAborted)), HostJson.Default.TeeDocument));
        admin.MapPost("/shutdown", (IHostApplicationLifetime lifetime) =>
        {
            lifetime.StopApplication();
            return Results.Json(new OkDocument(true), HostJson.Default.OkDocument);
        });
    }
}
