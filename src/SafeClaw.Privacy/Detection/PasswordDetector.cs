using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>Passwords, passphrases, PINs and one-time codes that a text tells in words, in English and Chinese.</summary>
internal sealed partial class PasswordDetector : Detector
{
    /// <summary>What follows "password is" in ordinary talk about passwords.</summary>
    private static readonly HashSet<string> Talk = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "the", "too", "not", "wrong", "incorrect", "correct", "required", "needed", "invalid", "expired", "weak", "strong", "secure", "safe", "reset", "changed", "being",
        "very", "so", "still", "always", "never", "really", "important", "hard", "easy", "long", "short", "stored", "hashed", "encrypted", "used", "in", "on", "at", "for", "to", "of", "and",
        "or", "only", "now", "already", "missing", "empty", "blank", "set", "managed", "my", "your", "our", "their", "what", "that", "this", "one", "no", "case", "sensitive", "different",
        "policy", "manager", "protected", "field", "box", "stuck", "broken", "checked", "down", "failing", "gone", "lost", "forgotten", "unknown", "shared", "known", "public", "private", "here", "there", "ready", "fine", "okay", "good", "bad", "slow", "four", "six", "eight", "falsch", "none", "null", "true", "false", "new", "string", "str", "var", "undefined", ".....", "richtig", "abgelaufen", "incorrecta", "correcta", "obligatoria", "incorrect", "expiré", "oublié", "sbagliata", "errada", "lento", "lenta", "prompt", "hint", "length", "strength", "reset?", "it", "is", "was", "about", "from", "with", "working", "accepted", "rejected",
    };

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.HasEastAsian) foreach (Match match in ToldInChinese().Matches(scan.Text))
            if (match.Groups["value"].ValueSpan.IndexOfAnyInRange('!', '~') >= 0) Add(scan, match.Groups["value"], found);
        if (!scan.Mentions(Trigger.Password)) return;
        foreach (Match match in Told().Matches(scan.Text)) Add(scan, match.Groups["value"], found);
        foreach (Match match in Bare().Matches(scan.Text))
            if (IsMixed(match.Groups["value"].ValueSpan)) Add(scan, match.Groups["value"], found);
        foreach (Match match in Assigned().Matches(scan.Text))
            if (!IsPlaceholder(match.Groups["value"].ValueSpan)) Add(scan, match.Groups["value"], found);
        foreach (Match match in Digits().Matches(scan.Text)) Add(scan, match.Groups["value"], found);
        foreach (Match match in Phrase().Matches(scan.Text)) found.Add(new SensitiveSpan("password", match.Groups["value"].Index, match.Groups["value"].Index + match.Groups["value"].Length, SensitivityLevel.HighlySensitive));
        if (scan.Text.Contains("://", StringComparison.Ordinal))
            foreach (Match match in InAddress().Matches(scan.Text)) Add(scan, match.Groups["value"], found);
    }

    private static void Add(Scan scan, Group value, List<SensitiveSpan> found)
    {
        var text = value.ValueSpan.TrimEnd(".,;!?)*`'\"。，；！？」』”’");
        if (text.Length < 3 || Talk.Contains(text.ToString()) || IsMasked(text) || IsMidSentence(scan, value)) return;
        var production = scan.Before(value.Index, 60).Contains("prod", StringComparison.OrdinalIgnoreCase);
        found.Add(production
            ? new SensitiveSpan("production-credential", value.Index, value.Index + text.Length, SensitivityLevel.Critical)
            : new SensitiveSpan("password", value.Index, value.Index + text.Length, SensitivityLevel.HighlySensitive));
    }

    /// <summary>Asterisks and dots that stand for a password.</summary>
    private static bool IsMasked(ReadOnlySpan<char> text) => text.IndexOfAnyExcept(text[0]) < 0 && !char.IsLetterOrDigit(text[0]) || text.IndexOfAnyExcept('x', 'X') < 0;

    /// <summary>
    /// "The login is broken since yesterday": a lower-case word behind a verb that the sentence goes on from is a word, not a password. Behind a colon or an
    /// equals sign, in quotes, at the end, or before "and", "but" and the like it may be one.
    /// </summary>
    private static bool IsMidSentence(Scan scan, Group value)
    {
        foreach (var c in value.ValueSpan)
            if (!char.IsLower(c)) return false;
        if (!char.IsLetter(scan.Before(value.Index, 2).Trim() is [.., var before] ? before : ':')) return false;
        var rest = scan.After(value.Index + value.Length, 12);
        return rest is [' ', var next, ..] && char.IsLetter(next) && !Words.StandIn(rest.ToString(), Continuing);
    }

    private static readonly string[] Continuing = ["and", "but", "please", "for", "so", "thanks", "und", "et", "y", "pour", "für", "para"];

    /// <summary>Where a program's text names the place of a password rather than the password.</summary>
    private static bool IsPlaceholder(ReadOnlySpan<char> value) => value[0] is '$' or '<' or '{' or '%' or '(' || value[0] == '/' && value.Count('/') > 1 || value.Contains('(') || value.StartsWith("os.", StringComparison.Ordinal) || value.StartsWith("process.", StringComparison.Ordinal);

    private static bool IsMixed(ReadOnlySpan<char> value) => value.IndexOfAnyInRange('0', '9') >= 0 && value.IndexOfAnyExceptInRange('0', '9') >= 0;

    [GeneratedRegex(@"\b(?:password|passwd|passcode|pwd|pw|passwort)\s(?:to\s|-\s|–\s)?(?<value>[^\s'""“”]{6,128})", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Bare();

    // DB_PASSWORD=…, "password": "…", mysql -p…
    [GeneratedRegex(@"(?:password|passwd|passphrase|pwd|\bpass)[""']?\s?[:=]\s?[""']?(?<value>[^\s'""“”,;&]{4,128})|\bmysql[^\n]{1,80} -p(?<value>[^\s'""]{4,64})", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"\b(?:pin|cvv2?|cvc2?|otp|(?:security|verification|access|login|one-time) code)(?: (?:code|number|no\.?))?[ :#]{1,3}(?<value>[0-9]{3,8})\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex(@"\bpassphrase(?: is|:| =)\s[""']?(?<value>[\p{L}]{2,12}(?:[ -][\p{L}]{2,12}){2,7})", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Phrase();

    // RFC 3986 §3.2.1: user information in an address, as database connection strings have it.
    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,64}:(?<value>[^\s@/]{3,128})@", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InAddress();

    [GeneratedRegex(@"\b(?:password|passwd|passcode|passphrase|pwd|pass ?word|pw|cvv2?|cvc|(?:verification|security|one-time|login|access|sms|2fa) code|passwort|kennwort|mot de passe|contraseña|senha|parola|wachtwoord|lösenord|passord|пароль|hasło|şifre|heslo|jelszó|κωδικός|pin code|pin|otp|login|credentials?)(?:\s+(?:for|of|to)\s+(?:\S+\s+){1,4}?)?[\s'""]{0,2}(?:is now|is|was|are|ist|est|es|è|é|lautet|:=|=|:|->)\s{0,3}['""“‘]?(?<value>[^\s'""“”‘’]{3,128})",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Told();

    [GeneratedRegex(@"(?:密码|口令|通行码|密碼|パスワード|暗証番号|비밀번호|암호)(?:是|为|為|は|는|은|：|:|=| )\s{0,3}['""“‘「]?(?<value>[^\s'""“”‘’「」，。；]{3,128})", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ToldInChinese();
}
