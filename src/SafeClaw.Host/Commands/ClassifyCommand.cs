using System.CommandLine;
using System.Text;
using System.Text.Json;
using SafeClaw.Privacy;

namespace SafeClaw.Host;

/// <summary><c>safeclaw classify</c>: judges a corpus, one JSON line in, one out. Needs no host.</summary>
internal static class ClassifyCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo?>("FILE") { Description = "JSON lines {\"id\", \"text\"}; without one, standard input.", Arity = ArgumentArity.ZeroOrOne };
        var explain = new Option<bool>("--explain") { Description = "Add the route and why." };
        var command = new Command("classify", "Find what is sensitive in texts: JSON lines {id,text} in, {id,level,findings} out. Offsets count characters as UTF-16 code units.") { file, explain };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            await using var input = parsed.GetValue(file) is { } path ? path.OpenRead() : Console.OpenStandardInput();
            await using var output = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
            return await ClassifyAsync(run, input, output, parsed.GetValue(explain), cancellationToken);
        }));
        return command;
    }

    private static async Task<int> ClassifyAsync(CommandRun run, Stream input, Stream output, bool explains, CancellationToken cancellationToken)
    {
        var classifier = new Classifier(new ClassifierOptions());
        using var lines = new StreamReader(input, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, 64 * 1024);
        var number = 0;
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            number++;
            if (line.Length == 0) continue;
            if (Read(line) is not { } request || UserText.TryCreate(request.Text, out var problem) is not { } text)
                return run.Fail("INVALID_REQUEST", $"Line {number} is not {{\"id\",\"text\"}} with a text of 1 to {UserText.MaxBytes} bytes.", ExitCodes.Failed);
            var classified = classifier.Classify(text);
            var decision = explains ? RoutingPolicy.Default.Decide(classified, SensitivityLevel.Public) : null;
            var findings = classified.Findings.Select(f => new FindingDocument(f.Type, f.Start, f.End, f.Level.ToString())).ToArray();
            await JsonSerializer.SerializeAsync(output, new ClassifiedLine(request.Id, classified.Level.ToString(), findings, decision?.Route.ToString().ToLowerInvariant(), decision?.Explanation),
                HostJson.Default.ClassifiedLine, cancellationToken);
            output.WriteByte((byte)'\n');
        }

        return ExitCodes.Ok;
    }

    private static ClassifyLine? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, HostJson.Default.ClassifyLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
