namespace SafeClaw.Guest;

/// <summary>The guest cannot run as it is configured; exit code 78. The message says what to change.</summary>
internal sealed class GuestConfigurationException(string message) : Exception(message);
