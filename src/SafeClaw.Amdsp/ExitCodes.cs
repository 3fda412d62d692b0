namespace SafeClaw.Amdsp;

/// <summary>The same meaning in every executable.</summary>
internal static class ExitCodes
{
    public const int Ok = 0, Failed = 1, Usage = 2, BadConfiguration = 78;
}
