namespace SafeClaw.Vmm;

/// <summary>A machine could not be started; the message says why and what to do.</summary>
public sealed class VmmException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Always <c>BOOT_FAILED</c>.</summary>
    public string Code { get; } = "BOOT_FAILED";
}
