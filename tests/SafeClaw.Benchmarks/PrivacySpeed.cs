using System.Diagnostics;
using System.Globalization;
using System.Text;
using SafeClaw.Privacy;

namespace SafeClaw.Benchmarks;

/// <summary>How much text one core classifies and leak-checks, beside the time that counting its vowels takes.</summary>
internal static class PrivacySpeed
{
    private const int Megabyte = 1_000_000;

    private static readonly string[] Chat =
    [
        "Could you move our meeting from Tuesday 10:30 to Thursday afternoon? ", "The order 4471-2290 arrived broken, what now? ", "I read that version 10.2.3 fixes it. ",
        "Please summarise this: the harvest was late, prices rose by 3.5 % and nobody was surprised. ", "今天天气怎么样？我们去公园吧。", "Thanks, talk to you tomorrow! ", "It costs $1,299.00 plus tax. ",
    ];

    public static IReadOnlyList<Figure> Measure()
    {
        var classifier = new Classifier(new ClassifierOptions());
        var texts = Texts(2000).Select(text => UserText.TryCreate(text, out _)!).ToList();
        var bytes = texts.Sum(text => text.ByteCount);
        var classify = Best(() => texts.ForEach(text => classifier.Classify(text)));
        var vowels = Best(() => texts.Sum(text => text.Reveal().Count(c => "aeiou".Contains(c, StringComparison.Ordinal))));

        var taints = new TaintRegistry();
        for (var i = 0; i < 100; i++) taints.AddSecret("name", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"sk-live-{i * 7919:x8}-{i * 104729:x8}")));
        var check = new LeakCheck(new LeakCheckOptions());
        var reply = string.Concat(Texts(400));
        var replyBytes = Encoding.UTF8.GetByteCount(reply);
        check.Check(reply, taints);
        var leak = Best(() => check.Check(reply, taints));

        return
        [
            new Figure("privacy: classify chat text, one core", bytes / classify / Megabyte, "MB/s", 20, LowerIsBetter: false),
            new Figure("privacy: classify, in times of counting vowels", classify / vowels, "x"),
            new Figure("privacy: worst of hostile texts of 10 KB", Hostile.Max(piece => Best(() => classifier.Classify(piece))) * 1000, "ms", 50),
            new Figure("privacy: added to a streamed token, p99", TokenLatency(check, taints, reply), "us", 50),
            new Figure("privacy: leak check with 100 taints", replyBytes / leak / Megabyte, "MB/s", 50, LowerIsBetter: false),
        ];
    }

    private static readonly UserText[] Hostile =
    [
        .. new[] { "1 ", "4111 ", "a@", "a.b", "::1", "password is password is ", "eyJ", "1.1.1.1", "-----BEGIN ", "+1 (", "DE89 ", "AKIA", "token ", "abandon ", "1 A St ", "my salary is ", "(at)a(dot)", "0x" }
            .Select(piece => UserText.TryCreate(string.Concat(Enumerable.Repeat(piece, 10_240 / piece.Length)), out _)!),
    ];

    /// <summary>Microseconds that checking one token of five characters takes, 99th percentile.</summary>
    private static double TokenLatency(LeakCheck check, TaintRegistry taints, string reply)
    {
        var filter = check.Open(taints);
        var times = new List<double>();
        for (var at = 0; at + 5 <= reply.Length; at += 5)
        {
            var token = reply.Substring(at, 5);
            var start = Stopwatch.GetTimestamp();
            filter.Push(token);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return times.Order().ElementAt(times.Count * 99 / 100);
    }

    private static IEnumerable<string> Texts(int count)
    {
        var random = new Random(1);
        for (var i = 0; i < count; i++) yield return string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Chat[random.Next(Chat.Length)]));
    }

    /// <summary>Seconds of the fastest of several runs.</summary>
    private static double Best(Action action)
    {
        var best = double.MaxValue;
        for (var run = 0; run < 7; run++)
        {
            var watch = Stopwatch.StartNew();
            action();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return best;
    }
}
