using System.CommandLine;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary><c>safeclaw config</c>: show, validate or describe the configuration.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Show, validate or describe the configuration.")
    {
        Verb("show", "Every key with the value in effect.", run =>
        {
            var keys = run.LoadOptions().Keys;
            if (run.Json) CommandRun.Write(keys.ToDictionary(k => k.Key, k => k.Value), HostJson.Default.DictionaryStringString);
            else foreach (var key in keys) Console.Out.WriteLine($"{key.Key} = {key.Value}");
        }),
        Verb("validate", "Check it; exit 78 and every problem if it is not valid.", run =>
        {
            run.LoadOptions();
            if (run.Json) CommandRun.Write(new OkDocument(true), HostJson.Default.OkDocument);
            else Console.Out.WriteLine("The configuration is valid.");
        }),
        Verb("schema", "Every key with its form, range, default and meaning.", run =>
        {
            var keys = run.LoadOptions().Keys;
            if (run.Json) CommandRun.Write([.. keys.Select(k => new ConfigKeyDocument(k.Key, k.Form, k.Default, k.Meaning))], HostJson.Default.ConfigKeyDocumentArray);
            else foreach (var key in keys) Console.Out.WriteLine($"{key.Key}\n    {key.Meaning} ({key.Form}; default {(key.Default.Length == 0 ? "none" : key.Default)})");
        }),
        Verb("path", "The folders in use.", run =>
        {
            var host = run.LoadHost();
            if (run.Json) CommandRun.Write(new Dictionary<string, string> { ["data"] = host.DataDirectory, ["state"] = host.StateDirectory }, HostJson.Default.DictionaryStringString);
            else Console.Out.WriteLine($"data   {host.DataDirectory}\nstate  {host.StateDirectory}");
        }),
    };

    private static Command Verb(string name, string description, Action<CommandRun> action)
    {
        var command = new Command(name, description);
        command.SetAction(CommandRun.Handle((run, _, _) =>
        {
            action(run);
            return Task.FromResult(ExitCodes.Ok);
        }));
        return command;
    }
}
