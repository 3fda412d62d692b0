namespace SafeClaw.Attestation;

/// <summary>One check of a verdict.</summary>
/// <param name="Check">Stable kebab-case name of the check.</param>
/// <param name="Ok">Whether it passed.</param>
/// <param name="Code">One of <see cref="AttestationCodes"/>; null where <paramref name="Ok"/>.</param>
/// <param name="Expected">What was wanted; long values are shortened to a prefix.</param>
/// <param name="Actual">What was found, likewise.</param>
/// <param name="Hint">What it means or what to do.</param>
public sealed record Finding(string Check, bool Ok, string? Code = null, string? Expected = null, string? Actual = null, string? Hint = null)
{
    /// <summary>A passed check.</summary>
    public static Finding Passed(string check, string? actual = null, string? hint = null) => new(check, true, null, null, actual, hint);

    /// <summary>A failed check.</summary>
    public static Finding Failed(string check, string code, string hint, string? expected = null, string? actual = null) =>
        new(check, false, code, expected, actual, hint);
}
