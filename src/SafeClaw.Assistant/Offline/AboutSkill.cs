using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Says what this assistant is, and what it is not.</summary>
internal sealed partial class AboutSkill : ISkill
{
    private const string English =
        "I am SafeClaw's offline assistant: no language model, no network. I can remember what you tell me in this session, tell the time and date of a city, "
        + "calculate, repeat or encode text, summarise what you told me, and draft short payment notes and messages. I cannot carry anything out for you.";

    private const string Chinese =
        "我是 SafeClaw 的离线助手：没有语言模型，也不联网。我可以在本次会话中记住您说的话、查询城市的时间和日期、计算、复述或编码文字、总结您说过的内容，并起草简短的付款说明或信息。我不能替您执行任何操作。";

    public string? TryAnswer(Conversation conversation) =>
        conversation.Request.Length == 0 || Question().IsMatch(conversation.Command) ? conversation.Say(English, Chinese) : null;

    /// <summary>The answer when nothing was recognised: honest, and without the user's words in it.</summary>
    public static string Shrug(Conversation conversation)
    {
        var length = conversation.Request.Length.ToString(CultureInfo.InvariantCulture);
        return conversation.Say(
            $"I have noted your message ({length} characters) for this session. I am the offline assistant, without a language model, so I cannot say much about it. Ask \"what can you do?\" for what I can.",
            $"我已在本次会话中记下您的信息（{length} 个字符）。我是离线助手，没有语言模型，无法深入回答。您可以问“你能做什么？”。");
    }

    [GeneratedRegex(@"^\W*(help|/help|帮助)\W*$|\b(who|what) are you\b|\bwhat can you do\b|\bare you (an? )?(ai|bot|human|real|offline|online|llm|chatgpt|language model)\b|你是谁|你是什么|你能做什么|你会什么|您是谁|您能做什么",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Question();
}
