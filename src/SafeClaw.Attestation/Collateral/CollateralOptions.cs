namespace SafeClaw.Attestation;

/// <summary>Whether evidence may be judged without a current revocation list.</summary>
public enum CrlMode
{
    /// <summary>Never: no list within its dates means "collateral unavailable". The kept list is renewed when it is older than a day.</summary>
    Require,

    /// <summary>A kept list within its dates is used without asking; else one is asked for; without any, revocation is "not checked".</summary>
    PreferCached,

    /// <summary>Always, and the verdict says so.</summary>
    Off,
}

/// <summary>Where collateral may come from and what counts.</summary>
public sealed record CollateralOptions
{
    /// <summary>Whether a root certificate (DER) is one of the pinned ones.</summary>
    public required Func<ReadOnlyMemory<byte>, bool> TrustsRoot { get; init; }

    /// <summary>Cache and offline store; null keeps nothing.</summary>
    public CollateralStore? Store { get; init; }

    /// <summary>The key distribution service; null never asks anybody.</summary>
    public KdsClient? Kds { get; init; }

    /// <summary>Default <see cref="Attestation.CrlMode.PreferCached"/>; production requires.</summary>
    public CrlMode CrlMode { get; init; } = CrlMode.PreferCached;

    /// <summary>Age at which a required list is renewed, though still within its dates. 1 min to 30 days, default 24 h.</summary>
    public TimeSpan CrlRenewAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Total time for one piece of evidence. 0.1 to 120 s, default 10 s.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a version 2 report, which names no CPU, is taken for if its certificate does not say. Default Milan, the only one whose firmware wrote them for long.</summary>
    public KdsProduct ProductOfVersion2 { get; init; } = KdsProduct.Milan;

    /// <summary>The clock and the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears what an operator may want to know: an entry dropped, a list not renewed. No addresses, no evidence.</summary>
    public Action<string>? Notice { get; init; }
}
