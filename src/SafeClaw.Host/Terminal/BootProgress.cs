using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>Shows the phases of a boot, with times, on a terminal.</summary>
internal sealed class BootProgress : IPhaseObserver
{
    /// <summary>Null if standard error is no terminal: scripts and logs get no progress.</summary>
    public static BootProgress? IfTerminal() => Console.IsErrorRedirected ? null : new BootProgress();

    public void Started(string phase) => Console.Error.Write($"  {phase,-13}");

    public void Ended(PhaseTiming timing) => Console.Error.WriteLine($"{timing.Elapsed.TotalMilliseconds,8:0} ms{(timing.Ok ? "" : "  failed")}");
}
