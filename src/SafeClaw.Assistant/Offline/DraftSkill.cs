using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Drafts a payment note or a short message. It never pays or sends, and says so; a card shows its last four digits only.</summary>
internal sealed partial class DraftSkill : ISkill
{
    public string? TryAnswer(Conversation conversation)
    {
        if (Message().Match(conversation.Command) is { Success: true } message) return DraftMessage(conversation, message);
        return Payment().IsMatch(conversation.Command) ? DraftPayment(conversation) : null;
    }

    private static string DraftPayment(Conversation conversation)
    {
        var card = conversation.NewestFirst.Select(LastFour).FirstOrDefault(four => four is not null);
        var amount = Amount().Match(conversation.Command) is { Success: true } a ? a.Value.Trim() : null;
        var payee = Payee().Match(conversation.Command) is { Success: true } p ? p.Groups["payee"].Value.Trim() : null;
        var date = conversation.Clock.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return conversation.Say(
            $"Draft payment note\n- For: {payee ?? "your bill"}\n- Amount: {amount ?? "to be filled in"}\n- Card: {(card is null ? "to be chosen" : $"ending in {card}")}\n- Date: {date}\n"
            + "I am the offline assistant: nothing has been paid. Check the note and pay it yourself.",
            $"付款说明草稿\n- 收款方：{payee ?? "您的账单"}\n- 金额：{amount ?? "待填写"}\n- 卡：{(card is null ? "待选择" : $"尾号 {card}")}\n- 日期：{date}\n我是离线助手：没有进行任何付款，请核对后自行支付。");
    }

    private static string DraftMessage(Conversation conversation, Match message)
    {
        var kind = message.Groups["kind"].Value.ToLowerInvariant();
        var to = message.Groups["to"] is { Success: true } t ? t.Value.Trim() : null;
        var about = message.Groups["about"] is { Success: true } b ? b.Value.Trim().TrimEnd('.') : null;
        var from = MemorySkill.LastFact(conversation, "name") ?? "…";
        return $"Draft {kind}\n\nDear {to ?? "…"},\n\nI am writing about {about ?? "…"}. Please let me know how you would like to proceed.\n\nKind regards,\n{from}\n\n(Not sent: I am the offline assistant.)";
    }

    private static string? LastFour(string said) =>
        CardLike().Matches(said) is { Count: > 0 } found ? string.Concat(found[^1].Value.Where(char.IsAsciiDigit).TakeLast(4)) : null;

    [GeneratedRegex(@"\b(pay|settle|transfer|send)\b[^\r\n]{0,80}\b(bill|invoice|rent|card|fee|subscription|payment|money|account|eur|usd|euros?|dollars?|kr)\b|\b(payment|transfer) note\b|付款|支付|付账|缴费|转账|汇款", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Payment();

    [GeneratedRegex(@"^\W*(please |can you |could you )*(draft|write|compose)\s+(me\s+)?(an?|the|my)?\s*(short |polite |formal |brief )*(?<kind>e-?mail|letter|message|reply)\b(\s+to\s+(?<to>[\p{L}][\p{L} .'-]{0,60}?))?(\s+(about|on|regarding)\s+(?<about>[^\r\n]{1,300}))?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Message();

    [GeneratedRegex(@"(?<![\d-])[€$£¥]\s?\d[\d.,]{0,14}|(?<![\d.-])\d[\d.,]{0,14}\s?(€|\$|£|kr\b|eur\b|usd\b|nok\b|gbp\b|euros?\b|dollars?\b|元|块)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Amount();

    [GeneratedRegex(@"\bpay\s+(the |my |our )?(?<payee>[\p{L}][\p{L} '-]{1,40}?(bill|invoice|rent|fee|subscription))\b|\b(to|for)\s+(?<payee>[\p{Lu}][\p{L}'-]{1,40}(\s[\p{Lu}][\p{L}'-]{1,40}){0,3})", RegexOptions.CultureInvariant)]
    private static partial Regex Payee();

    [GeneratedRegex(@"\d(?:[ -]?\d){11,18}")]
    private static partial Regex CardLike();
}
