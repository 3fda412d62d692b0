using SafeClaw.Actors;
using SafeClaw.Tee;

namespace SafeClaw.Host;

/// <summary>The owner of a data directory as an ASP.NET application: the runtime, the control socket and, for <c>serve</c>, the HTTP API.</summary>
internal static class OwnerApplication
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(45);

    public static WebApplication Build(SafeClawOptions options, DataOwnership ownership, bool servesUrl, IPhaseObserver? phases)
    {
        ArgumentNullException.ThrowIfNull(ownership);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { EnvironmentName = HostConfiguration.EnvironmentName, ContentRootPath = AppContext.BaseDirectory });
        HostLogging.Use(builder, options.Host, console: servesUrl);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopLimit);
        if (phases is not null) builder.Services.AddSingleton(phases);
        builder.Services.AddSafeClaw(options);
        builder.Services.AddSingleton<RuntimeLifetime>().AddHostedService(services => services.GetRequiredService<RuntimeLifetime>());
        Listen(builder, options.Host, servesUrl);

        var app = builder.Build();
        app.Use((http, next) => LoopbackOnly.InvokeAsync(http, next));
        MessagesEndpoint.Map(app);
        StateEndpoints.Map(app);
        StateEndpoints.MapAdmin(app);
        return app;
    }

    private static void Listen(WebApplicationBuilder builder, HostConfig host, bool servesUrl)
    {
        var control = DataOwnership.SocketPath(host);
        if (System.Text.Encoding.UTF8.GetByteCount(control) > TeeEndpoint.MaxUnixPathBytes)
            throw new ConfigurationException([new ConfigProblem("SafeClaw:Host:StateDirectory", $"{control} has more than {TeeEndpoint.MaxUnixPathBytes} bytes, which no Unix socket may; use a shorter folder.")]);
        // Whoever owns the data directory owns this path; a file here was left by a killed owner.
        File.Delete(control);
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = endpoint => endpoint is System.Net.Sockets.UnixDomainSocketEndPoint
            ? OwnedUnixSocket.Bind(new TeeEndpoint.Unix(control))
            : Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MessagesEndpoint.MaxBodyBytes;
            ControlSocket.Listen(kestrel, control);
            if (!servesUrl) return;
            var url = new Uri(host.Url);
            kestrel.Listen(System.Net.IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) ? address : System.Net.IPAddress.Loopback, url.Port);
        });
    }
}
