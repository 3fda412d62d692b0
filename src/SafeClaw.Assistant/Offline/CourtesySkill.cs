using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Greets, thanks and says good-bye.</summary>
internal sealed partial class CourtesySkill : ISkill
{
    public string? TryAnswer(Conversation conversation) => conversation.Command switch
    {
        var text when Hello().IsMatch(text) => conversation.Say($"Hello{Name(conversation)}! What can I do for you?", "您好！需要我做什么？"),
        var text when Thanks().IsMatch(text) => conversation.Say("You are welcome.", "不客气。"),
        var text when Bye().IsMatch(text) => conversation.Say("Good-bye. I forget this session when it ends.", "再见。会话结束后我会忘记全部内容。"),
        _ => null,
    };

    private static string Name(Conversation conversation) => MemorySkill.LastFact(conversation, "name") is { } name ? $", {name}" : "";

    [GeneratedRegex(@"^\W*(hello|hi|hey|good (morning|afternoon|evening)|greetings|你好|您好|嗨)\b?\W*(there|safeclaw)?\W*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hello();

    [GeneratedRegex(@"^\W*(thanks|thank you|thx|cheers|谢谢|多谢)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Thanks();

    [GeneratedRegex(@"^\W*(bye|good-?bye|see you|再见|拜拜)\b?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bye();
}
