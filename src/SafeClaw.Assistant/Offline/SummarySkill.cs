using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Summarises by picking: the first sentence of each thing said, or of a given text its first and its most telling sentences.</summary>
internal sealed partial class SummarySkill : ISkill
{
    private const int MaxPoints = 10, MaxPoint = 160, MaxSentences = 3, MaxSentencesRead = 2_000;

    public string? TryAnswer(Conversation conversation)
    {
        var match = Request().Match(conversation.Command);
        if (!match.Success) return null;
        var text = conversation.Request[(match.Index + match.Length)..].Trim(' ', ':', '：', '\n', '\r', '-');
        return text.Length >= 80 ? OfText(conversation, text) : OfSession(conversation);
    }

    private static string OfSession(Conversation conversation)
    {
        if (conversation.Earlier.Count == 0) return conversation.Say("There is nothing to summarise yet: this session just began.", "还没有可总结的内容：会话刚刚开始。");
        var points = conversation.Earlier.TakeLast(MaxPoints).Select(said => $"- {Shorten(Sentences(said).First())}");
        var count = conversation.Earlier.Count.ToString(CultureInfo.InvariantCulture);
        var list = string.Join('\n', points);
        return conversation.Say($"You sent {count} message{(conversation.Earlier.Count == 1 ? "" : "s")} in this session:\n{list}", $"您在本次会话中发送了 {count} 条信息：\n{list}");
    }

    private static string OfText(Conversation conversation, string text)
    {
        var sentences = Sentences(text).Take(MaxSentencesRead).ToList();
        var telling = sentences.Skip(1).Select((sentence, index) => (sentence, index, Weight: Weight(sentence)))
            .OrderByDescending(s => s.Weight).ThenBy(s => s.index).Take(MaxSentences - 1).OrderBy(s => s.index).Select(s => s.sentence);
        var list = string.Join('\n', telling.Prepend(sentences[0]).Select(sentence => $"- {Shorten(sentence)}"));
        return conversation.Say($"The gist, by picking sentences (I have no language model):\n{list}", $"要点（仅摘选句子，我没有语言模型）：\n{list}");
    }

    /// <summary>Numbers and names tell more than other words.</summary>
    private static int Weight(string sentence) => 3 * sentence.Count(char.IsAsciiDigit) + 2 * sentence.Skip(1).Count(char.IsUpper) + Math.Min(sentence.Length, MaxPoint) / 20;

    private static IEnumerable<string> Sentences(string text)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var ends = text[i] is '\n' or '。' or '！' or '？' || (text[i] is '.' or '!' or '?' && (i + 1 == text.Length || char.IsWhiteSpace(text[i + 1])));
            if (!ends) continue;
            var sentence = text[start..(i + 1)].Trim();
            start = i + 1;
            if (sentence.Length > 0) yield return sentence;
        }

        if (start == 0) yield return text;
        else if (text[start..].Trim() is { Length: > 0 } last) yield return last;
    }

    private static string Shorten(string sentence) => sentence.Length <= MaxPoint ? sentence : string.Concat(sentence.AsSpan(0, MaxPoint), "…");

    [GeneratedRegex(@"^\W*(please |can you |could you )*(summari[sz]e|sum up|give me a summary|tl;?dr|recap)\b( of)?( (this|that|it|our conversation|the conversation|what i (said|told you)|everything|the following( text)?))?|^请?(总结|概括|归纳)(一下)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Request();
}
