using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SafeClaw.Assistant;

namespace SafeClaw.Actors;

/// <summary>Puts SafeClaw into a .NET host.</summary>
public static class SafeClawServices
{
    /// <summary>Name of the actor system.</summary>
    public const string SystemName = "safeclaw";

    /// <summary>
    /// Adds <see cref="ISafeClaw"/> and the actor system behind it, which starts and stops with the host. A registered <see cref="IAgent"/> answers what is
    /// not sensitive (by default the offline assistant); a registered <see cref="IPhaseObserver"/> hears of boots;
    /// a registered <see cref="IGuestHost"/> starts the machines instead of the shim, and a registered <see cref="Attestation.ITeeExtension"/> appraises their evidence.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="options">Validated options, from <see cref="SafeClawOptions.Load"/>.</param>
    /// <exception cref="ConfigurationException">The attestation policy or the guest's manifest cannot be read.</exception>
    public static IServiceCollection AddSafeClaw(this IServiceCollection services, SafeClawOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => Agents.Create(new AgentOptions()));
        services.AddSingleton(options);
        services.AddSingleton(provider => new CollateralService(options.Tee.Attestation.Collateral.Client(provider.GetRequiredService<TimeProvider>())));
        services.AddAkka(SystemName, (akka, provider) => akka
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .AddHocon(ConfigurationFactory.ParseString(Hocon()), HoconAddMode.Prepend)
            .WithActors((system, registry) =>
            {
                var guardian = system.ActorOf(SafeClawGuardian.Props(SafeClawWorldBuilder.Build(options, provider)), SystemName);
                registry.Register<SafeClawActorKey>(guardian);
            }));
        services.AddSingleton<ISafeClaw>(provider => new SafeClawRuntime(provider.GetRequiredService<ActorSystem>(),
            provider.GetRequiredService<IRequiredActor<SafeClawActorKey>>().GetAsync(), options.Sessions, provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static string Hocon()
    {
        using var stream = typeof(SafeClawServices).Assembly.GetManifestResourceStream("safeclaw.conf")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>Key of the tree's root in Akka.Hosting's registry.</summary>
public sealed class SafeClawActorKey;

/// <summary>The one client of AMD's key distribution service in this host, so that its considerations hold across all boots; null if nobody is asked.</summary>
internal sealed record CollateralService(Attestation.KdsClient? Client) : IDisposable
{
    public void Dispose() => Client?.Dispose();
}
