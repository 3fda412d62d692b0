namespace SafeClaw.Privacy;

/// <summary>
/// Reads one view of a reply (as it is written, or with escapes undone) and reports where in the raw text a taint stands. At most three separators may
/// stand between neighbouring letters or digits of a form.
/// </summary>
internal sealed class LeakView(LeakAutomaton automaton, Action<long, long, int> found)
{
    private const int MaxSeparators = 3;

    private readonly long[] _starts = new long[Math.Max(1, automaton.LongestForm)];
    private readonly List<Candidate> _candidates = [];
    private int _at;
    private int _state;
    private int _gap;
    private bool _afterWordSign;

    /// <summary>Where in the raw text the earliest form begins that may still complete; null if there is none.</summary>
    public long? HeldFrom
    {
        get
        {
            var depth = automaton.Depth(_state);
            long? held = depth == 0 ? null : StartOf(depth);
            foreach (var candidate in _candidates)
                if (held is null || candidate.From < held) held = candidate.From;
            return held;
        }
    }

    /// <summary>Takes the next sign.</summary>
    public void Push(in Sign sign)
    {
        var kind = automaton.SignOf(sign.Value);
        if (automaton.Exact.Length > 0) PushExact(LeakFolding.Fold(sign.Value), kind != LeakAutomaton.Separator, sign);
        _afterWordSign = kind != LeakAutomaton.Separator;
        if (!_afterWordSign)
        {
            if (_state != 0 && ++_gap > MaxSeparators) _state = 0;
            return;
        }

        _gap = 0;
        _state = automaton.Next(_state, kind);
        _starts[_at] = sign.From;
        if (++_at == _starts.Length) _at = 0;
        if (_state != 0 && automaton.TryMatch(_state, out var length, out var taint)) found(StartOf(length), sign.To, taint);
    }

    /// <summary>Takes text that stands as it is from <paramref name="from"/> on.</summary>
    public void Push(ReadOnlySpan<char> text, long from)
    {
        if (automaton.Exact.Length > 0)
        {
            foreach (var c in text) Push(new Sign(c, from, ++from));
            return;
        }

        var (state, gap, at) = (_state, _gap, _at);
        foreach (var c in text)
        {
            from++;
            var kind = automaton.SignOf(c);
            if (kind == LeakAutomaton.Separator)
            {
                if (state != 0 && ++gap > MaxSeparators) state = 0;
                continue;
            }

            gap = 0;
            state = automaton.Next(state, kind);
            _starts[at] = from - 1;
            if (++at == _starts.Length) at = 0;
            if (state == 0 || !automaton.TryMatch(state, out var length, out var taint)) continue;
            _at = at;
            found(StartOf(length), from, taint);
        }

        (_state, _gap, _at) = (state, gap, at);
        if (text.Length > 0) _afterWordSign = automaton.SignOf(text[^1]) != LeakAutomaton.Separator;
    }

    /// <summary>Another view that has read the same so far.</summary>
    public LeakView Fork()
    {
        var fork = new LeakView(automaton, found) { _at = _at, _state = _state, _gap = _gap, _afterWordSign = _afterWordSign };
        _starts.CopyTo(fork._starts, 0);
        fork._candidates.AddRange(_candidates.Select(candidate => candidate.Copy()));
        return fork;
    }

    /// <summary>True if whatever follows will mean the same to both.</summary>
    public bool Agrees(LeakView other)
    {
        if (_state != other._state || _gap != other._gap || _afterWordSign != other._afterWordSign || _candidates.Count > 0 || other._candidates.Count > 0) return false;
        for (var back = automaton.Depth(_state); back > 0; back--)
            if (StartOf(back) != other.StartOf(back)) return false;
        return true;
    }

    /// <summary>No more text comes: a short value at the very end is bounded by it.</summary>
    public void Complete()
    {
        foreach (var candidate in _candidates)
            if (candidate.Matched == candidate.Form.Form.Length) found(candidate.From, candidate.To, candidate.Form.Taint);
        _candidates.Clear();
        _state = 0;
    }

    /// <summary>Where in the raw text the sign that many signs back began.</summary>
    private long StartOf(int back) => _starts[_at >= back ? _at - back : _at - back + _starts.Length];

    private void PushExact(char folded, bool isWordSign, in Sign sign)
    {
        for (var i = _candidates.Count - 1; i >= 0; i--)
            if (!Advance(_candidates[i], folded, isWordSign, sign)) _candidates.RemoveAt(i);
        foreach (var form in automaton.Exact)
        {
            if (form.Form[0] != folded || form.IsWord && isWordSign && _afterWordSign) continue;
            var candidate = new Candidate(form, sign.From) { Matched = 1, To = sign.To };
            if (form.Form.Length > 1) _candidates.Add(candidate);
        }
    }

    /// <summary>False if the candidate is done with: it completed, or this sign cannot follow.</summary>
    private bool Advance(Candidate candidate, char folded, bool isWordSign, in Sign sign)
    {
        var form = candidate.Form;
        if (candidate.Matched == form.Form.Length)
        {
            if (!isWordSign || !char.IsLetterOrDigit(form.Form[^1])) found(candidate.From, candidate.To, form.Taint);
            return false;
        }

        if (form.Form[candidate.Matched] == folded)
        {
            candidate.Matched++;
            candidate.To = sign.To;
            candidate.Gap = 0;
            if (candidate.Matched < form.Form.Length || form.IsWord) return true;
            found(candidate.From, candidate.To, form.Taint);
            return false;
        }

        return !form.IsWord && !isWordSign && ++candidate.Gap <= MaxSeparators;
    }

    private sealed class Candidate(ExactForm form, long from)
    {
        public ExactForm Form { get; } = form;

        public long From { get; } = from;

        public long To { get; set; }

        public int Matched { get; set; }

        public int Gap { get; set; }

        public Candidate Copy() => new(Form, From) { To = To, Matched = Matched, Gap = Gap };
    }
}
