using SafeClaw.Actors;
using Serilog;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace SafeClaw.Host;

/// <summary>Structured logs: JSON lines in the state directory, and for <c>serve</c> lines on standard error. Never a message's text or a secret: the types cannot print them.</summary>
internal static class HostLogging
{
    private const int MaxFileBytes = 10 * 1024 * 1024;
    private const int MaxFiles = 5;

    public static void Use(WebApplicationBuilder builder, HostConfig host, bool console)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .Enrich.FromLogContext()
            .WriteTo.File(new CompactJsonFormatter(), Path.Combine(host.StateDirectory, "logs", "safeclaw.log"), fileSizeLimitBytes: MaxFileBytes, rollOnFileSizeLimit: true,
                retainedFileCountLimit: MaxFiles);
        if (console) configuration.WriteTo.Console(standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: System.Globalization.CultureInfo.InvariantCulture);
        builder.Logging.ClearProviders();
        builder.Services.AddSerilog(configuration.CreateLogger(), dispose: true);
    }
}
