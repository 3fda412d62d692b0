using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Hosting;

namespace SafeClaw.Benchmarks;

/// <summary>A .NET host with an actor system and nothing in it: what any Akka program costs before it does something.</summary>
internal static class EmptyHost
{
    public const string Verb = "empty-host";

    public static async Task<int> RunAsync()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddAkka("empty", (akka, _) => akka.ConfigureLoggers(loggers => loggers.ClearLoggers()).WithActors((system, _) => system.ActorOf(Props.Create(() => new Nothing()))));
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        return 0;
    }

    private sealed class Nothing : ReceiveActor;
}
