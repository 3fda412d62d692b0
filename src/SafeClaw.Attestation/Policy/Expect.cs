namespace SafeClaw.Attestation;

/// <summary>What a policy says about one field: never null, so that a forgotten field cannot accept by accident.</summary>
public abstract record Expect<T>
{
    private Expect() { }

    /// <summary>Says nothing about the field, on purpose.</summary>
    public static Expect<T> Any { get; } = new Anything();

    /// <summary>True if <paramref name="actual"/> is as expected.</summary>
    public abstract bool Holds(T actual, Comparison<T> compare);

    /// <summary>For verdicts and <c>policy explain</c>.</summary>
    public abstract string Describe(Func<T, string> show);

    /// <summary>True if the field is not looked at.</summary>
    public bool IsAny => this is Anything;

    /// <summary>One of these values.</summary>
    public sealed record AnyOf(IReadOnlyList<T> Values) : Expect<T>
    {
        public override bool Holds(T actual, Comparison<T> compare)
        {
            // Every value is looked at: which one matched is not told by time.
            var found = false;
            foreach (var value in Values) found |= compare(actual, value) == 0;
            return found;
        }

        public override string Describe(Func<T, string> show) => Values.Count == 1 ? show(Values[0]) : $"one of {string.Join(", ", Values.Select(show))}";
    }

    /// <summary>This value or a higher one.</summary>
    public sealed record AtLeast(T Floor) : Expect<T>
    {
        public override bool Holds(T actual, Comparison<T> compare) => compare(actual, Floor) >= 0;

        public override string Describe(Func<T, string> show) => $"at least {show(Floor)}";
    }

    private sealed record Anything : Expect<T>
    {
        public override bool Holds(T actual, Comparison<T> compare) => true;

        public override string Describe(Func<T, string> show) => "any";
    }
}

/// <summary>Shorthands for <see cref="Expect{T}"/>.</summary>
public static class Expect
{
    /// <summary>Exactly this value.</summary>
    public static Expect<T> Exactly<T>(T value) => new Expect<T>.AnyOf([value]);

    /// <summary>One of these values; an empty list is a mistake, not "anything".</summary>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    public static Expect<T> AnyOf<T>(IReadOnlyList<T> values) =>
        values.Count > 0 ? new Expect<T>.AnyOf(values) : throw new ArgumentException("An empty list of accepted values accepts nothing; say Any if that is meant.", nameof(values));

    /// <summary>This value or a higher one.</summary>
    public static Expect<T> AtLeast<T>(T floor) => new Expect<T>.AtLeast(floor);
}
