namespace SafeClaw.Actors;

/// <summary>Where the host listens and keeps its things. Section <c>SafeClaw:Host</c>.</summary>
public sealed record HostConfig
{
    /// <summary>Address of the HTTP API. Default http://127.0.0.1:18890.</summary>
    public string Url { get; init; } = DefaultUrl;

    /// <summary>What must not be lost: the journal and the lock. Default $XDG_DATA_HOME/safeclaw, else ~/.local/share/safeclaw.</summary>
    public string DataDirectory { get; init; } = Default("XDG_DATA_HOME", ".local/share");

    /// <summary>Logs, control socket, simulated hardware. Default $XDG_STATE_HOME/safeclaw, else ~/.local/state/safeclaw.</summary>
    public string StateDirectory { get; init; } = Default("XDG_STATE_HOME", ".local/state");

    private const string DefaultUrl = "http://127.0.0.1:18890";

    internal static HostConfig Read(ConfigSection section)
    {
        var standard = new HostConfig();
        var config = new HostConfig
        {
            Url = section.Text(nameof(Url), "http://address:port", DefaultUrl, "Address of the HTTP API."),
            DataDirectory = Path.GetFullPath(section.Text(nameof(DataDirectory), "folder", standard.DataDirectory, "What must not be lost.")),
            StateDirectory = Path.GetFullPath(section.Text(nameof(StateDirectory), "folder", standard.StateDirectory, "Logs, control socket, simulated hardware.")),
        };
        if (!Uri.TryCreate(config.Url, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp) section.Problem(nameof(Url), "Must be http://address:port.");
        else if (!url.IsLoopback) section.Problem(nameof(Url), "Must be a loopback address: the API has no keys yet, so nobody else may reach it.");
        return config;
    }

    private static string Default(string variable, string fallback)
    {
        var root = Environment.GetEnvironmentVariable(variable) is { Length: > 0 } set && Path.IsPathRooted(set)
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), fallback);
        return Path.Combine(root, "safeclaw");
    }
}
