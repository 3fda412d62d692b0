using System.Globalization;
using System.Text;

namespace SafeClaw.Privacy.Tests;

/// <summary>A message of the corpus and where its sensitive value stands; a clean message has none.</summary>
internal sealed record Sample(string Text, string? Type, int Start, int End);

/// <summary>Messages of our own making: templates × generated values, and clean messages full of look-alikes. Deterministic for a seed.</summary>
internal sealed class CorpusGenerator(int seed)
{
    private static readonly string[] Generic =
    [
        "{0}", "Here it is: {0}", "please use {0} for this", "I wrote {0} on the form, is that right?", "({0})", "\"{0}\"", "{0}, thanks!", "Could you check {0} for me?", "→ {0}", "first line\n{0}\nlast line",
        "Hi,\n\nas promised: {0}.\n\nBest", "it's {0} by the way", "这是 {0} 谢谢", "Das ist {0}, danke", "C'est {0} merci", "es {0}, gracias",
    ];

    private static readonly Dictionary<string, string[]> Told = new()
    {
        ["password"] = ["my password is {0}", "Password: {0}", "the passcode is {0}", "pwd={0}", "the wifi password is {0} if you need it", "密码是{0}", "Passwort: {0}", "mot de passe : {0}", "login: me, password: {0}"],
        ["phone"] = ["call me at {0}", "my phone is {0}", "Tel. {0}", "reach me on WhatsApp {0}", "mobile: {0}", "电话{0}", "text me: {0} after six"],
        ["ssn"] = ["my SSN is {0}", "social security number {0}", "SSN: {0}", "{0} is my social"],
        ["date-of-birth"] = ["I was born on {0}", "date of birth: {0}", "DOB {0}", "my birthday is {0}", "born {0} in Leeds"],
        ["postal-address"] = ["I live at {0}", "ship it to {0}", "my address is {0}, second floor", "{0} is where we meet", "deliver to {0} please"],
        ["seed-phrase"] = ["my seed phrase is {0}", "recovery phrase: {0}", "{0}"],
        ["passport"] = ["my passport number is {0}", "passport no. {0}", "Passport: {0}"],
        ["medical"] = ["{0}", "so, {0}, and now I wonder", "please keep it to yourself: {0}."],
        ["financial"] = ["{0}", "you should know that {0}.", "ok, {0}, can I afford it?"],
    };

    private static readonly string[] Clean =
    [
        "Order {d4}-{d4} arrived on {date}", "version {n}.{n}.{n} fixes it", "commit {hex40} broke the build", "meet at {lat}, {lat}", "the build took {n}.{d3} s at {time}", "id {uuid}", "invoice INV-{year}{d4}-{d3}",
        "it costs ${n},{d3}.{d2}", "{n} of {n} tests passed", "room {d3} at {time}", "tracking 1Z{d9}{d9}", "ISBN 978-3-16-148410-{n}", "the population is {d7}", "chapter {n}, page {d3}", "sha256:{hex64}",
        "what's the weather like tomorrow?", "could you summarise this article for me?", "thanks, talk to you on {date}", "the meeting moved from {time} to {time}", "score {n}:{n} after {n} minutes", "use port {d4} or {d5}",
        "the {year} report says {n} %", "{n} x {n} = {d3}", "in {year} there were {d5} cases", "my password is not working, please reset it", "how do I change my password?", "the API key expired, where do I get another?",
        "credit cards are convenient but costly", "the ticket {d6} is still open", "see RFC {d4} section {n}.{n}", "error 0x{hex8} at line {d3}", "今天天气怎么样？", "请帮我总结一下这篇文章", "会议改到{time}了", "Wie wird das Wetter morgen?",
        "Quel temps fait-il demain ?", "¿Qué tiempo hará mañana?", "temperature {n}.{n} °C, humidity {n} %", "flight LH{d3} leaves at {time}", "gate B{n}, seat {n}A", "the recipe needs {d3} g flour and {n} eggs", "train ICE {d3} on track {n}",
        "he ran {n}.{d3} km in {time}", "timestamp {d10}", "unix {d13}", "lot {d8}, batch {d6}", "SKU {d12}", "serial {hex16}", "color #{hex6}", "resolution {d4}x{d4}", "the file has {d9} bytes", "row {d6} of {d7}",
        "I was born to run", "the street was long and empty", "my doctor said hello", "what does diabetes mean?", "passport control was slow", "the bank is closed on Sundays", "who wrote Hamlet?", "translate 'good morning' into Finnish",
        "git checkout -b feature/{d4}-login", "SELECT * FROM t WHERE id = {d6}", "curl -X POST localhost:{d4}/v1", "for (int i = 0; i < {d3}; i++)", "mean {n}.{d3}, variance {n}.{d3}", "ratio {n}/{n}", "phone calls are expensive in {year}",
    ];

