using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace SafeClaw.Attestation;

/// <summary>
/// What a verification rested on, kept in one JSON file so that anybody can judge it again elsewhere, offline: evidence, revocation list, the demands
/// of the connection, the policy's digest and the verdict reached then. It is no authority of its own: <see cref="Judge"/> believes none of its
/// conclusions, only what the certificates sign. Contains no secret.
/// </summary>
public sealed record Proof
{
    /// <summary>Largest proof read, in bytes.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string Format = "safeclaw-proof-v1";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 6 };

    /// <summary>The report and its certificates.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>The root's revocation list, DER; null if none was used.</summary>
    public ReadOnlyMemory<byte>? RevocationList { get; init; }

    /// <summary>The time it was judged at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>SHA-256 of the channel's DER SubjectPublicKeyInfo, 32 bytes; null outside of a connection.</summary>
    public ReadOnlyMemory<byte>? SpkiSha256 { get; init; }

    /// <summary>The challenge that was answered, 32 bytes; null if none was sent.</summary>
    public ReadOnlyMemory<byte>? Nonce { get; init; }

    /// <summary>What the machine's launch was given, 32 bytes; null if nothing was demanded.</summary>
    public ReadOnlyMemory<byte>? HostData { get; init; }

    /// <summary>All of REPORT_DATA that was demanded, 64 bytes; null if it was not.</summary>
    public ReadOnlyMemory<byte>? ReportData { get; init; }

    /// <summary>Digest of the policy, 64 lower-case hexadecimal digits.</summary>
    public required string PolicyDigest { get; init; }

    /// <summary>Whether it was accepted then.</summary>
    public required bool Accepted { get; init; }

    /// <summary>Takes down what a verdict rested on.</summary>
    public static Proof Of(Evidence evidence, AttestationPolicy policy, VerificationContext context, Verdict verdict) => new()
    {
        Evidence = evidence,
        RevocationList = context.RevocationList,
        At = verdict.At,
        SpkiSha256 = context.SpkiSha256,
        Nonce = context.FreshNonce,
        HostData = context.HostData,
        ReportData = context.ReportData,
        PolicyDigest = policy.Digest,
        Accepted = verdict.Accepted,
    };

    /// <summary>Judges it again, at the time it names unless another is given.</summary>
    /// <returns>
    /// The verdict under <paramref name="policy"/>, with one more finding, <c>proof-policy</c>, that says whether this is the policy of then; another
    /// policy may be asked for on purpose and fails nothing.
    /// </returns>
    public Verdict Judge(SnpVerifier verifier, AttestationPolicy policy, DateTimeOffset? at = null)
    {
        ArgumentNullException.ThrowIfNull(verifier);
        ArgumentNullException.ThrowIfNull(policy);
        var verdict = verifier.Verify(Evidence, policy, new VerificationContext
        {
            At = at ?? At,
            SpkiSha256 = SpkiSha256,
            FreshNonce = Nonce,
            HostData = HostData,
            ReportData = ReportData,
            RevocationList = RevocationList,
        });
        var same = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(PolicyDigest), Encoding.ASCII.GetBytes(policy.Digest));
        return verdict.With(Finding.Passed("proof-policy", same ? "the policy of then" : "another policy", same ? null : "The proof was made under another policy than it is judged by now."));
    }

    /// <summary>The file.</summary>
    public string ToJson(Verdict? verdict = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, VerdictText.Readable))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteString("at", VerdictText.Time(At));
            json.WriteString("policy_digest", PolicyDigest);
            json.WriteBoolean("accepted", Accepted);
            foreach (var (name, bytes) in Parts())
                if (bytes is { IsEmpty: false } present) json.WriteBase64String(name, present.Span);
            if (verdict is not null)
            {
                json.WritePropertyName("verdict");
                VerdictText.Write(json, verdict);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads a proof file. The verdict in it is for people and not read.</summary>
    /// <exception cref="FormatException">Not a proof: the message says what is wrong.</exception>
    public static Proof Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaxBytes) throw new FormatException($"A proof has at most {MaxBytes} bytes.");
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            return Read(document.RootElement);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException("This is no proof: it is not JSON of the documented form.", malformed);
        }
    }

    public override string ToString() => $"Proof({(Accepted ? "accepted" : "refused")} at {VerdictText.Time(At)})";

    private IEnumerable<(string Name, ReadOnlyMemory<byte>? Bytes)> Parts() =>
    [
        ("report", Evidence.Report), ("vcek", Evidence.Chain.Vcek), ("vlek", Evidence.Chain.Vlek), ("ask", Evidence.Chain.Ask), ("ark", Evidence.Chain.Ark),
        ("crl", RevocationList), ("spki_sha256", SpkiSha256), ("nonce", Nonce), ("host_data", HostData), ("report_data", ReportData),
    ];

    private static Proof Read(JsonElement root)
    {
        if (root.GetProperty("format").GetString() != Format) throw new FormatException($"This is no proof of the form {Format}.");
        if (!DateTimeOffset.TryParse(root.GetProperty("at").GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            throw new FormatException("The proof's \"at\" is no time.");
        return new Proof
        {
            Evidence = new Evidence(Bytes(root, "report", null) ?? default, new EndorsementChain
            {
                Vcek = Bytes(root, "vcek", null) ?? default,
                Vlek = Bytes(root, "vlek", null) ?? default,
                Ask = Bytes(root, "ask", null) ?? default,
                Ark = Bytes(root, "ark", null) ?? default,
            }),
            RevocationList = Bytes(root, "crl", null),
            At = at,
            SpkiSha256 = Bytes(root, "spki_sha256", 32),
            Nonce = Bytes(root, "nonce", 32),
            HostData = Bytes(root, "host_data", 32),
            ReportData = Bytes(root, "report_data", 64),
            PolicyDigest = root.GetProperty("policy_digest").GetString() is { Length: 64 } digest && digest.All(char.IsAsciiHexDigitLower) ? digest
                : throw new FormatException("The proof's \"policy_digest\" has 64 lower-case hexadecimal digits."),
            Accepted = root.GetProperty("accepted").GetBoolean(),
        };
    }

    private static ReadOnlyMemory<byte>? Bytes(JsonElement root, string name, int? length)
    {
        if (!root.TryGetProperty(name, out var value)) return null;
        if (value.ValueKind != JsonValueKind.String || !value.TryGetBytesFromBase64(out var bytes)) throw new FormatException($"The proof's \"{name}\" is not base64.");
        return length is null || bytes.Length == length ? bytes : throw new FormatException($"The proof's \"{name}\" has {length} bytes.");
    }
}
