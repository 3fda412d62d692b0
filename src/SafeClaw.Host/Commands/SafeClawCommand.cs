using System.CommandLine;

namespace SafeClaw.Host;

/// <summary>The command line: parses, runs, and turns every end into an exit code (0 ok, 1 failed, 2 usage, 3 collateral, 70 internal, 78 configuration).</summary>
internal static class SafeClawCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("SafeClaw: a personal assistant that answers sensitive messages only from an attested confidential VM.")
        {
            ServeCommand.Create(), AskCommand.Create(), StatusCommand.Create(), ReleaseCommand.Create(), ShutdownCommand.Create(), ConfigCommand.Create(), ExplainCommand.Create(),
            ClassifyCommand.Create(), LeakCheckCommand.Create(), AuditCommand.Create(), AttestCommand.Create(), VerifyCommand.Create(), EvidenceCommand.Create(), PolicyCommand.Create(), CollateralCommand.Create(),
        };
        root.Add(CommonOptions.Config);
        root.Add(CommonOptions.Json);
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? ExitCodes.Usage : code;
    }
}

/// <summary>Options every command takes.</summary>
internal static class CommonOptions
{
    public static Option<FileInfo?> Config { get; } = new("--config") { Description = "An appsettings file to use beside the built-in ones.", Recursive = true, HelpName = "FILE" };

    public static Option<bool> Json { get; } = new("--json") { Description = "One JSON document on standard output, on failure too.", Recursive = true };
}

/// <summary>What the process tells its caller (sysexits.h where it has a word for it).</summary>
internal static class ExitCodes
{
    public const int Ok = 0, Failed = 1, Usage = 2, CollateralUnavailable = 3, Internal = 70, Configuration = 78;
}
