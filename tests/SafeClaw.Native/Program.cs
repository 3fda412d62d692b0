using SafeClaw.Privacy;

(string Text, string Type)[] expected =
[
    ("pay with 4111 1111 1111 1111", "payment-card"), ("call +47 22 12 34 56", "phone"), ("my password is hunter22", "password"), ("IBAN DE89 3704 0044 0532 0130 00", "iban"),
    ("key AKIAIOSFODNN7EXAMPLE", "api-key"), ("ada@example.com", "email"), ("my salary is $85,000", "financial"), ("DNI 12345678Z", "national-id"),
];
var classifier = new Classifier(new ClassifierOptions());
var wrong = expected.Where(sample => classifier.Classify(UserText.TryCreate(sample.Text, out _)!).Findings is not [{ } finding] || finding.Type != sample.Type).ToList();
var taints = new TaintRegistry();
taints.AddSecret("KEY", "hunter22-and-more"u8);
if (new LeakCheck(new LeakCheckOptions()).Check("aHVudGVyMjItYW5kLW1vcmU=", taints).Redactions != 1) wrong.Add(("a leak in base64", "secret"));
if (AuditChain.Verify([new AuditChain(new byte[32]).Append(new AuditEntry("classified", null, null, new Dictionary<string, string>()), DateTimeOffset.UnixEpoch)], new byte[32], null, out _) is not null) wrong.Add(("an audit line", "audit"));
foreach (var (text, type) in wrong) Console.Error.WriteLine($"native code finds no {type} in: {text}");
Console.Out.WriteLine($"{expected.Length + 2 - wrong.Count} passed, {wrong.Count} failed, 0 skipped");
return wrong.Count == 0 ? 0 : 1;
