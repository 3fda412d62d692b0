using System.Text;
using System.Text.Json;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>How a verdict is told, kept, and judged again elsewhere.</summary>
public sealed class VerdictSpecs
{
    private static readonly byte[] Spki = Enumerable.Repeat((byte)9, 32).ToArray();

    private static VerificationContext Context => new() { At = Forge.Now, SpkiSha256 = Spki };

    private static EvidenceDraft Bound => Forge.Draft with { ReportData = Freshness.ReportData(Spki, new byte[32]) };

    [Fact]
    public void Json_names_every_check_and_a_code_only_where_one_failed()
    {
        var verdict = Forge.Genoa.JudgeReport(report => report.Set(ReportField.Vmpl, 1), Forge.AnySimulated with { Vmpl = Expect.Exactly(0u) });
        using var json = JsonDocument.Parse(verdict.ToJson());
        Assert.False(json.RootElement.GetProperty("accepted").GetBoolean());
        Assert.Equal("Genoa", json.RootElement.GetProperty("product").GetString());
        Assert.Equal("2026-03-01T12:00:00Z", json.RootElement.GetProperty("at").GetString());
        var findings = json.RootElement.GetProperty("findings").EnumerateArray().ToList();
        Assert.Equal(verdict.Findings.Count, findings.Count);
        Assert.All(findings, finding => Assert.Equal(!finding.GetProperty("ok").GetBoolean(), finding.TryGetProperty("code", out _)));
    }

    [Fact]
    public void A_table_has_one_line_per_check_and_the_outcome_last()
    {
        var verdict = Forge.Genoa.Judge(Forge.Draft);
        var lines = verdict.ToTable().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(verdict.Findings.Count + 1, lines.Length);
        Assert.StartsWith("ACCEPTED  Genoa, SIMULATED", lines[^1], StringComparison.Ordinal);
        var refused = Forge.Genoa.Judge(Forge.Draft, AttestationPolicy.Any).ToTable();
        Assert.Contains("REFUSED  SIMULATED_REJECTED (simulation)", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Neither_form_shows_a_whole_report_data_or_measurement()
    {
        var verdict = Forge.Genoa.Judge(Bound, context: Context);
        foreach (var text in new[] { verdict.ToJson(), verdict.ToTable() })
        {
            Assert.DoesNotContain(Convert.ToHexStringLower(EvidenceDraft.DefaultMeasurement.Span), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(Spki), text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_proof_is_judged_elsewhere_as_it_was_here()
    {
        var crl = Forge.Genoa.Authority.CrlDraft(Forge.Now).Sign(Forge.Genoa.Authority.ArkKey);
        var policy = Forge.AnySimulated with { Revocation = RevocationMode.Require };
        var (evidence, context) = (Forge.Genoa.Make(Bound), Context with { RevocationList = crl });
        var here = Forge.Genoa.Judge(evidence, policy, context);
        var there = Proof.Parse(Encoding.UTF8.GetBytes(Proof.Of(evidence, policy, context, here).ToJson(here)));
        Assert.True(there.Accepted);
        var verifier = new SnpVerifier(TrustAnchors.Amd.WithSimulated(Forge.Genoa.Authority.Ark));
        there.Judge(verifier, policy).IsAccepted();
        Assert.Contains(there.Judge(verifier, Forge.AnySimulated).Findings, finding => finding is { Check: "proof-policy", Actual: "another policy" });
        there.Judge(new SnpVerifier(TrustAnchors.Amd), policy).Refused(AttestationCodes.ChainUntrusted, "chain");
        there.Judge(verifier, policy, Forge.Now.AddYears(2)).Refused(AttestationCodes.CollateralUnavailable, "revocation");
    }

    [Fact]
    public void A_proof_that_claims_acceptance_is_not_believed()
    {
        var (evidence, context) = (Forge.Genoa.Make(Bound with { SignedReport = report => report.Flip(0x50, 0) }), Context);
        var verdict = Forge.Genoa.Judge(evidence, context: context);
        var claimed = Proof.Of(evidence, Forge.AnySimulated, context, verdict) with { Accepted = true };
        var again = Proof.Parse(Encoding.UTF8.GetBytes(claimed.ToJson()));
        Assert.True(again.Accepted);
        again.Judge(new SnpVerifier(TrustAnchors.Amd.WithSimulated(Forge.Genoa.Authority.Ark)), Forge.AnySimulated).Refused(AttestationCodes.SignatureInvalid, "signature");
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":"safeclaw-proof-v2"}""")]
    [InlineData("""{"format":"safeclaw-proof-v1","at":"soon"}""")]
    [InlineData("""{"format":"safeclaw-proof-v1","at":"2026-01-01T00:00:00Z","policy_digest":"x","accepted":true}""")]
    [InlineData("""{"format":"safeclaw-proof-v1","at":"2026-01-01T00:00:00Z","report":"*","accepted":true}""")]
    [InlineData("""{"format":"safeclaw-proof-v1","at":"2026-01-01T00:00:00Z","nonce":"AAAA","accepted":true}""")]
    [InlineData("""{"format":"safeclaw-proof-v1","format":"safeclaw-proof-v1"}""")]
    public void What_is_no_proof_is_a_format_error(string json) => Assert.Throws<FormatException>(() => Proof.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void A_kept_verdict_counts_for_its_key_generation_policy_and_time_only()
    {
        var cache = new VerdictCache(TimeSpan.FromMinutes(10));
        var evidence = Forge.Genoa.Judge(Bound, context: Context).Evidence!;
        Assert.True(cache.Keep("a-1", evidence));
        Assert.True(cache.TryGet("a-1", Spki, Forge.AnySimulated, Forge.Now, out var verdict));
        Assert.True(verdict.Accepted && verdict.Simulated);
        Assert.True(cache.TryGet("a-1", Spki, Forge.AnySimulated, Forge.Now.AddMinutes(10).AddTicks(-1), out _));
        Assert.False(cache.TryGet("a-2", Spki, Forge.AnySimulated, Forge.Now, out _));
        Assert.False(cache.TryGet("a-1", new byte[32], Forge.AnySimulated, Forge.Now, out _));
        Assert.False(cache.TryGet("a-1", Spki, Forge.AnySimulated, Forge.Now.AddMinutes(10), out _));
        // An entry found expired is gone, also if the clock is set back.
        Assert.False(cache.TryGet("a-1", Spki, Forge.AnySimulated, Forge.Now, out _));
        cache.Keep("a-1", evidence);
        Assert.False(cache.TryGet("a-1", Spki, Forge.AnySimulated with { Debug = Expect.Exactly(false) }, Forge.Now, out _));
        cache.Keep("a-1", evidence);
        cache.Forget("a-1");
        Assert.False(cache.TryGet("a-1", Spki, Forge.AnySimulated, Forge.Now, out _));
        Assert.False(cache.Keep("a-1", Forge.Genoa.Judge(Forge.Draft).Evidence!));
    }

    [Fact]
    public void The_schema_names_every_field_of_a_policy()
    {
        using var schema = JsonDocument.Parse(AttestationPolicy.Schema);
        var names = schema.RootElement.GetProperty("properties").EnumerateObject().Select(member => member.Name).ToHashSet();
        Assert.All(AttestationPolicy.Any.Explain(), field => Assert.Contains(field.Field, names));
        Assert.Equal(AttestationPolicy.Any.Explain().Count + 2, names.Count);
    }
}
