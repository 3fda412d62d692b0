using System.Collections.Frozen;

namespace SafeClaw.Assistant.Offline;

/// <summary>Cities and their IANA time zones. Cities that name a zone (Europe/Oslo) are found by it; the table holds the others.</summary>
internal static class Cities
{
    private static readonly string[] Regions = ["Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "America/Argentina"];

    private static readonly FrozenDictionary<string, string> Others = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["utc"] = "Etc/UTC",
        ["gmt"] = "Etc/UTC",
        ["greenwich"] = "Europe/London",
        ["bergen"] = "Europe/Oslo",
        ["trondheim"] = "Europe/Oslo",
        ["norway"] = "Europe/Oslo",
        ["gothenburg"] = "Europe/Stockholm",
        ["munich"] = "Europe/Berlin",
        ["hamburg"] = "Europe/Berlin",
        ["frankfurt"] = "Europe/Berlin",
        ["cologne"] = "Europe/Berlin",
        ["germany"] = "Europe/Berlin",
        ["geneva"] = "Europe/Zurich",
        ["bern"] = "Europe/Zurich",
        ["basel"] = "Europe/Zurich",
        ["milan"] = "Europe/Rome",
        ["naples"] = "Europe/Rome",
        ["barcelona"] = "Europe/Madrid",
        ["lyon"] = "Europe/Paris",
        ["marseille"] = "Europe/Paris",
        ["france"] = "Europe/Paris",
        ["edinburgh"] = "Europe/London",
        ["manchester"] = "Europe/London",
        ["rotterdam"] = "Europe/Amsterdam",
        ["the hague"] = "Europe/Amsterdam",
        ["krakow"] = "Europe/Warsaw",
        ["porto"] = "Europe/Lisbon",
        ["saint petersburg"] = "Europe/Moscow",
        ["st. petersburg"] = "Europe/Moscow",
        ["kiev"] = "Europe/Kyiv",
        ["san francisco"] = "America/Los_Angeles",
        ["seattle"] = "America/Los_Angeles",
        ["san diego"] = "America/Los_Angeles",
        ["portland"] = "America/Los_Angeles",
        ["las vegas"] = "America/Los_Angeles",
        ["boston"] = "America/New_York",
        ["washington"] = "America/New_York",
        ["miami"] = "America/New_York",
        ["atlanta"] = "America/New_York",
        ["philadelphia"] = "America/New_York",
        ["nyc"] = "America/New_York",
        ["houston"] = "America/Chicago",
        ["dallas"] = "America/Chicago",
        ["austin"] = "America/Chicago",
        ["montreal"] = "America/Toronto",
        ["ottawa"] = "America/Toronto",
        ["rio de janeiro"] = "America/Sao_Paulo",
        ["brasilia"] = "America/Sao_Paulo",
        ["beijing"] = "Asia/Shanghai",
        ["shenzhen"] = "Asia/Shanghai",
        ["guangzhou"] = "Asia/Shanghai",
        ["hangzhou"] = "Asia/Shanghai",
        ["chengdu"] = "Asia/Shanghai",
        ["china"] = "Asia/Shanghai",
        ["osaka"] = "Asia/Tokyo",
        ["kyoto"] = "Asia/Tokyo",
        ["japan"] = "Asia/Tokyo",
        ["busan"] = "Asia/Seoul",
        ["mumbai"] = "Asia/Kolkata",
        ["delhi"] = "Asia/Kolkata",
        ["new delhi"] = "Asia/Kolkata",
        ["bangalore"] = "Asia/Kolkata",
        ["bengaluru"] = "Asia/Kolkata",
        ["chennai"] = "Asia/Kolkata",
        ["india"] = "Asia/Kolkata",
        ["hanoi"] = "Asia/Ho_Chi_Minh",
        ["saigon"] = "Asia/Ho_Chi_Minh",
        ["abu dhabi"] = "Asia/Dubai",
        ["tel aviv"] = "Asia/Jerusalem",
        ["islamabad"] = "Asia/Karachi",
        ["lahore"] = "Asia/Karachi",
        ["canberra"] = "Australia/Sydney",
        ["wellington"] = "Pacific/Auckland",
        ["cape town"] = "Africa/Johannesburg",
        ["abuja"] = "Africa/Lagos",
        ["奥斯陆"] = "Europe/Oslo",
        ["北京"] = "Asia/Shanghai",
        ["上海"] = "Asia/Shanghai",
        ["深圳"] = "Asia/Shanghai",
        ["广州"] = "Asia/Shanghai",
        ["香港"] = "Asia/Hong_Kong",
        ["台北"] = "Asia/Taipei",
        ["东京"] = "Asia/Tokyo",
        ["首尔"] = "Asia/Seoul",
        ["新加坡"] = "Asia/Singapore",
        ["伦敦"] = "Europe/London",
        ["巴黎"] = "Europe/Paris",
        ["柏林"] = "Europe/Berlin",
        ["莫斯科"] = "Europe/Moscow",
        ["纽约"] = "America/New_York",
        ["洛杉矶"] = "America/Los_Angeles",
        ["旧金山"] = "America/Los_Angeles",
        ["悉尼"] = "Australia/Sydney",
        ["迪拜"] = "Asia/Dubai",
        ["中国"] = "Asia/Shanghai",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The zone of a city, or null for one that is unknown here or on this machine.</summary>
    public static TimeZoneInfo? Find(string place)
    {
        if (Others.TryGetValue(place, out var id)) return Zone(id);
        var city = place.Replace(' ', '_');
        return Regions.Select(region => Zone($"{region}/{city}")).FirstOrDefault(zone => zone is not null);
    }

    /// <summary>The longest city of the table that the text contains; for scripts without spaces.</summary>
    public static string? MentionedIn(string text) =>
        Others.Keys.Where(city => city[0] > 0x2E80 && text.Contains(city, StringComparison.Ordinal)).MaxBy(city => city.Length);

    private static TimeZoneInfo? Zone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(TitleCase(id), out var zone) ? zone : null;

    /// <summary>Zone files have names like <c>Ho_Chi_Minh</c> and the user types in any case.</summary>
    private static string TitleCase(string id) => string.Create(id.Length, id, static (buffer, source) =>
    {
        for (var i = 0; i < source.Length; i++)
            buffer[i] = i == 0 || source[i - 1] is '/' or '_' or '-' ? char.ToUpperInvariant(source[i]) : char.ToLowerInvariant(source[i]);
    });
}
