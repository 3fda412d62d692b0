namespace SafeClaw.Privacy;

/// <summary>How much harm a text does in the wrong hands.</summary>
public enum SensitivityLevel
{
    /// <summary>Anybody may read it.</summary>
    Public,

    /// <summary>Ordinary conversation.</summary>
    Normal,

    /// <summary>Names a person's ways to be reached: e-mail, phone, address.</summary>
    Sensitive,

    /// <summary>Money, identity, health, access.</summary>
    HighlySensitive,

    /// <summary>Private keys and production credentials.</summary>
    Critical,
}

/// <summary>A sensitive part of a text.</summary>
/// <param name="Type">Kebab-case type, for example <c>payment-card</c>.</param>
/// <param name="Start">Offset of its first UTF-16 code unit.</param>
/// <param name="End">Offset behind its last UTF-16 code unit.</param>
/// <param name="Level">Its level.</param>
public sealed record SensitiveSpan(string Type, int Start, int End, SensitivityLevel Level);

/// <summary>A text that was looked at. Only <see cref="Classifier"/> makes one, so nothing can be routed unseen.</summary>
public sealed class ClassifiedText
{
    internal ClassifiedText(UserText text, SensitivityLevel level, IReadOnlyList<SensitiveSpan> findings, IReadOnlyList<AssembledValue> assembled) =>
        (Text, Level, Findings, Assembled) = (text, level, findings, assembled);

    /// <summary>The text.</summary>
    public UserText Text { get; }

    /// <summary>The highest level of its findings, or Normal.</summary>
    public SensitivityLevel Level { get; }

    /// <summary>What was found, by position, not overlapping.</summary>
    public IReadOnlyList<SensitiveSpan> Findings { get; }

    /// <summary>Values that only this text and the session's earlier ones together give away.</summary>
    internal IReadOnlyList<AssembledValue> Assembled { get; }

    public override string ToString() => $"ClassifiedText({Level}, {Findings.Count} findings, {Text.ByteCount} bytes)";
}

/// <summary>A sensitive value that was sent in pieces.</summary>
internal sealed record AssembledValue(string Type, string Value)
{
    public override string ToString() => $"AssembledValue({Type}, {Value.Length} characters)";
}
