using System.CommandLine;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary><c>safeclaw status</c>: what the running host and its VM are doing.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var command = new Command("status", "Show what the running host and its confidential VM are doing.");
        command.SetAction(CommandRun.Handle(async (run, _, cancellationToken) =>
        {
            var host = run.LoadHost();
            using var control = await ControlClient.ConnectAsync(host, cancellationToken);
            var status = await control.StatusAsync(cancellationToken);
            if (run.Json) CommandRun.Write(status, HostJson.Default.StatusDocument);
            else Print(status);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static void Print(StatusDocument status)
    {
        Console.Out.WriteLine($"host        pid {status.Pid}, version {status.Version}, environment {status.Environment}, up {TimeSpan.FromMilliseconds(status.UptimeMs):d\\.hh\\:mm\\:ss}");
        Console.Out.WriteLine($"sessions    {status.Tee.Sessions}");
        Console.Out.WriteLine($"tee         {status.Tee.State}{(status.Tee.Simulated ? " (SIMULATED: this protects nothing)" : "")}{(status.Tee.Enabled ? "" : status.TeeReal ? " (off)" : " (off: SafeClaw:Tee:Real is false)")}");
        if (status.Tee.Generation is { } generation) Console.Out.WriteLine($"generation  {generation}");
        if (status.Tee.Reason is { } reason) Console.Out.WriteLine($"reason      {reason}");
        foreach (var phase in status.Tee.Phases) Console.Out.WriteLine($"  {phase.Phase,-13}{phase.ElapsedMs,8:0.0} ms{(phase.Ok ? "" : "  FAILED")}");
    }
}

/// <summary><c>safeclaw release</c>: lets a quarantined VM be tried again.</summary>
internal static class ReleaseCommand
{
    public static Command Create()
    {
        var command = new Command("release", "Release a quarantined VM after its reason was found; the next sensitive message boots it again.");
        command.SetAction(CommandRun.Handle(async (run, _, cancellationToken) =>
        {
            var host = run.LoadHost();
            using var control = await ControlClient.ConnectAsync(host, cancellationToken);
            var tee = await control.ReleaseAsync(cancellationToken);
            if (run.Json) CommandRun.Write(tee, HostJson.Default.TeeDocument);
            else Console.Out.WriteLine($"The VM is {tee.State}.");
            return ExitCodes.Ok;
        }));
        return command;
    }
}

/// <summary><c>safeclaw shutdown</c>: ends the running host in order.</summary>
internal static class ShutdownCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(40);

    public static Command Create()
    {
        var command = new Command("shutdown", "End the running host: sessions first, then the VM; waits until it is gone.");
        command.SetAction(CommandRun.Handle(async (run, _, cancellationToken) =>
        {
            var host = run.LoadHost();
            using (var control = await ControlClient.ConnectAsync(host, cancellationToken)) await control.ShutdownAsync(cancellationToken);
            using var gone = await DataOwnership.TakeAsync(host, Limit);
            if (run.Json) CommandRun.Write(new OkDocument(true), HostJson.Default.OkDocument);
            else Console.Out.WriteLine("The host has ended.");
            return ExitCodes.Ok;
        }));
        return command;
    }
}
