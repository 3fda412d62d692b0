namespace SafeClaw.Privacy;

/// <summary>Verhoeff's check digit over the dihedral group of ten elements (J. Verhoeff, 1969).</summary>
internal static class Verhoeff
{
    private static readonly int[] Permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

    public static bool Holds(ReadOnlySpan<char> digits)
    {
        var check = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[digits.Length - 1 - i] - '0';
            for (var round = 0; round < i % 8; round++) value = Permutation[value];
            check = Multiply(check, value);
        }

        return check == 0;
    }

    /// <summary>Elements 0 to 4 are rotations of a pentagon, 5 to 9 reflections.</summary>
    private static int Multiply(int a, int b) => (a < 5, b < 5) switch
    {
        (true, true) => (a + b) % 5,
        (true, false) => 5 + ((a + b) % 5),
        (false, true) => 5 + ((a - b + 5) % 5),
        (false, false) => (a - b + 5) % 5,
    };
}
