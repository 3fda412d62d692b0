#if SIMULATION
namespace SafeClaw.Tee;

/// <summary>The simulated processor refused a call, answered nonsense, or cannot be reached.</summary>
public sealed class SecureProcessorException : Exception
{
    public SecureProcessorException(string code, string message, Exception? cause = null) : base(message, cause) => Code = code;

    /// <summary>A constant of <see cref="SecureProcessorError"/>, <see cref="Unreachable"/> or <see cref="Nonsense"/>.</summary>
    public string Code { get; }

    /// <summary>Nobody answered before the deadline.</summary>
    public const string Unreachable = "UNREACHABLE";

    /// <summary>The answer was not one the contract allows.</summary>
    public const string Nonsense = "NONSENSE";
}
#endif
