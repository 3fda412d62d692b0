namespace SafeClaw.Simulation;

/// <summary>What the simulated key distribution service does instead of answering properly.</summary>
public abstract record KdsFault
{
    private KdsFault() { }

    /// <summary>An answer with that status and no body.</summary>
    public sealed record Status(int Code) : KdsFault;

    /// <summary>429, with or without Retry-After in seconds.</summary>
    public sealed record Throttle(int? RetryAfterSeconds = null) : KdsFault;

    /// <summary>302 to another address.</summary>
    public sealed record Redirect(Uri To) : KdsFault;

    /// <summary>200 with a web page, as a captive portal gives.</summary>
    public sealed record Html : KdsFault;

    /// <summary>The certificate of another chip, properly signed.</summary>
    public sealed record WrongChip : KdsFault;

    /// <summary>A body of so many bytes, its length said or not.</summary>
    public sealed record Huge(long Bytes, bool SayLength) : KdsFault;

    /// <summary>Headers at once, then one byte per pause.</summary>
    public sealed record SlowDrip(TimeSpan Pause) : KdsFault;

    /// <summary>The connection is taken and nothing is ever said.</summary>
    public sealed record Silence : KdsFault;

    /// <summary>The connection is closed in the middle of the body.</summary>
    public sealed record BreakOff : KdsFault;
}
