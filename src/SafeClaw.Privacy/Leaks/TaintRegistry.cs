using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Privacy;

/// <summary>
/// The values no reply of one session may repeat: what its person sent, and the injected secrets. Bounded: beyond <see cref="MaxBytes"/> the person's oldest
/// values leave; secrets stay. Not thread-safe: one session owns it.
/// </summary>
public sealed class TaintRegistry
{
    /// <summary>Bytes of values kept for one session: 64 KiB.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>A longer value is kept as pieces of <see cref="PieceBytes"/>, so that a part of a long key is found as well.</summary>
    private const int MaxWholeBytes = 256;
    private const int PieceBytes = 128;

    private readonly List<Taint> _taints = [];
    private int _bytes;
    private LeakAutomaton? _automaton;

    /// <summary>How many values (or pieces of long ones) are kept.</summary>
    public int Count => _taints.Count;

    /// <summary>Adds the sensitive values of a text.</summary>
    public void Add(ClassifiedText text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var finding in text.Findings) AddValue(finding.Type, Encoding.UTF8.GetBytes(text.Text.Reveal()[finding.Start..finding.End]));
        foreach (var assembled in text.Assembled) AddValue(assembled.Type, Encoding.UTF8.GetBytes(assembled.Value));
    }

    /// <summary>Adds an injected secret. Its name is not looked for and not shown.</summary>
    /// <param name="name">Name of the secret.</param>
    /// <param name="value">Its bytes; fewer than four are not looked for.</param>
    public void AddSecret(string name, ReadOnlySpan<byte> value) => Add("secret", value, isSecret: true);

    /// <summary>Adds a value of the person's own.</summary>
    internal void AddValue(string type, ReadOnlySpan<byte> value) => Add(type, value, isSecret: false);

    /// <summary>What finds them. Built at the first use after a change.</summary>
    internal LeakAutomaton Automaton => _automaton ??= new LeakAutomaton(_taints);

    /// <summary>The end of what the person was shown, as long as a value can be when it is hidden as well as it may be; in memory only.</summary>
    internal string ShownLast { get; private set; } = "";

    internal void Shown(string text)
    {
        var whole = ShownLast + text;
        var kept = Math.Min(whole.Length, (8 * Automaton.LongestValue) + 64);
        ShownLast = whole[^kept..];
    }

    public override string ToString() => $"TaintRegistry({Count} values)";

    private void Add(string type, ReadOnlySpan<byte> value, bool isSecret)
    {
        if (value.Length <= MaxWholeBytes)
        {
            AddPiece(type, value, isSecret);
            return;
        }

        for (var from = 0; from < value.Length; from += PieceBytes) AddPiece(type, value.Slice(Math.Min(from, value.Length - PieceBytes), PieceBytes), isSecret);
    }

    private void AddPiece(string type, ReadOnlySpan<byte> value, bool isSecret)
    {
        foreach (var known in _taints)
            if (known.IsSecret == isSecret && CryptographicOperations.FixedTimeEquals(known.Value, value)) return;
        if (Taint.TryCreate(type, value, isSecret) is not { } taint) return;
        _taints.Add(taint);
        _bytes += value.Length;
        while (_bytes > MaxBytes && _taints.FindIndex(t => !t.IsSecret) is var oldest and >= 0)
        {
            _bytes -= _taints[oldest].Value.Length;
            _taints.RemoveAt(oldest);
        }

        _automaton = null;
    }
}
