namespace SafeClaw.Privacy;

/// <summary>
/// All loose forms of all taints in one Aho-Corasick automaton over folded letters and digits, and the exact forms beside it. Immutable.
/// </summary>
internal sealed class LeakAutomaton
{
    /// <summary>What <see cref="SignOf"/> says of anything but a letter or digit, and of a letter or digit that stands in no form.</summary>
    public const int Separator = -1, Foreign = -2;

    private const int None = -1;

    private readonly Dictionary<char, int> _classOfOther = [];
    private readonly int[] _classOfAscii = new int[128];
    private readonly int _classes;
    private readonly int[] _next;
    private readonly int[] _depth;
    private readonly int[] _match;
    private readonly int[] _matchLength;

    public LeakAutomaton(IReadOnlyList<Taint> taints)
    {
        Taints = taints.ToArray();
        Exact = [.. Taints.SelectMany((taint, index) => taint.ExactForms().Select(form => new ExactForm(form, index, taint.Value.Length < Taint.MinEncodedBytes)))];
        var forms = Taints.SelectMany((taint, index) => taint.LooseForms().Select(form => (Form: form, Taint: index))).ToList();

        _classes = ClassifySigns(forms.Select(f => f.Form));
        var capacity = 1 + forms.Sum(f => f.Form.Length);
        (_next, _depth, _match, _matchLength) = (new int[capacity * _classes], new int[capacity], new int[capacity], new int[capacity]);
        Array.Fill(_match, None);
        AddFailures(AddForms(forms));
        LongestForm = forms.Count == 0 ? 0 : forms.Max(f => f.Form.Length);
        LongestValue = Taints.Length == 0 ? 0 : Taints.Max(t => t.Value.Length);
    }

    public Taint[] Taints { get; }

    public ExactForm[] Exact { get; }

    /// <summary>Letters and digits of the longest loose form.</summary>
    public int LongestForm { get; }

    /// <summary>Bytes of the longest value.</summary>
    public int LongestValue { get; }

    /// <summary>The class of a character of a reply, folded on the way.</summary>
    public int SignOf(char c) => c < 128 ? _classOfAscii[c] : SignOfOther(c);

    private int SignOfOther(char c)
    {
        var folded = LeakFolding.Fold(c);
        return folded < 128 ? _classOfAscii[folded] : char.IsLetterOrDigit(folded) ? _classOfOther.GetValueOrDefault(folded, Foreign) : Separator;
    }

    /// <summary>The state after a sign that is no separator; 0 is the root.</summary>
    public int Next(int state, int sign) => sign < 0 ? 0 : _next[state * _classes + sign];

    /// <summary>How many signs of some form the text now ends with.</summary>
    public int Depth(int state) => _depth[state];

    /// <summary>The longest form that ends in this state.</summary>
    public bool TryMatch(int state, out int length, out int taint)
    {
        var found = _match[state];
        (length, taint) = found == None ? (0, 0) : (_matchLength[state], found);
        return found != None;
    }

    /// <summary>Gives every sign that stands in a form its class, and upper case the class of its lower case.</summary>
    private int ClassifySigns(IEnumerable<string> forms)
    {
        for (var c = '\0'; c < 128; c++) _classOfAscii[c] = char.IsAsciiLetterOrDigit(c) ? Foreign : Separator;
        var classes = 0;
        foreach (var sign in forms.SelectMany(f => f).Distinct())
        {
            if (sign < 128) _classOfAscii[sign] = classes++;
            else _classOfOther[sign] = classes++;
        }

        for (var c = 'A'; c <= 'Z'; c++) _classOfAscii[c] = _classOfAscii[c | 0x20];
        return Math.Max(1, classes);
    }

    private int AddForms(List<(string Form, int Taint)> forms)
    {
        var states = 1;
        foreach (var (form, taint) in forms)
        {
            var state = 0;
            foreach (var sign in form)
            {
                ref var next = ref _next[state * _classes + (sign < 128 ? _classOfAscii[sign] : _classOfOther[sign])];
                if (next == 0)
                {
                    next = states++;
                    _depth[next] = _depth[state] + 1;
                }

                state = next;
            }

            // Of a person's value and a secret that are the same, the secret's replacement counts.
            if (_match[state] == None || Taints[taint].IsSecret) (_match[state], _matchLength[state]) = (taint, form.Length);
        }

        return states;
    }

    /// <summary>Breadth first: where a sign does not continue a form, the state goes on as its longest proper suffix would.</summary>
    private void AddFailures(int states)
    {
        var failure = new int[states];
        var queue = new Queue<int>();
        for (var sign = 0; sign < _classes; sign++)
            if (_next[sign] != 0) queue.Enqueue(_next[sign]);
        while (queue.TryDequeue(out var state))
        {
            if (_match[state] == None && _match[failure[state]] != None) (_match[state], _matchLength[state]) = (_match[failure[state]], _matchLength[failure[state]]);
            for (var sign = 0; sign < _classes; sign++)
            {
                ref var next = ref _next[state * _classes + sign];
                var onFailure = _next[failure[state] * _classes + sign];
                if (next == 0) next = onFailure;
                else
                {
                    failure[next] = onFailure;
                    queue.Enqueue(next);
                }
            }
        }
    }
}

/// <summary>A form that is looked for sign by sign.</summary>
/// <param name="Form">The folded value.</param>
/// <param name="Taint">Index of its taint.</param>
/// <param name="IsWord">True for a short value: it counts only between word boundaries and without separators.</param>
internal sealed record ExactForm(string Form, int Taint, bool IsWord)
{
    public override string ToString() => $"ExactForm({Form.Length} characters)";
}
