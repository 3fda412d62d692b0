using System.CommandLine;
using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>One run of a command: its options, its output, and the one place where failures become text or JSON and an exit code.</summary>
internal sealed class CommandRun(ParseResult parsed)
{
    public bool Json { get; } = parsed.GetValue(CommonOptions.Json);

    /// <summary>The options in effect.</summary>
    /// <exception cref="ConfigurationException">They are not valid.</exception>
    public SafeClawOptions LoadOptions() => HostConfiguration.LoadOptions(parsed.GetValue(CommonOptions.Config));

    /// <summary>The section Privacy alone; these commands need no machine, and so no measurement.</summary>
    public PrivacyConfig LoadPrivacy() => SafeClawOptions.LoadPrivacy(HostConfiguration.Read(parsed.GetValue(CommonOptions.Config)));

    /// <summary>The section Host alone.</summary>
    public HostConfig LoadHost() => SafeClawOptions.LoadHost(HostConfiguration.Read(parsed.GetValue(CommonOptions.Config)));

    /// <summary>Where certificates and revocation lists come from.</summary>
    public CollateralConfig LoadCollateral() => SafeClawOptions.LoadCollateral(HostConfiguration.Read(parsed.GetValue(CommonOptions.Config)));

    public static Func<ParseResult, CancellationToken, Task<int>> Handle(Func<CommandRun, ParseResult, CancellationToken, Task<int>> action) => async (parsed, cancellationToken) =>
    {
        var run = new CommandRun(parsed);
        try
        {
            return await action(run, parsed, cancellationToken);
        }
        catch (ConfigurationException invalid)
        {
            return run.Fail(ErrorCodes.Name(ErrorCode.ConfigInvalid), invalid.Message, ExitCodes.Configuration);
        }
        catch (SafeClawException refused)
        {
            return run.Fail(ErrorCodes.Name(refused.Code), refused.Message, refused.Code switch
            {
                ErrorCode.CollateralUnavailable => ExitCodes.CollateralUnavailable,
                ErrorCode.ConfigInvalid => ExitCodes.Configuration,
                ErrorCode.Internal => ExitCodes.Internal,
                _ => ExitCodes.Failed,
            });
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return run.Fail(ErrorCodes.Name(ErrorCode.Cancelled), "Interrupted.", ExitCodes.Failed);
        }
        catch (Exception unforeseen) when (unforeseen is IOException or UnauthorizedAccessException)
        {
            return run.Fail(ErrorCodes.Name(ErrorCode.Internal), unforeseen.Message, ExitCodes.Failed);
        }
#pragma warning disable CA1031 // The last place before the process ends: an exit code and a sentence instead of a crash.
        catch (Exception defect)
        {
            return run.Fail(ErrorCodes.Name(ErrorCode.Internal), $"Unexpected {defect.GetType().Name}: {defect.Message}", ExitCodes.Internal);
        }
#pragma warning restore CA1031
    };

    public int Fail(string code, string message, int exitCode)
    {
        if (Json) Write(new ErrorDocument(false, new ErrorBody(code, message)), HostJson.Default.ErrorDocument);
        else Console.Error.WriteLine($"safeclaw: {code}: {message}");
        return exitCode;
    }

    /// <summary>One document on standard output.</summary>
    public static void Write<T>(T document, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        Console.Out.WriteLine(System.Text.Json.JsonSerializer.Serialize(document, type));
}
