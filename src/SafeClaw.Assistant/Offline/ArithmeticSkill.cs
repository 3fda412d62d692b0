using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SafeClaw.Assistant.Offline;

/// <summary>Calculates: <c>2 + 3 * (4 - 1)</c>, <c>15% of 80</c>, "7 times 6", "3乘以4".</summary>
internal sealed partial class ArithmeticSkill : ISkill
{
    public string? TryAnswer(Conversation conversation)
    {
        var command = conversation.Command.Trim().TrimEnd('?', '？', '.', '。', '=', ' ');
        var asked = Lead().Match(command);
        var text = Symbols(asked.Success ? command[asked.Length..] : command);
        if (!LooksLikeOne().IsMatch(text) || (!asked.Success && Dashed().IsMatch(text.Trim()))) return null;
        try
        {
            return Expression.TryEvaluate(text, out var value) ? string.Create(CultureInfo.InvariantCulture, $"{Pretty(text)} = {value:0.############################}") : null;
        }
        catch (DivideByZeroException)
        {
            return conversation.Say("Nothing can be divided by zero.", "不能除以零。");
        }
        catch (OverflowException)
        {
            return conversation.Say("That number is too large for me.", "这个数太大了。");
        }
    }

    private static string Symbols(string text)
    {
        var plain = PercentOf().Replace(text, "% *");
        foreach (var (word, symbol) in Words) plain = Regex.Replace(plain, word, symbol, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return plain;
    }

    private static readonly (string Word, string Symbol)[] Words =
    [
        (@"\bplus\b|加上?|＋", "+"), (@"\bminus\b|减去?|－|−", "-"), (@"\b(times|multiplied by)\b|乘以?|×", "*"), (@"\b(divided by|over)\b|除以|÷", "/"),
        (@"\bto the power of\b", "^"), ("等于多少|是多少|等于几", ""),
    ];

    private static string Pretty(string text) => new StringBuilder(text.Trim()).Replace("  ", " ").ToString();

    [GeneratedRegex(@"^\s*(what('s| is)|how much is|calculate|compute|work out|evaluate|请?计算一?下?)\s*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Lead();

    [GeneratedRegex(@"%\s*of\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PercentOf();

    /// <summary>Only numbers and operators, and an operator after a number.</summary>
    [GeneratedRegex(@"^(?=.*[\d)]\s*[%+*/^-])[\d\s.,+*/^%()-]{3,200}$")]
    private static partial Regex LooksLikeOne();

    /// <summary>Digits joined by dashes are a date, a card or a telephone number.</summary>
    [GeneratedRegex(@"^\d+(-\d+)+$")]
    private static partial Regex Dashed();
}
