using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace SafeClaw.Actors.Tests;

/// <summary>A TestKit whose only clock is the test: nothing sleeps, time passes by <see cref="PassAsync"/>.</summary>
public abstract class VirtualTimeKit() : TestKit(Setup)
{
    private static readonly Config Setup = ConfigurationFactory.ParseString("""
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.test.single-expect-default = 10s
        """).WithFallback(DefaultConfig);

    /// <summary>Lets that much time pass, after everything already sent to <paramref name="actor"/> was read (so that its timers are armed).</summary>
    protected async Task PassAsync(TimeSpan time, IActorRef actor)
    {
        await SettledAsync(actor);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    /// <summary>An Identify reply comes in mailbox order: everything sent before it was handled.</summary>
    protected static async Task SettledAsync(IActorRef actor) => await actor.Ask<ActorIdentity>(new Identify(null), TimeSpan.FromSeconds(10));
}
