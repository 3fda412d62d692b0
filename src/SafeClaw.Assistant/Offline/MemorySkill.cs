using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Remembers facts: "my name is Ada", "my favourite colour is blue", "remember that …", and their Chinese counterparts.</summary>
internal sealed partial class MemorySkill : ISkill
{
    private const int MaxFact = 200;

    public string? TryAnswer(Conversation conversation) => Recall(conversation) ?? Note(conversation);

    /// <summary>What the user last said their <paramref name="thing"/> is.</summary>
    public static string? LastFact(Conversation conversation, string thing)
    {
        foreach (var said in conversation.NewestFirst)
            if (FactIn(said, thing) is { } value) return value;
        return null;
    }

    private static string? Recall(Conversation conversation)
    {
        if (Everything().IsMatch(conversation.Command)) return Recite(conversation);
        var english = AskedEnglish().Match(conversation.Command);
        if (english.Success) return RecallThing(conversation, english.Groups["thing"].Value.Trim());
        return AskedNameChinese().IsMatch(conversation.Command) ? RecallThing(conversation, "name") : null;
    }

    private static string RecallThing(Conversation conversation, string thing)
    {
        var earlier = conversation with { Request = "" };
        return LastFact(earlier, thing) is { } value
            ? conversation.Say($"Your {thing} is {value}.", thing == "name" ? $"您叫{value}。" : $"您的{thing}是{value}。")
            : conversation.Say($"You have not told me your {thing} in this session.", "您在本次会话中还没有告诉我。");
    }

    private static string Recite(Conversation conversation)
    {
        if (conversation.Earlier.Count == 0) return conversation.Say("You have not told me anything in this session yet.", "您在本次会话中还没有告诉我任何内容。");
        var list = string.Join('\n', conversation.Earlier.Select(said => $"- {Shorten(said)}"));
        return conversation.Say($"In this session you told me:\n{list}", $"您在本次会话中说过：\n{list}");
    }

    private static string? Note(Conversation conversation)
    {
        if (NameEnglish().Match(conversation.Command) is { Success: true } name) return $"Nice to meet you, {Clean(name)}. I will remember your name in this session.";
        if (NameChinese().Match(conversation.Command) is { Success: true } han) return $"您好，{Clean(han)}。我会在本次会话中记住您的名字。";
        if (FactEnglish().Match(conversation.Command) is { Success: true } fact) return $"Noted: I will remember your {fact.Groups["thing"].Value.Trim()} in this session.";
        return Remember().IsMatch(conversation.Command) ? conversation.Say("Noted for this session.", "已记下，仅限本次会话。") : null;
    }

    private static string? FactIn(string said, string thing)
    {
        if (thing.Equals("name", StringComparison.OrdinalIgnoreCase))
        {
            if (NameEnglish().Match(said) is { Success: true } english) return Clean(english);
            if (NameChinese().Match(said) is { Success: true } chinese) return Clean(chinese);
        }

        foreach (Match fact in FactEnglish().Matches(said))
            if (fact.Groups["thing"].Value.Trim().Equals(thing, StringComparison.OrdinalIgnoreCase)) return Clean(fact);
        return null;
    }

    private static string Clean(Match match) => Shorten(match.Groups["value"].Value.Trim().TrimEnd('.', '!', '。', '！', ','));

    private static string Shorten(string text) => text.Length <= MaxFact ? text : string.Concat(text.AsSpan(0, MaxFact), "…");

    [GeneratedRegex(@"\bwhat('s| is| was)\s+my\s+(?<thing>[\p{L}][\p{L}\p{N} '-]{0,60}?)\s*\??$|\bdo you (know|remember)\s+my\s+(?<thing>[\p{L}][\p{L}\p{N} '-]{0,60}?)\s*\??$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AskedEnglish();

    [GeneratedRegex(@"我叫什么|我的名字(是什么|叫什么)|(记得|知道)我的名字|我是谁")]
    private static partial Regex AskedNameChinese();

    [GeneratedRegex(@"\bwhat (did i (say|tell you)|do you (remember|know about me)|have i (said|told you))\b|你记得什么|我说过什么|我告诉过你什么", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Everything();

    [GeneratedRegex(@"\b(my name is|i am called|call me)\s+(?<value>\p{L}[\p{L}'-]{0,60}(\s+\p{Lu}[\p{L}'-]{0,60}){0,3})", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NameEnglish();

    [GeneratedRegex(@"(我的名字是|我的名字叫|我叫|叫我)(?<value>(?!什么)[\p{L}·]{1,20})")]
    private static partial Regex NameChinese();

    [GeneratedRegex(@"\bmy\s+(?<thing>[\p{L}][\p{L}\p{N} '-]{0,60}?)\s+(is|are|was)\s+(?<value>[^\r\n]{1,400}?)(?=[.!?](\s|$)|[\r\n]|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex FactEnglish();

    [GeneratedRegex(@"^\W*(please\s+)?(remember|note|keep in mind)\b|请?记住|请?记下", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Remember();
}
