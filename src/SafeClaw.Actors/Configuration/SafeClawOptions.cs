using Microsoft.Extensions.Configuration;

namespace SafeClaw.Actors;

/// <summary>Everything SafeClaw itself owns in the configuration. What Akka owns is in <c>hocon/</c>.</summary>
public sealed record SafeClawOptions
{
    /// <summary>The confidential VM.</summary>
    public TeeConfig Tee { get; init; } = new();

    /// <summary>Sessions.</summary>
    public SessionOptions Sessions { get; init; } = new();

    /// <summary>Classification, routing, leak check.</summary>
    public PrivacyConfig Privacy { get; init; } = new();

    /// <summary>Addresses and folders.</summary>
    public HostConfig Host { get; init; } = new();

    /// <summary>Every key that was read, for <c>safeclaw config</c>.</summary>
    public IReadOnlyList<ConfigKey> Keys { get; init; } = [];

    /// <summary>Reads and validates the section <c>SafeClaw</c>.</summary>
    /// <param name="configuration">Where the section is.</param>
    /// <param name="environment">Name of the environment; <c>Production</c> refuses what is for development.</param>
    /// <exception cref="ConfigurationException">Something is wrong; it lists everything that is.</exception>
    public static SafeClawOptions Load(IConfiguration configuration, string environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var reading = new ConfigReading();
        var root = new ConfigSection(configuration.GetSection("SafeClaw"), reading);
        var options = new SafeClawOptions
        {
            Tee = root.Section(nameof(Tee), TeeConfig.Read),
            Sessions = root.Section(nameof(Sessions), ReadSessions),
            Privacy = root.Section(nameof(Privacy), PrivacyConfig.Read),
            Host = root.Section(nameof(Host), HostConfig.Read),
        };
        root.RefuseUnknown();
        foreach (var problem in options.ProblemsTogether(environment)) reading.Add(problem);
        return reading.Problems.Count == 0 ? options with { Keys = reading.Keys } : throw new ConfigurationException(reading.Problems);
    }

    /// <summary>Reads the section <c>SafeClaw:Privacy</c> alone, for tools that run no machine.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static PrivacyConfig LoadPrivacy(IConfiguration configuration) => LoadSection(configuration, "Privacy", PrivacyConfig.Read);

    /// <summary>Reads the section <c>SafeClaw:Host</c> alone, for tools that only look at files.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static HostConfig LoadHost(IConfiguration configuration) => LoadSection(configuration, "Host", HostConfig.Read);

    /// <summary>Reads the section <c>SafeClaw:Tee:Attestation:Collateral</c> alone.</summary>
    /// <exception cref="ConfigurationException">Something in it is wrong.</exception>
    public static CollateralConfig LoadCollateral(IConfiguration configuration) => LoadSection(configuration, "Tee:Attestation:Collateral", CollateralConfig.Read);

    private static T LoadSection<T>(IConfiguration configuration, string name, Func<ConfigSection, T> read)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var reading = new ConfigReading();
        var section = new ConfigSection(configuration.GetSection($"SafeClaw:{name}"), reading);
        var value = read(section);
        section.RefuseUnknown();
        return reading.Problems.Count == 0 ? value : throw new ConfigurationException(reading.Problems);
    }

    /// <summary>What no single key shows.</summary>
    internal IEnumerable<ConfigProblem> ProblemsTogether(string environment)
    {
        if (!Tee.IsOn) yield break;
        var isProduction = environment.Equals("Production", StringComparison.OrdinalIgnoreCase);
        if (isProduction && Tee.AllowSimulated)
            yield return new ConfigProblem("SafeClaw:Tee:AllowSimulated", "Simulated evidence is refused in Production; set the environment to Development, or set it to false.");
        if (Tee is { ShimBackend: ShimBackend.Process, AllowSimulated: false })
            yield return new ConfigProblem("SafeClaw:Tee:ShimBackend", "The process backend is a simulation; it needs SafeClaw:Tee:AllowSimulated, which Production refuses.");
        if (Tee is { ShimBackend: not ShimBackend.Process, Attestation: { PolicyFile: null, ExpectedMeasurements.Count: 0 } })
            yield return new ConfigProblem("SafeClaw:Tee:Attestation:ExpectedMeasurements", "At least one launch measurement (or a PolicyFile) is needed, else any guest would do; or set SafeClaw:Tee:Enabled to false.");
        if (Tee.Attestation.Collateral is { Fetch: true } collateral && collateral.Budget >= Tee.Lifecycle.PhaseLimits[BootPhases.Verify])
            yield return new ConfigProblem("SafeClaw:Tee:Phases:Verify", $"Must be longer than SafeClaw:Tee:Attestation:Collateral:Budget, which is {collateral.Budget.TotalSeconds:0.#} s: collateral is fetched in that phase.");
        var longest = GenerationDirectory.LongestSocketPath(Tee.SocketDir ?? RuntimeDirectory.Path);
        if (longest > SafeClaw.Tee.TeeEndpoint.MaxUnixPathBytes)
            yield return new ConfigProblem("SafeClaw:Tee:SocketDir", $"Socket paths below it would have {longest} bytes; a Unix socket's path has at most {SafeClaw.Tee.TeeEndpoint.MaxUnixPathBytes}. Use a shorter folder.");
    }

    private static SessionOptions ReadSessions(ConfigSection section)
    {
        var standard = new SessionOptions();
        return standard with
        {
            MaxWaiting = section.Whole(nameof(SessionOptions.MaxWaiting), standard.MaxWaiting, 1, 10_000, "turns", "May wait in one session; the next is refused BUSY."),
            MaxWaitingBytes = section.Whole(nameof(SessionOptions.MaxWaitingBytes), standard.MaxWaitingBytes, 1024, 1 << 30, "bytes", "Text that may wait in one session."),
            MaxSessions = section.Whole(nameof(SessionOptions.MaxSessions), standard.MaxSessions, 1, 10_000_000, "sessions", "Alive at once; the next is refused OVERLOADED."),
            DefaultDeadline = section.Seconds(nameof(SessionOptions.DefaultDeadline), standard.DefaultDeadline, 0.1, 3600, "How long a turn may take when the caller does not say."),
            DrainLimit = section.Seconds(nameof(SessionOptions.DrainLimit), standard.DrainLimit, 0.1, 600, "How long a shutdown waits for turns under way."),
        };
    }
}
