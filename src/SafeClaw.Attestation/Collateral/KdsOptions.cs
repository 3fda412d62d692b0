using System.Net;

namespace SafeClaw.Attestation;

/// <summary>How AMD's key distribution service is reached.</summary>
public sealed record KdsOptions
{
    /// <summary>AMD's service.</summary>
    public static readonly Uri Amd = new("https://kdsintf.amd.com/");

    /// <summary>Base address: https, or http on loopback only (tests). Default <see cref="Amd"/>; a site's mirror goes here.</summary>
    public Uri BaseAddress { get; init; } = Amd;

    /// <summary>Total time for everything one piece of evidence needs, retries and waiting included. 0.1 to 120 s, default 10 s.</summary>
    public TimeSpan Budget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest body taken, in bytes. 1,024 to 1,048,576, default 65,536; AMD's largest answer is below 8 KiB.</summary>
    public int MaxBodyBytes { get; init; } = 64 * 1024;

    /// <summary>First pause between attempts where the service names none; doubles each time, jittered by half. 10 ms to 10 s, default 500 ms.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An explicit proxy; null takes the environment's (HTTPS_PROXY, NO_PROXY).</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>The clock and the timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Fractions of 0 to 1 for the jitter.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>True for https, or http on loopback, that ends in / and has neither query nor user.</summary>
    public static bool IsUsable(Uri baseAddress)
    {
        ArgumentNullException.ThrowIfNull(baseAddress);
        return baseAddress.IsAbsoluteUri && (baseAddress.Scheme == Uri.UriSchemeHttps || (baseAddress.Scheme == Uri.UriSchemeHttp && baseAddress.IsLoopback))
            && baseAddress.AbsolutePath.EndsWith('/') && baseAddress.Query.Length == 0 && baseAddress.UserInfo.Length == 0;
    }

    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    internal void Check()
    {
        if (!IsUsable(BaseAddress)) throw new ArgumentException("The key distribution service's base address is https, or http on loopback, ends in / and has no query and no user.", nameof(BaseAddress));
        if (Budget < TimeSpan.FromSeconds(0.1) || Budget > TimeSpan.FromSeconds(120)) throw new ArgumentException("The collateral budget is 0.1 to 120 s.", nameof(Budget));
        if (MaxBodyBytes is < 1024 or > 1024 * 1024) throw new ArgumentException("The largest body is 1,024 to 1,048,576 bytes.", nameof(MaxBodyBytes));
        if (RetryAfter < TimeSpan.FromMilliseconds(10) || RetryAfter > TimeSpan.FromSeconds(10)) throw new ArgumentException("The first pause is 10 ms to 10 s.", nameof(RetryAfter));
    }
}
