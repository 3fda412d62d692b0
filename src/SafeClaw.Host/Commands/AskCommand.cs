using System.CommandLine;
using System.Text;
using SafeClaw.Actors;
using SafeClaw.Privacy;

namespace SafeClaw.Host;

/// <summary><c>safeclaw ask</c>: one message, one answer; from the running host, or as the owner for its own run.</summary>
internal static class AskCommand
{
    private const string StandardInput = "-";

    public static Command Create()
    {
        var text = new Argument<string>("TEXT") { Description = "The message; - reads it from standard input." };
        var session = new Option<string>("--session") { Description = "Whose conversation: user:channel:chat.", DefaultValueFactory = _ => "local:cli:ask", HelpName = "u:c:h" };
        var command = new Command("ask", "Send one message and print the answer.") { text, session };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            if (!SessionId.TryParse(parsed.GetValue(session), out var id, out var problem)) return run.Fail(ErrorCodes.Name(ErrorCode.InvalidRequest), problem, ExitCodes.Usage);
            var message = await ReadAsync(parsed.GetValue(text)!, cancellationToken);
            var answer = await AskAsync(run, id, message, cancellationToken);
            if (run.Json) CommandRun.Write(answer, HostJson.Default.MessageReply);
            else Print(answer);
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static async Task<MessageReply> AskAsync(CommandRun run, SessionId session, UserText text, CancellationToken cancellationToken)
    {
        // A running host has its own configuration; ours matters only if we become the owner.
        using var control = await ControlClient.TryConnectAsync(run.LoadHost(), cancellationToken);
        if (control is not null) return await control.AskAsync(session, text, cancellationToken);

        var options = run.LoadOptions();
        using var ownership = await DataOwnership.TakeAsync(options.Host, patience: TimeSpan.FromSeconds(5));
        await using var app = OwnerApplication.Build(options, ownership, servesUrl: false, phases: run.Json ? null : BootProgress.IfTerminal());
        await app.StartAsync(cancellationToken);
        try
        {
            var reply = await app.Services.GetRequiredService<ISafeClaw>().ProcessAsync(new TurnRequest(session, text), cancellationToken);
            return MessageReply.From(reply);
        }
        finally
        {
            await app.StopAsync(CancellationToken.None);
        }
    }

    private static async Task<UserText> ReadAsync(string argument, CancellationToken cancellationToken)
    {
        var bytes = argument == StandardInput ? await StandardInputBytes.ReadAsync(UserText.MaxBytes, cancellationToken) : Encoding.UTF8.GetBytes(argument);
        return UserText.TryCreate(bytes, out var problem)
            ?? throw new SafeClawException(bytes.Length > UserText.MaxBytes ? ErrorCode.TooLarge : ErrorCode.InvalidRequest, problem, "ask");
    }

    private static void Print(MessageReply answer)
    {
        Console.Out.WriteLine(answer.Reply);
        var where = answer.Tee ? $"answered inside the TEE{(answer.Simulated ? " (SIMULATED: this protects nothing)" : "")}, generation {answer.Generation}" : "answered locally";
        Console.Error.WriteLine($"[{where}; level {answer.Level}; {answer.Redactions} redactions; {answer.ElapsedMs} ms]");
    }
}
