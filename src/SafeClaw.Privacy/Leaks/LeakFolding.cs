namespace SafeClaw.Privacy;

/// <summary>How replies and taints are made comparable, sign by sign.</summary>
internal static class LeakFolding
{
    /// <summary>Lower case, full-width forms and other scripts' digits to ASCII.</summary>
    public static char Fold(char c) => c switch
    {
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        < '\u0080' => c,
        >= '\uFF01' and <= '\uFF5E' => Fold((char)(c - 0xFEE0)),
        _ when char.IsDigit(c) => (char)('0' + (int)char.GetNumericValue(c)),
        _ => char.ToLowerInvariant(c),
    };
}
