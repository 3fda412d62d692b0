namespace SafeClaw.Actors;

/// <summary>
/// The one public error: a stable <see cref="Code"/>, where it happened, and a sentence that says what to do.
/// Never contains message text, a secret or evidence bytes.
/// </summary>
public sealed class SafeClawException : Exception
{
    public SafeClawException(ErrorCode code, string detail, string stage, string? generation = null, Exception? cause = null)
        : base($"{detail} {ErrorCodes.Advice(code)}", cause)
    {
        Code = code;
        Detail = detail;
        Stage = stage;
        Generation = generation;
        CorrelationId = Guid.NewGuid().ToString("n");
    }

    /// <summary>What went wrong, stable across versions.</summary>
    public ErrorCode Code { get; }

    /// <summary>What exactly was seen, without the advice.</summary>
    public string Detail { get; }

    /// <summary>The stop of the walk where it happened: classify, route, boot, verify, inject, channel, guest, leak-check.</summary>
    public string Stage { get; }

    /// <summary>The VM generation concerned, "hex32-n"; null where none was involved.</summary>
    public string? Generation { get; }

    /// <summary>128-bit id, 32 hex digits, under which the host's log tells more.</summary>
    public string CorrelationId { get; }
}
