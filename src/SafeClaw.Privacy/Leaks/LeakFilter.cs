using System.Text;

namespace SafeClaw.Privacy;

/// <summary>
/// Checks a reply that comes in pieces. What may still be the beginning of a tainted value is held back, at most 8 times the longest value plus 64 characters;
/// if more had to be held, it is taken for a leak. Not thread-safe.
/// </summary>
public sealed class LeakFilter
{
    private readonly LeakAutomaton _automaton;
    private readonly LeakAction _action;
    private readonly int _bound;
    private readonly List<(long From, long To, string Replacement)> _leaks = [];
    private readonly StringBuilder _raw = new();
    private readonly EscapeDecoder _once = new();
    private readonly EscapeDecoder _twice = new();
    private readonly List<Sign> _decodedOnce = [];
    private readonly List<Sign> _decoded = [];
    private LeakView _asWritten;
    private LeakView? _unescaped;
    private long _read;
    private long _rawFrom;
    private readonly Action<string> _remember;
    private readonly long _begun;
    private long _passed;
    private bool _blocked;

    /// <param name="automaton">What finds the taints.</param>
    /// <param name="action">What happens to them.</param>
    /// <param name="before">The end of what this session's person was shown last: a value that began there must not end here.</param>
    /// <param name="remember">Told what is shown now.</param>
    internal LeakFilter(LeakAutomaton automaton, LeakAction action, string before, Action<string> remember)
    {
        (_automaton, _action, _remember) = (automaton, action, remember);
        _bound = 8 * automaton.LongestValue + 64;
        _asWritten = new LeakView(automaton, Found);
        foreach (var c in before) Take(c);
        _begun = _passed = _rawFrom = _read;
        _leaks.Clear();
    }

    /// <summary>Characters held back now.</summary>
    public int HeldBack => (int)Math.Max(0, _read - _passed);

    /// <summary>Takes a piece and returns what may be shown so far.</summary>
    public CheckedText Push(string chunk)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        var shown = new StringBuilder();
        var redactions = 0;
        _raw.Append(chunk);
        for (var at = 0; at < chunk.Length && !_blocked;)
        {
            at += TakeSome(chunk.AsSpan(at));
            if (HeldBack <= _bound) continue;
            redactions += Pass(HeldFrom(), shown);
            if (HeldBack > _bound) GiveUpOnHeld();
        }

        redactions += Pass(HeldFrom(), shown);
        return Checked(shown, redactions);
    }

    /// <summary>Ends the reply and returns the rest of it.</summary>
    public CheckedText Complete()
    {
        _decoded.Clear();
        _decodedOnce.Clear();
        _once.Complete(_decodedOnce);
        foreach (var sign in _decodedOnce) _twice.Push(sign, _decoded);
        _twice.Complete(_decoded);
        foreach (var sign in _decoded) _unescaped?.Push(sign);
        _asWritten.Complete();
        _unescaped?.Complete();
        var shown = new StringBuilder();
        var redactions = Pass(_read, shown);
        return Checked(shown, redactions);
    }

    private CheckedText Checked(StringBuilder shown, int redactions)
    {
        var unneeded = (int)(Math.Min(_passed, _read) - _rawFrom);
        _raw.Remove(0, unneeded);
        _rawFrom += unneeded;
        var text = _blocked ? "" : shown.ToString();
        _remember(text);
        return new CheckedText(text, redactions, _blocked);
    }

    /// <summary>Takes what stands before the next escape, no more than may be held back, else one character. Returns how many it took.</summary>
    private int TakeSome(ReadOnlySpan<char> text)
    {
        if (_unescaped is null)
        {
            var room = text[..(int)Math.Min(text.Length, Math.Max(1, _bound - HeldBack + 1))];
            var escape = room.IndexOfAny('%', '\\', '&');
            var plain = escape < 0 ? room : room[..escape];
            if (plain.Length > 0)
            {
                _asWritten.Push(plain, _read);
                _read += plain.Length;
                return plain.Length;
            }
        }

        Take(text[0]);
        return 1;
    }

    /// <summary>Most text has no escapes, and then both views are one.</summary>
    private void Take(char c)
    {
        var sign = new Sign(c, _read, ++_read);
        if (_unescaped is null && c is '%' or '\\' or '&') _unescaped = _asWritten.Fork();
        _asWritten.Push(sign);
        if (_unescaped is null) return;

        _decoded.Clear();
        _decodedOnce.Clear();
        _once.Push(sign, _decodedOnce);
        foreach (var once in _decodedOnce) _twice.Push(once, _decoded);
        foreach (var decoded in _decoded) _unescaped.Push(decoded);
        if (_once.PendingFrom is null && _twice.PendingFrom is null && _unescaped.Agrees(_asWritten)) _unescaped = null;
    }

    private void Found(long from, long to, int index)
    {
        var taint = _automaton.Taints[index];
        if (_action == LeakAction.AllowOwner && !taint.IsSecret) return;
        if (_action == LeakAction.Block) _blocked = true;
        _leaks.Add((from, to, taint.Replacement(_action)));
    }

    private long HeldFrom()
    {
        var held = _read;
        foreach (var from in (ReadOnlySpan<long?>)[_asWritten.HeldFrom, _unescaped?.HeldFrom, _once.PendingFrom, _twice.PendingFrom])
            if (from < held) held = from.Value;
        return held;
    }

    /// <summary>Passes on everything before <paramref name="limit"/>, leaks replaced. A leak that overlaps one already replaced goes with it.</summary>
    private int Pass(long limit, StringBuilder shown)
    {
        var replaced = 0;
        _leaks.Sort(static (a, b) => a.From != b.From ? a.From.CompareTo(b.From) : b.To.CompareTo(a.To));
        var done = 0;
        for (; done < _leaks.Count && _leaks[done].From < limit; done++)
        {
            var (from, to, replacement) = _leaks[done];
            if (from >= _passed)
            {
                Show(from, shown);
                shown.Append(replacement);
                replaced++;
            }
            else if (from < _begun && to > _passed)
            {
                shown.Append(replacement);
                replaced++;
            }

            _passed = Math.Max(_passed, to);
        }

        _leaks.RemoveRange(0, done);
        Show(limit, shown);
        return replaced;
    }

    private void Show(long until, StringBuilder shown)
    {
        if (until <= _passed) return;
        shown.Append(_raw, (int)(_passed - _rawFrom), (int)(until - _passed));
        _passed = until;
    }

    /// <summary>Only a value hidden in escapes and separators can need this much room.</summary>
    private void GiveUpOnHeld()
    {
        _leaks.Add((_passed, _read, "[redacted]"));
        if (_action == LeakAction.Block) _blocked = true;
        _asWritten = new LeakView(_automaton, Found);
        _unescaped = _unescaped is null ? null : new LeakView(_automaton, Found);
    }
}
