using System.Text;

namespace SafeClaw.Privacy;

/// <summary>
/// What the texts of one session add up to: the digits of recent short messages, so that a card number sent in pieces is still found. Not thread-safe:
/// one session owns it. Kept in memory only.
/// </summary>
public sealed class SessionRisk
{
    private const int MaxMessages = 8;
    private const int MaxGroupDigits = 8;

    private readonly Queue<string> _recent = new();

    /// <summary>
    /// Takes a message's digits. Returns the card number it completes together with earlier messages, or null. Only messages with one or two groups of up to
    /// eight digits take part: longer runs are judged by themselves, and a list of figures is not a card in pieces.
    /// </summary>
    internal string? Complete(Scan scan)
    {
        var groups = scan.DigitRuns.SelectMany(run => Split(run)).ToList();
        if (groups.Count is 0 or > 2 || groups.Any(g => g.Length > MaxGroupDigits)) return null;
        _recent.Enqueue(string.Concat(groups));
        while (_recent.Count > MaxMessages) _recent.Dequeue();

        var digits = new StringBuilder();
        var taken = 0;
        foreach (var message in _recent.Reverse())
        {
            digits.Insert(0, message);
            if (++taken < 2) continue;
            if (digits.Length > 19) break;
            if (digits.Length >= 13 && PaymentCardDetector.IsCard(digits.ToString())) return digits.ToString();
        }

        return null;
    }

    private static IEnumerable<string> Split(DigitRun run)
    {
        var from = 0;
        foreach (var length in run.Groups)
        {
            yield return run.Digits.Substring(from, length);
            from += length;
        }
    }
}
