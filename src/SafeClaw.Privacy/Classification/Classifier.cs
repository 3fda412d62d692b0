namespace SafeClaw.Privacy;

/// <summary>
/// Finds what is sensitive in a text. Thread-safe. Never throws and never lets a text pass unseen: if a rule fails, the whole text counts as
/// HighlySensitive.
/// </summary>
public sealed class Classifier
{
    /// <summary>The finding that stands for a text the rules could not judge.</summary>
    public const string Unclassified = "unclassified";

    private readonly ClassifierOptions _options;
    private readonly IReadOnlyList<Detector> _detectors;

    public Classifier(ClassifierOptions options)
        : this(options, [.. Standard(), .. (options ?? throw new ArgumentNullException(nameof(options))).Rules.Select(rule => new OwnRuleDetector(rule))])
    {
    }

    internal Classifier(ClassifierOptions options, IReadOnlyList<Detector> detectors) => (_options, _detectors) = (options, detectors);

    private static IEnumerable<Detector> Standard() =>
    [
        new PrivateKeyDetector(), new PaymentCardDetector(), new JwtDetector(), new ApiKeyDetector(), new PasswordDetector(), new SsnDetector(),
            new ChineseResidentIdDetector(), new NationalIdDetector(), new FinnishIdDetector(), new DocumentNumberDetector(), new IbanDetector(), new SeedPhraseDetector(), new StatementDetector(),
            new CryptoAddressDetector(), new DateOfBirthDetector(), new PostalAddressDetector(), new EmailDetector(), new PhoneDetector(), new IpAddressDetector()
    ];

    /// <summary>Classifies a text; <paramref name="risk"/> is its session's, which it also informs.</summary>
    public ClassifiedText Classify(UserText text, SessionRisk? risk = null)
    {
        ArgumentNullException.ThrowIfNull(text);
#pragma warning disable CA1031 // Whatever a rule throws, the text must not pass as harmless.
        try
        {
            return Judge(text, risk);
        }
        catch (Exception)
        {
            return new ClassifiedText(text, SensitivityLevel.HighlySensitive,
                [new SensitiveSpan(Unclassified, 0, text.Reveal().Length, SensitivityLevel.HighlySensitive)], []);
        }
#pragma warning restore CA1031
    }

    private ClassifiedText Judge(UserText text, SessionRisk? risk)
    {
        var scan = new Scan(text.Reveal());
        var found = new List<SensitiveSpan>();
        foreach (var detector in _detectors) detector.Find(scan, found);
        found.RemoveAll(f => _options.Ignored.Contains(f.Type) || _options.Allowed.Count > 0 && _options.Allowed.Contains(scan.Original[f.Start..f.End]));

        List<AssembledValue> assembled = [];
        if (risk?.Complete(scan) is { } card)
        {
            assembled.Add(new AssembledValue(PaymentCardDetector.Type, card));
            var (start, end) = (scan.DigitRuns[0].Start, scan.DigitRuns[^1].End);
            found.Add(new SensitiveSpan(PaymentCardDetector.Type, start, end, SensitivityLevel.HighlySensitive));
        }

        var kept = WithoutOverlaps(_options.RuleSets.Count == 0 ? found : found.ConvertAll(Raised));
        return new ClassifiedText(text, kept.Count == 0 ? SensitivityLevel.Normal : kept.Max(f => f.Level), kept, assembled);
    }

    private SensitiveSpan Raised(SensitiveSpan finding)
    {
        var level = finding.Level;
        foreach (var rules in _options.RuleSets)
            if (rules.AtLeast.TryGetValue(finding.Type, out var least) && least > level) level = least;
        return level == finding.Level ? finding : finding with { Level = level };
    }

    /// <summary>Of findings that overlap, the higher level wins, then the longer one, then the more special rule, which comes first.</summary>
    private static List<SensitiveSpan> WithoutOverlaps(List<SensitiveSpan> found)
    {
        var kept = new SortedSet<SensitiveSpan>(Comparer<SensitiveSpan>.Create((a, b) => a.End <= b.Start ? -1 : b.End <= a.Start ? 1 : 0));
        foreach (var finding in found.OrderByDescending(f => f.Level).ThenByDescending(f => f.End - f.Start).ThenBy(f => f.Start)) kept.Add(finding);
        return [.. kept];
    }
}
