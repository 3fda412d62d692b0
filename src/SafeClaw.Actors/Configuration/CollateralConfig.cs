using SafeClaw.Attestation;

namespace SafeClaw.Actors;

/// <summary>Where certificates and revocation lists that evidence does not bring come from. Section <c>SafeClaw:Tee:Attestation:Collateral</c>.</summary>
public sealed record CollateralConfig
{
    /// <summary>False asks nobody: what is missing must be in the store. Default true.</summary>
    public bool Fetch { get; init; } = true;

    /// <summary>AMD's key distribution service or a mirror of it: https, or http on loopback. Default https://kdsintf.amd.com/.</summary>
    public Uri KdsUrl { get; init; } = KdsOptions.Amd;

    /// <summary>The store; null takes <c>collateral</c> in the state directory.</summary>
    public string? Directory { get; init; }

    /// <summary>Longest wait for one piece of evidence, 0.1 to 120 s. Default 10 s.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The store that this and the host's folders name.</summary>
    public CollateralStore Store(HostConfig host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return new CollateralStore(Directory ?? Path.Combine(host.StateDirectory, "collateral"));
    }

    /// <summary>A client of the service, or null if nobody is to be asked. The caller disposes it.</summary>
    public KdsClient? Client(TimeProvider time) => Fetch ? new KdsClient(new KdsOptions { BaseAddress = KdsUrl, Budget = Budget, Time = time }) : null;

    internal static CollateralConfig Read(ConfigSection section)
    {
        var url = section.Text(nameof(KdsUrl), "https://address/", KdsOptions.Amd.AbsoluteUri, "AMD's key distribution service, or a mirror of it.");
        var isUsable = Uri.TryCreate(url, UriKind.Absolute, out var address) && KdsOptions.IsUsable(address);
        if (!isUsable) section.Problem(nameof(KdsUrl), "Must be https (or http on loopback), end in / and have no query and no user.");
        return new CollateralConfig
        {
            Fetch = section.Flag(nameof(Fetch), true, "Ask the service for what is missing; false uses the store alone."),
            KdsUrl = isUsable ? address! : KdsOptions.Amd,
            Directory = section.OptionalText(nameof(Directory), "folder", "The store; empty takes `collateral` in the state directory."),
            Budget = section.Seconds(nameof(Budget), TimeSpan.FromSeconds(10), 0.1, 120, "Longest wait for what one piece of evidence needs."),
        };
    }
}
