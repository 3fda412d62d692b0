using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>The time and date of a city, from the machine's clock and time zone data.</summary>
internal sealed partial class ClockSkill : ISkill
{
    public string? TryAnswer(Conversation conversation)
    {
        if (!Question().IsMatch(conversation.Command)) return null;
        var place = Place(conversation);
        if (place is null) return Tell(conversation, TimeZoneInfo.Utc, "UTC", "UTC");
        if (Cities.Find(place) is not { } zone)
            return conversation.Say("I do not know the time zone of that place; name a large city, as in \"what time is it in Oslo?\".", "我不知道那个地方的时区；请说一个大城市，例如“奥斯陆现在几点？”。");
        return Tell(conversation, zone, CultureInfo.InvariantCulture.TextInfo.ToTitleCase(place), place);
    }

    private static string Tell(Conversation conversation, TimeZoneInfo zone, string english, string chinese)
    {
        var now = TimeZoneInfo.ConvertTime(conversation.Clock.GetUtcNow(), zone);
        var culture = CultureInfo.InvariantCulture;
        var offset = now.Offset < TimeSpan.Zero ? $"-{now.Offset:hh\\:mm}" : $"+{now.Offset:hh\\:mm}";
        return conversation.Say(
            string.Create(culture, $"It is {now:HH:mm} on {now:dddd, d MMMM yyyy} in {english} (UTC{offset})."),
            string.Create(culture, $"{chinese}现在是 {now:yyyy} 年 {now.Month} 月 {now.Day} 日 {now:HH:mm}（UTC{offset}）。"));
    }

    private static string? Place(Conversation conversation)
    {
        var named = In().Match(conversation.Command);
        if (named.Success) return named.Groups["place"].Value.Trim();
        return conversation.Chinese ? Cities.MentionedIn(conversation.Command) : null;
    }

    [GeneratedRegex(@"\b(what('s| is)?|tell me|do you know|give me|show me)\b[^.?!]{0,40}\b(time|date|day|hour)\b(?!\s*(zone|table|sheet|out))|^\W*(time|date)\s+(in|at)\b|\bwhat (time|day|date) is it\b|几点|什么时间|现在时间|几号|星期几|什么日期", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Question();

    [GeneratedRegex(@"\b(in|at|for)\s+(?<place>\p{L}[\p{L} .'-]{1,40}?)\s*(now|today|right now|please|at the moment)?\s*[?.!]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex In();
}
