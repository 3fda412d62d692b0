using System.CommandLine;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary><c>safeclaw explain CODE</c>: what an error code means and what to do.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var code = new Argument<string>("CODE") { Description = "An error code such as BOOT_FAILED; without one, all are listed.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("explain", "Say what an error code means and what to do.") { code };
        command.SetAction(CommandRun.Handle((run, parsed, _) => Task.FromResult(Explain(run, parsed.GetValue(code)))));
        return command;
    }

    private static int Explain(CommandRun run, string? name)
    {
        var wanted = name?.ToUpperInvariant();
        if (wanted is not null && !ErrorCodes.TryParse(wanted, out _))
            return run.Fail(ErrorCodes.Name(ErrorCode.InvalidRequest), $"There is no error code {name}; `safeclaw explain` lists them.", ExitCodes.Failed);
        var rows = Enum.GetValues<ErrorCode>().Where(c => wanted is null || ErrorCodes.Name(c) == wanted).ToDictionary(ErrorCodes.Name, ErrorCodes.Advice);
        if (run.Json) CommandRun.Write(rows, HostJson.Default.DictionaryStringString);
        else foreach (var (row, advice) in rows) Console.Out.WriteLine($"{row}\n    {advice}");
        return ExitCodes.Ok;
    }
}