    private static readonly string[] Streets = ["Baker", "Elm", "Highfield", "Martin Luther King", "Maple", "Queen Victoria", "Oak Ridge", "Station", "O'Connell", "Church"];
    private static readonly string[] Suffixes = ["Street", "St", "Avenue", "Ave", "Road", "Rd", "Lane", "Drive", "Court", "Boulevard", "Way", "Place", "Terrace", "Close"];
    private static readonly string[] Foreign = ["Hauptstraße {0}", "Bahnhofstr. {0}", "Goetheallee {0}", "{0} rue Victor Hugo", "{0} avenue des Champs", "Calle Mayor {0}", "Via Garibaldi {0}", "Rua Augusta {0}", "Keizersgracht {0}", "Vesterbrogade {0}", "Drottninggatan {0}", "上海市浦东新区世纪大道{0}号", "Avenida Paulista, {0}", "Corso Italia {0}"];
    private static readonly string[] Months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    private static readonly string[] SeedWords = ["abandon", "ability", "legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful", "zebra", "cactus", "planet", "orbit", "motor", "lemon", "tiger", "velvet", "rocket", "garden", "puzzle", "silver", "noble", "hockey", "camera", "domain"];
    private static readonly string[] Illnesses = ["diabetes", "breast cancer", "epilepsy", "hepatitis C", "depression", "multiple sclerosis", "HIV"];
    private static readonly (string Country, string Format)[] Ibans = [("DE", "d18"), ("GB", "LLLLd14"), ("FR", "d23"), ("NL", "LLLLd10"), ("ES", "d20"), ("IT", "Ld22"), ("NO", "d11"), ("CH", "d17"), ("PL", "d24"), ("SE", "d20"), ("AT", "d16"), ("BE", "d12"), ("PT", "d21"), ("IE", "LLLLd14"), ("SA", "d20"), ("TR", "d22")];
    private static readonly string[] Phones = ["+47 22 1{0} 34 5{1}", "+49 30 9018 2{0}{1}3", "+44 20 7946 0{0}{1}8", "(415) 55{0}-26{1}1", "415-55{0}-26{1}1", "+1 212 55{0} 01{1}2", "+86 138 {0}{1}00 1234", "+33 1 42 68 5{0} {1}0", "+91 98765 {0}{1}210", "+34 912 3{0}{1} 678", "+81 3 3{0}{1}2 1234", "+55 11 9{0}{1}34 5678"];

    private readonly Random _random = new(seed);

    public static IReadOnlyList<string> Types { get; } =
        ["payment-card", "api-key", "jwt", "ssn", "iban", "national-id", "email", "phone", "ip-address", "crypto-address", "password", "date-of-birth", "postal-address", "seed-phrase", "passport", "medical", "financial"];

    public Sample Sensitive(string type)
    {
        var template = Pick(Told.GetValueOrDefault(type) ?? Generic);
        var value = Value(type);
        var at = template.IndexOf("{0}", StringComparison.Ordinal);
        return new Sample(template.Replace("{0}", value, StringComparison.Ordinal), type, at, at + value.Length);
    }

    public Sample Harmless()
    {
        var text = new StringBuilder(Pick(Clean));
        foreach (var (hole, make) in Holes())
            for (var at = text.ToString().IndexOf(hole, StringComparison.Ordinal); at >= 0; at = text.ToString().IndexOf(hole, StringComparison.Ordinal)) text.Remove(at, hole.Length).Insert(at, make());
        return new Sample(text.ToString(), null, 0, 0);
    }

