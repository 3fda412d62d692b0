using Akka.Actor;
using Akka.Event;

namespace SafeClaw.Actors;

/// <summary>
/// What Akka says while no other logger runs, at start and end. On standard error and from warnings on: standard output belongs to answers, and Akka lowers
/// its own threshold for it while it ends.
/// </summary>
internal sealed class StandardErrorLogger : MinimalLogger
{
    protected override void Log(object message)
    {
        if (message is LogEvent said && said.LogLevel() >= LogLevel.WarningLevel) Console.Error.WriteLine(said.ToString());
    }
}
