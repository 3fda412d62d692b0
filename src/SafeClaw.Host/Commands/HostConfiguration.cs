using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>Where the host's configuration comes from; later sources win: files beside the program, the file of <c>--config</c>, the environment.</summary>
internal static class HostConfiguration
{
    public static string EnvironmentName { get; } = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Production";

    public static SafeClawOptions LoadOptions(FileInfo? file) => SafeClawOptions.Load(Read(file), EnvironmentName);

    /// <exception cref="ConfigurationException">A file is missing or no JSON.</exception>
    public static IConfigurationRoot Read(FileInfo? file)
    {
        var builder = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{EnvironmentName}.json", optional: true);
        if (file is not null) builder.AddJsonFile(file.FullName, optional: false);
        try
        {
            return builder.AddEnvironmentVariables().Build();
        }
        catch (Exception wrong) when (wrong is InvalidDataException or FormatException or FileNotFoundException)
        {
            throw new ConfigurationException([new ConfigProblem("SafeClaw", $"{wrong.Message}{(wrong.InnerException is { } inner ? $" {inner.Message}" : "")}")]);
        }
    }
}
