namespace SafeClaw.Privacy;

/// <summary>
/// Finds tainted values in replies, plain or in the encodings <c>docs/privacy.md</c> lists, and masks, redacts or blocks them. Thread-safe; a registry is
/// its session's. What it cannot find is listed there too: compressed, translated or spelled-out values.
/// </summary>
public sealed class LeakCheck(LeakCheckOptions options)
{
    /// <summary>Checks a whole reply, which follows what the session's person was shown last.</summary>
    public CheckedText Check(string reply, TaintRegistry taints) => Check(reply, Open(taints));

    private static CheckedText Check(string reply, LeakFilter stream)
    {
        var first = stream.Push(reply);
        var rest = stream.Complete();
        var blocked = first.Blocked || rest.Blocked;
        return new CheckedText(blocked ? "" : first.Text + rest.Text, first.Redactions + rest.Redactions, blocked);
    }

    /// <summary>Checks a kept reply against what is sensitive now.</summary>
    public CheckedText Recheck(StoredReply reply, TaintRegistry taints)
    {
        ArgumentNullException.ThrowIfNull(reply);
        ArgumentNullException.ThrowIfNull(taints);
        return Check(reply.Text, new LeakFilter(taints.Automaton, options.Action, before: "", _ => { }));
    }

    /// <summary>Begins the check of a streamed reply.</summary>
    public LeakFilter Open(TaintRegistry taints)
    {
        ArgumentNullException.ThrowIfNull(taints);
        return new LeakFilter(taints.Automaton, options.Action, taints.ShownLast, taints.Shown);
    }
}
