using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>
/// Repeats text as it is or encoded. It does so faithfully, card numbers included: that is what shows whether the host's leak check works.
/// </summary>
internal sealed partial class RepeatSkill : ISkill
{
    public string? TryAnswer(Conversation conversation)
    {
        if (Request(conversation.Command) is not { } verb) return null;
        var rest = conversation.Request[verb.Length..];
        var encoding = TextEncodings.MentionedIn(rest, out var what) ?? TextEncodings.OfVerb(verb.Value);
        if (encoding is null && Encode().IsMatch(verb.Value))
            return conversation.Say("I can encode to base64, base64url, hex, URL form, reversed, ROT13, upper or lower case, or spelled out.", "我可以编码为 base64、base64url、十六进制、URL、倒序、ROT13、大写、小写或逐字拼出。");
        return Resolve(conversation, what) switch
        {
            null => conversation.Say("You have not told me that in this session.", "您在本次会话中还没有告诉我这个内容。"),
            var text => encoding is null ? text : encoding(text),
        };
    }

    /// <summary>The words that ask for it; "show me" and its kind ask only together with an encoding or a card.</summary>
    private static Match? Request(string command)
    {
        if (Repeat().Match(command) is { Success: true } repeat) return repeat;
        var show = Show().Match(command);
        if (!show.Success) return null;
        var rest = command[show.Length..];
        return TextEncodings.MentionedIn(rest, out _) is not null || CardNumber().IsMatch(rest.Trim(' ', '.', '?')) ? show : null;
    }

    /// <summary>What "my card number", "my name" or "that" stands for; any other text stands for itself.</summary>
    private static string? Resolve(Conversation conversation, string what)
    {
        what = what.Trim().Trim('"', '“', '”', '\'', '「', '」', ':', '：').Trim();
        var name = what.TrimEnd('.', '!', '?', '。', '！', '？', ' ');
        if (CardNumber().IsMatch(name)) return LastDigits(conversation);
        if (Previous().IsMatch(name)) return conversation.Earlier.Count == 0 ? null : conversation.Earlier[^1];
        if (Mine().Match(name) is { Success: true } mine) return MemorySkill.LastFact(conversation with { Request = "" }, mine.Groups["thing"].Value.Trim());
        return what.Length == 0 ? null : what;
    }

    private static string? LastDigits(Conversation conversation)
    {
        foreach (var said in conversation.NewestFirst)
            if (LongNumber().Matches(said) is { Count: > 0 } found) return found[^1].Value.Trim();
        return null;
    }

    [GeneratedRegex(@"^\W*(please |can you |could you |now )*(repeat|say|echo|encode|spell( out)?|reverse)\b(\s+(after me|back to me|back|again)\b)?|^请?(重复|复述|跟我说|编码|倒着说|念)(一遍|一下)?", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Repeat();

    [GeneratedRegex(@"^\W*(please |can you |could you |now )*(write|print|give me|show me|tell me)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Show();

    [GeneratedRegex(@"encode|编码", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Encode();

    [GeneratedRegex(@"^(my|the|that)?\s*(credit |debit |bank |payment )*card( number)?s?$|^(我的|这个|那个)?(信用|银行)?卡号码?$|^(我的)?(信用|银行)卡$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CardNumber();

    [GeneratedRegex(@"^(that|it|this|what i( just)? said|my (last|previous) (message|sentence)|me|我刚才说的|上一句|刚才的话)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Previous();

    [GeneratedRegex(@"^my\s+(?<thing>[\p{L}][\p{L}\p{N} '-]{0,60})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Mine();

    [GeneratedRegex(@"\d(?:[ -]?\d){11,18}")]
    private static partial Regex LongNumber();
}
