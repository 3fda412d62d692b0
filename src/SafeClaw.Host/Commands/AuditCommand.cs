using System.CommandLine;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary><c>safeclaw audit</c>: shows what happened, and whether the log is whole. Reads files; needs no host.</summary>
internal static class AuditCommand
{
    public static Command Create()
    {
        var last = new Option<int>("--last") { Description = "Only the newest lines.", DefaultValueFactory = _ => int.MaxValue, HelpName = "N" };
        var verify = new Command("verify", "Check that no line was edited, dropped, reordered or cut off; exit 1 and the first such line otherwise.");
        verify.SetAction(CommandRun.Handle((run, _, _) => Task.FromResult(Verify(run, new AuditFiles(run.LoadHost().DataDirectory)))));
        var command = new Command("audit", "Show the audit log as JSON lines: what was classified, routed, verified, injected, leaked and refused, without any content.") { last, verify };
        command.SetAction(CommandRun.Handle((run, parsed, _) =>
        {
            var lines = new AuditFiles(run.LoadHost().DataDirectory).ReadLines();
            foreach (var line in parsed.GetValue(last) is var count and < int.MaxValue ? lines.TakeLast(count) : lines) Console.Out.WriteLine(line);
            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }

    private static int Verify(CommandRun run, AuditFiles files)
    {
        var problem = files.Verify(out var head);
        if (run.Json) CommandRun.Write(new AuditDocument(problem is null, head.Seq, problem), HostJson.Default.AuditDocument);
        else if (problem is null) Console.Out.WriteLine($"The audit log is whole: {head.Seq} lines.");
        else Console.Error.WriteLine($"safeclaw: the audit log is NOT whole: {problem}");
        return problem is null ? ExitCodes.Ok : ExitCodes.Failed;
    }
}