    private string Value(string type) => type switch
    {
        "payment-card" => Card(),
        "api-key" => Pick([() => "AKIA" + Upper(16), () => "ghp_" + Alphanumeric(36), () => "sk-proj-" + Alphanumeric(40), () => "AIza" + Alphanumeric(35), () => "xoxb-" + Digits(11) + "-" + Alphanumeric(24), () => "sk_live_" + Alphanumeric(24), () => "glpat-" + Alphanumeric(20), () => "hf_" + Alphanumeric(34), () => "npm_" + Alphanumeric(36), () => "SG." + Alphanumeric(22) + "." + Alphanumeric(43)])(),
        "jwt" => $"eyJhbGciOiJIUzI1NiJ9.eyJ{Alphanumeric(30)}.{Alphanumeric(43)}",
        "ssn" => $"{_random.Next(1, 665):d3}-{_random.Next(1, 99):d2}-{_random.Next(1, 9999):d4}",
        "iban" => Iban(),
        "national-id" => NationalId(),
        "email" => $"{Lower(6)}.{Lower(5)}{(_random.Next(2) == 0 ? "+tag" : "")}@{Lower(7)}.{Pick(["com", "org", "co.uk", "de", "io", "中国", "com.br"])}",
        "phone" => string.Format(CultureInfo.InvariantCulture, Pick(Phones), _random.Next(2, 10), _random.Next(1, 10)),
        "ip-address" => _random.Next(3) == 0 ? $"2001:db8:{_random.Next(1, 65535):x}::{_random.Next(1, 65535):x}" : $"{_random.Next(1, 224)}.{_random.Next(256)}.{_random.Next(256)}.{_random.Next(1, 255)}",
        "crypto-address" => Pick([() => "0x" + Hex(40), () => "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", () => "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", () => "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy"])(),
        "password" => Pick([() => Alphanumeric(10), () => $"{Lower(6)}-{Lower(5)}-{Digits(2)}", () => $"{Upper(1)}{Lower(7)}{Digits(2)}!", () => $"{Lower(4)}${Digits(4)}%{Lower(3)}"])(),
        "date-of-birth" => Pick([() => $"{_random.Next(1, 29):d2}/{_random.Next(1, 13):d2}/{_random.Next(1930, 2015)}", () => $"{_random.Next(1, 29)} {Pick(Months)} {_random.Next(1930, 2015)}", () => $"{Pick(Months)} {_random.Next(1, 29)}, {_random.Next(1930, 2015)}", () => $"{_random.Next(1930, 2015)}-{_random.Next(1, 13):d2}-{_random.Next(1, 29):d2}"])(),
        "postal-address" => _random.Next(2) == 0 ? $"{_random.Next(1, 999)} {Pick(Streets)} {Pick(Suffixes)}" : string.Format(CultureInfo.InvariantCulture, Pick(Foreign), _random.Next(1, 200)),
        "seed-phrase" => string.Join(' ', Enumerable.Range(0, _random.Next(2) == 0 ? 12 : 24).Select(_ => Pick(SeedWords))),
        "passport" => Pick([() => Upper(1) + Digits(8), () => Upper(2) + Digits(7), () => "C" + Digits(2) + "X" + Digits(5)])(),
        "medical" => Pick([() => $"I was diagnosed with {Pick(Illnesses)}", () => $"I have been prescribed {Lower(9)}", () => $"my wife tested positive for {Pick(Illnesses)}", () => $"I am being treated for {Pick(Illnesses)}", () => "my blood pressure is 160/100"])(),
        "financial" => Pick([() => $"my salary is ${_random.Next(20, 200)},000", () => $"I earn {_random.Next(2, 9)}{Digits(3)} euros a month", () => $"my account balance is {Digits(5)} USD", () => $"I owe ${Digits(5)}", () => $"my mortgage is {_random.Next(100, 900)}k"])(),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private string Card()
    {
        var (prefix, length) = Pick([("4" + Digits(5), 16), ("5" + _random.Next(1, 6) + Digits(4), 16), ("37" + Digits(4), 15), ("6011" + Digits(2), 16), ("3530" + Digits(2), 16), ("2221" + Digits(2), 16), ("36" + Digits(4), 14), ("62" + Digits(4), 16)]);
        var body = prefix + Digits(length - prefix.Length - 1);
        var number = body + Enumerable.Range(0, 10).First(digit => Luhn.Holds(body + digit));
        if (!PaymentCardDetector.IsCard(number)) return Card();
        var separator = Pick(["", " ", "-", ".", "\u00A0"]);
        var groups = length switch { 15 => new[] { 4, 6, 5 }, 14 => [4, 6, 4], _ => [4, 4, 4, 4] };
        var at = 0;
        return string.Join(separator, groups.Select(size => number.Substring((at += size) - size, size)));
    }

    private string Iban()
    {
        var (country, format) = Pick(Ibans);
        var account = format.Contains("LLLL", StringComparison.Ordinal) ? Upper(4) + Digits(int.Parse(format[5..], CultureInfo.InvariantCulture))
            : format[0] == 'L' ? Upper(1) + Digits(int.Parse(format[2..], CultureInfo.InvariantCulture)) : Digits(int.Parse(format[1..], CultureInfo.InvariantCulture));
        var rest = (account + country + "00").Aggregate(System.Numerics.BigInteger.Zero, (sum, c) => char.IsAsciiDigit(c) ? (sum * 10) + (c - '0') : (sum * 100) + (c - 'A' + 10)) % 97;
        var iban = $"{country}{98 - (int)rest:d2}{account}";
        return _random.Next(2) == 0 ? iban : string.Join(' ', iban.Chunk(4).Select(group => new string(group)));
    }

    private string NationalId()
    {
        var number = _random.Next(10_000_000, 99_999_999);
        return Pick([() => $"{number}{"TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]}", () => $"{Pick(["AB", "CE", "JK", "LM", "PR"])}{Digits(6)}{Pick(["A", "B", "C", "D"])}", ChineseId, () => "RSSMRA85T10A562S"])();
    }

    private string ChineseId()
    {
        var body = $"110105{_random.Next(1950, 2010)}{_random.Next(1, 13):d2}{_random.Next(1, 29):d2}{Digits(3)}";
        int[] weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        return body + "10X98765432"[body.Select((c, i) => (c - '0') * weights[i]).Sum() % 11];
    }

    private IEnumerable<(string Hole, Func<string> Make)> Holes()
    {
        for (var length = 13; length >= 2; length--)
        {
            var digits = length;
            yield return ($"{{d{digits}}}", () => _random.Next(1, 10) + Digits(digits - 1));
        }

        yield return ("{n}", () => _random.Next(1, 60).ToString(CultureInfo.InvariantCulture));
        yield return ("{year}", () => _random.Next(1990, 2030).ToString(CultureInfo.InvariantCulture));
        yield return ("{time}", () => $"{_random.Next(24)}:{_random.Next(60):d2}");
        yield return ("{date}", () => $"{_random.Next(1990, 2030)}-{_random.Next(1, 13):d2}-{_random.Next(1, 29):d2}");
        yield return ("{lat}", () => $"{_random.Next(-90, 90)}.{Digits(5)}");
        yield return ("{uuid}", () => { var bytes = new byte[16]; _random.NextBytes(bytes); return new Guid(bytes).ToString(); });
        foreach (var length in new[] { 6, 8, 16, 40, 64 })
        {
            var count = length;
            yield return ($"{{hex{count}}}", () => Hex(count));
        }
    }

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    private string Digits(int count) => From("0123456789", count);

    private string Hex(int count) => From("0123456789abcdef", count);

    private string Upper(int count) => From("ABCDEFGHIJKLMNOPQRSTUVWXYZ", count);

    private string Lower(int count) => From("abcdefghijklmnopqrstuvwxyz", count);

    private string Alphanumeric(int count) => From("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count);

    private string From(string alphabet, int count) => string.Concat(Enumerable.Range(0, count).Select(_ => alphabet[_random.Next(alphabet.Length)]));
}
