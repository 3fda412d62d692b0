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
    private long _signs;
    private int _state;
    private int _gap;
    private bool _afterWordSign;

    /// <summary>Where in the raw text the earliest form begins that may still complete; null if there is none.</summary>
    public long? HeldFrom
    {
        get
        {
            var depth = automaton.Depth(_state);
            long? held = depth == 0 ? null : _starts[(_signs - depth) % _starts.Length];
            foreach (var candidate in _candidates)
                if (held is null || candidate.From < held) held = candidate.From;
            return held;
        }
    }

    /// <summary>Takes the next sign.</summary>
    public void Push(Sign sign)
    {
        var folded = LeakFolding.Fold(sign.Value);
        var isWordSign = char.IsLetterOrDigit(folded);
        if (automaton.Exact.Count > 0) PushExact(folded, isWordSign, sign);
        _afterWordSign = isWordSign;
        if (!isWordSign)
        {
            if (_state != 0 && ++_gap > MaxSeparators) _state = 0;
            return;
        }

        _gap = 0;
        _state = automaton.Next(_state, folded);
        _starts[_signs++ % _starts.Length] = sign.From;
        if (automaton.TryMatch(_state, out var length, out var taint)) found(_starts[(_signs - length) % _starts.Length], sign.To, taint);
    }

    /// <summary>No more text comes: a short value at the very end is bounded by it.</summary>
    public void Complete()
    {
        foreach (var candidate in _candidates)
            if (candidate.Matched == candidate.Form.Form.Length) found(candidate.From, candidate.To, candidate.Form.Taint);
        _candidates.Clear();
        _state = 0;
    }

    private void PushExact(char folded, bool isWordSign, Sign sign)
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
    private bool Advance(Candidate candidate, char folded, bool isWordSign, Sign sign)
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
    }
}
