using System.CommandLine;
using Microsoft.AspNetCore.Connections;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary><c>safeclaw serve</c>: owns the data directory, serves the API until it is told to stop.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var urls = new Option<string?>("--urls") { Description = "Address of the HTTP API instead of SafeClaw:Host:Url.", HelpName = "URL" };
        var command = new Command("serve", "Run the host: HTTP API, sessions, and the confidential VM when it is needed. SIGTERM or Ctrl-C ends it in order.") { urls };
        command.SetAction(CommandRun.Handle(async (run, parsed, _) =>
        {
            var options = run.LoadOptions();
            if (parsed.GetValue(urls) is { } url) options = options with { Host = options.Host with { Url = Loopback(url) } };
            return await ServeAsync(run, options);
        }));
        return command;
    }

    private static async Task<int> ServeAsync(CommandRun run, SafeClawOptions options)
    {
        using var ownership = await DataOwnership.TakeAsync(options.Host, patience: TimeSpan.FromSeconds(5));
        await using var app = OwnerApplication.Build(options, ownership, servesUrl: true, phases: run.Json ? null : BootProgress.IfTerminal());
        try
        {
            await app.StartAsync();
        }
        catch (Exception taken) when (taken is AddressInUseException || taken.InnerException is AddressInUseException)
        {
            return run.Fail("PORT_IN_USE", $"{options.Host.Url} is in use by another program; stop it, or set SafeClaw:Host:Url or --urls.", ExitCodes.Failed);
        }

        if (!run.Json) Console.Error.WriteLine(Banner(options));
        await app.WaitForShutdownAsync();
        return app.Services.GetRequiredService<RuntimeLifetime>().GaveUp ? ExitCodes.Internal : ExitCodes.Ok;
    }

    private static string Banner(SafeClawOptions options)
    {
        var simulated = options.Tee is { IsOn: true, AllowSimulated: true } ? " Simulated evidence is accepted: this protects nothing." : "";
        return $"safeclaw: listening on {options.Host.Url} and {DataOwnership.SocketPath(options.Host)} ({HostConfiguration.EnvironmentName}).{simulated}";
    }

    private static string Loopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed is { IsLoopback: true, Scheme: "http" }
        ? url : throw new ConfigurationException([new ConfigProblem("--urls", "Must be http://address:port with a loopback address.")]);
}
