namespace SafeClaw.Privacy;

/// <summary>What happens to a sensitive value in a reply.</summary>
public enum LeakAction
{
    /// <summary>It is replaced by its last four characters behind asterisks; secrets and passwords are replaced whole.</summary>
    Mask,

    /// <summary>It is replaced whole.</summary>
    Redact,

    /// <summary>The reply is refused.</summary>
    Block,

    /// <summary>The person's own values may be shown to the person; injected secrets are replaced whole.</summary>
    AllowOwner,
}

/// <summary>How a <see cref="LeakCheck"/> acts.</summary>
public sealed record LeakCheckOptions
{
    /// <summary>What happens to a value it finds. Default <see cref="LeakAction.Mask"/>.</summary>
    public LeakAction Action { get; init; } = LeakAction.Mask;
}
