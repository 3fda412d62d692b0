using System.Globalization;
using System.Security.Cryptography;

namespace SafeClaw.Actors;

/// <summary>
/// One life of one machine: the 128-bit boot id of this host process and a counter that is never reused. Evidence, channels, handles and every
/// asynchronous answer carry it; what belongs to an older generation is dropped.
/// </summary>
public readonly record struct VmGeneration(string BootId, long Number)
{
    /// <summary>Before the first boot.</summary>
    public static VmGeneration None { get; } = new("", 0);

    /// <summary>"hex32-n", as replies, headers and logs show it; empty for <see cref="None"/>.</summary>
    public override string ToString() => Number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{BootId}-{Number}");
}

/// <summary>Hands out generations. It outlives the supervisor, so a restarted supervisor cannot give a number twice.</summary>
public sealed class VmGenerations
{
    private readonly string _bootId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private long _last;

    /// <summary>The next generation of this process.</summary>
    public VmGeneration Next() => new(_bootId, Interlocked.Increment(ref _last));
}
