using System.Collections.Immutable;
using SafeClaw.Privacy;

namespace SafeClaw.Actors;

/// <summary>
/// The values of the injected secrets, for the leak check of every session. Set once per injection; read by sessions on their own threads, hence
/// one immutable list that is replaced whole.
/// </summary>
internal sealed class SecretTaints
{
    private ImmutableList<(string Name, ReadOnlyMemory<byte> Value)> _values = [];

    /// <summary>Replaces the values; the caller's buffers are copied.</summary>
    public void Set(IEnumerable<(string Name, ReadOnlyMemory<byte> Value)> values) =>
        _values = [.. values.Select(v => (v.Name, (ReadOnlyMemory<byte>)v.Value.ToArray()))];

    /// <summary>Adds them to a session's registry; adding a known value again changes nothing.</summary>
    public void AddTo(TaintRegistry registry)
    {
        foreach (var (name, value) in _values) registry.AddSecret(name, value.Span);
    }
}
