namespace SafeClaw.Actors;

/// <summary>A refusal as a value: what actors answer instead of throwing. <see cref="ToException"/> is for the edge only.</summary>
/// <param name="Code">The stable code.</param>
/// <param name="Detail">What was seen: one sentence without message text or secrets.</param>
/// <param name="Stage">The stop of the walk where it happened.</param>
/// <param name="Generation">The VM generation concerned, or null.</param>
public sealed record Failure(ErrorCode Code, string Detail, string Stage, string? Generation = null)
{
    public SafeClawException ToException() => new(Code, Detail, Stage, Generation);

    /// <summary>The refusal behind an exception; anything unknown becomes <see cref="ErrorCode.Internal"/> and tells only its type.</summary>
    public static Failure From(Exception cause, string stage, string? generation = null) => cause switch
    {
        SafeClawException known => new(known.Code, known.Detail, known.Stage, known.Generation ?? generation),
        OperationCanceledException => new(ErrorCode.Timeout, "The step was given up at its deadline.", stage, generation),
        _ => new(ErrorCode.Internal, $"Unexpected {cause.GetType().Name}.", stage, generation),
    };
}
