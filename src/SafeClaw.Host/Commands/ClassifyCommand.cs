using System.CommandLine;
using SafeClaw.Privacy;

namespace SafeClaw.Host;

/// <summary><c>safeclaw classify</c>: judges a corpus by the configured rules, one JSON line in, one out. Needs no host.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "JSON lines {\"id\", \"text\"}; without one, standard input.", Arity = ArgumentArity.ZeroOrOne };
        var explain = new Option<bool>("--explain") { Description = "Add the route and why." };
        var command = new Command("classify", "Find what is sensitive in texts: JSON lines {id,text} in, {id,level,findings} out. Offsets count characters as UTF-16 code units.") { file, explain };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var privacy = run.LoadPrivacy();
            var classifier = new Classifier(privacy.Classification);
            var policy = parsed.GetValue(explain) ? privacy.Routing : null;
            var wrong = await JsonLines.AnswerAsync(parsed.GetValue(file), HostJson.Default.ClassifyLine, HostJson.Default.ClassifiedLine, line => Judge(line, classifier, policy), cancellationToken);
            return wrong is null ? ExitCodes.Ok : run.Fail("INVALID_REQUEST", $"Line {wrong} is not {{\"id\",\"text\"}} with a text of 1 to {UserText.MaxBytes} bytes.", ExitCodes.Failed);
        }));
        return command;
    }

    private static ClassifiedLine? Judge(ClassifyLine line, Classifier classifier, RoutingPolicy? policy)
    {
        if (UserText.TryCreate(line.Text, out _) is not { } text) return null;
        var classified = classifier.Classify(text);
        var decision = policy?.Decide(classified, SensitivityLevel.Public);
        return new ClassifiedLine(line.Id, classified.Level.ToString(), [.. classified.Findings.Select(f => new FindingDocument(f.Type, f.Start, f.End, f.Level.ToString()))],
            decision?.Route.ToString().ToLowerInvariant(), decision?.Explanation);
    }
}
