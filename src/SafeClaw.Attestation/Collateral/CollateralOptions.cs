namespace SafeClaw.Attestation;

/// <summary>Where collateral may come from and what counts.</summary>
public sealed record CollateralOptions
{
    /// <summary>The roots that authorities must lead to, the same as the verifier's.</summary>
    public required TrustAnchors Anchors { get; init; }

    /// <summary>Cache and offline store; null keeps nothing.</summary>
    public CollateralStore? Store { get; init; }

    /// <summary>The key distribution service; null never asks anybody.</summary>
    public KdsClient? Kds { get; init; }

    /// <summary>
    /// <see cref="RevocationMode.Require"/>: no list within its dates means "unavailable", and the kept one is renewed when it is older than
    /// <see cref="CrlRenewAfter"/>. <see cref="RevocationMode.PreferCached"/>: a kept list within its dates is used without asking, else one is asked
    /// for, and without any there is none. <see cref="RevocationMode.Off"/>: none. The policy's mode; default PreferCached.
    /// </summary>
    public RevocationMode Revocation { get; init; } = RevocationMode.PreferCached;

    /// <summary>Age at which a required list is renewed, though still within its dates. 1 min to 30 days, default 24 h.</summary>
    public TimeSpan CrlRenewAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Total time for one piece of evidence. 0.1 to 120 s, default 10 s.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a version 2 report, which names no CPU, is taken for if its certificate does not say. Default Milan, the only one whose firmware wrote them for long.</summary>
    public SnpProduct ProductOfVersion2 { get; init; } = SnpProduct.Milan;

    /// <summary>The clock and the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Hears what an operator may want to know: an entry dropped, a list not renewed. No addresses, no evidence.</summary>
    public Action<string>? Notice { get; init; }
}
