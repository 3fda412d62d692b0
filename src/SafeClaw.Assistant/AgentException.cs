namespace SafeClaw.Assistant;

/// <summary>Why a turn has no answer. The message names limits and providers, never text, keys or a provider's raw reply.</summary>
public sealed class AgentException : Exception
{
    public AgentException(AgentFailure failure, string message, Exception? cause = null) : base(message, cause) => Failure = failure;

    /// <summary>What a caller can act on.</summary>
    public AgentFailure Failure { get; }
}

/// <summary>Kinds of <see cref="AgentException"/>.</summary>
public enum AgentFailure
{
    /// <summary>The session memory is full; live sessions are kept, new ones are refused.</summary>
    Overloaded,

    /// <summary>The provider did not answer, or not within its deadline.</summary>
    ProviderUnavailable,

    /// <summary>The provider refused: a wrong key, model or request.</summary>
    ProviderRefused,

    /// <summary>The turn is too long for this assistant.</summary>
    TooLarge,
}
