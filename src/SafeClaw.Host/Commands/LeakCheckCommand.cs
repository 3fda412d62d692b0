using System.CommandLine;
using System.Text;
using SafeClaw.Privacy;

namespace SafeClaw.Host;

/// <summary><c>safeclaw leakcheck</c>: checks replies against values, one JSON line in, one out. Needs no host.</summary>
internal static class LeakCheckCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "JSON lines {\"id\", \"reply\", \"taints\": [values]}; without one, standard input.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("leakcheck", "Look for values in replies, in every encoding docs/privacy.md lists: JSON lines {id,reply,taints} in, {id,text,redactions,blocked} out.") { file };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var check = new LeakCheck(new LeakCheckOptions { Action = run.LoadPrivacy().LeakAction });
            var wrong = await JsonLines.AnswerAsync(parsed.GetValue(file), HostJson.Default.LeakLine, HostJson.Default.CheckedLine, line => Judge(line, check), cancellationToken);
            return wrong is null ? ExitCodes.Ok : run.Fail("INVALID_REQUEST", $"Line {wrong} is not {{\"id\",\"reply\",\"taints\"}}.", ExitCodes.Failed);
        }));
        return command;
    }

    private static CheckedLine Judge(LeakLine line, LeakCheck check)
    {
        var taints = new TaintRegistry();
        foreach (var taint in line.Taints) taints.AddSecret("taint", Encoding.UTF8.GetBytes(taint));
        var text = check.Check(line.Reply, taints);
        return new CheckedLine(line.Id, text.Text, text.Redactions, text.Blocked);
    }
}
