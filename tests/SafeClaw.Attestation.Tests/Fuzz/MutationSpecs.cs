using System.Text;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Seeded mutation, in process: every input gets a typed answer, and the same input the same answer. What changed is signed anew, to get past signatures.</summary>
public sealed class MutationSpecs
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [Trait("neg", "E60")]
    public void A_mutated_and_re_signed_report_is_judged_by_its_content(int seed)
    {
        var random = new Random(seed);
        var policy = AttestationPolicy.Production(Digest.From(EvidenceDraft.DefaultMeasurement.Span)) with { AllowSimulated = true, Revocation = RevocationMode.Off };
        for (var round = 0; round < 300; round++)
        {
            var evidence = Forge.Genoa.Make(Forge.Draft.WithReport(report =>
            {
                for (var change = random.Next(1, 4); change > 0; change--) report.Flip(random.Next(SnpReport.SignedBytes), random.Next(8));
            }));
            var (first, second) = (Forge.Genoa.Judge(evidence, policy), Forge.Genoa.Judge(evidence, policy));
            Assert.Equal(first.ToJson(), second.ToJson());
            Assert.NotEqual(AttestationCodes.SignatureInvalid, first.FirstFailure?.Code);
            if (first.Accepted) Assert.True(first.Evidence!.Report.Measurement.Span.SequenceEqual(EvidenceDraft.DefaultMeasurement.Span) && !first.Evidence.Report.Policy.Debug);
        }
    }

    [Fact]
    [Trait("neg", "C37")]
    public void A_mutated_certificate_list_table_or_proof_is_refused_or_read_and_never_crashes()
    {
        var random = new Random(3);
        var whole = Forge.Genoa.Make(Forge.Draft);
        var crl = Forge.Genoa.Authority.CrlDraft(Forge.Now).Sign(Forge.Genoa.Authority.ArkKey);
        var json = ChainJson.Write(whole.Chain);
        var proof = Encoding.UTF8.GetBytes(Proof.Of(whole, Forge.AnySimulated, new VerificationContext { At = Forge.Now }, Forge.Genoa.Judge(whole)).ToJson());
        Assert.True(StrictCertificate.TryParse(whole.Chain.Ark, out var root, out _));
        for (var round = 0; round < 3_000; round++)
        {
            StrictCertificate.TryParse(Mutate(whole.Chain.Vcek.ToArray()), out _, out _);
            RevocationList.TryRead(Mutate(crl), root, Forge.Now, out _, out _);
            ChainJson.TryRead(Mutate(json), out _);
            CertificateTable.TryRead(Mutate(new byte[256]), out _, out _, out _);
            ReportWrapper.TryUnwrap(Mutate(new byte[1300]), out _, out _, out _);
            try
            {
                Proof.Parse(Mutate(proof));
            }
            catch (FormatException)
            {
                // The one typed answer.
            }
        }

        byte[] Mutate(byte[] bytes)
        {
            var changed = (byte[])bytes.Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
                if (random.Next(6) == 0) changed = changed[..Math.Max(1, random.Next(changed.Length))];
                else changed[random.Next(random.Next(2) == 0 ? Math.Min(64, changed.Length) : changed.Length)] = (byte)random.Next(256);
            return changed;
        }
    }

    [Fact]
    [Trait("neg", "C31")]
    public void A_mutated_and_re_signed_leaf_is_refused_or_says_what_the_report_says()
    {
        var random = new Random(4);
        for (var round = 0; round < 60; round++)
        {
            var verdict = Forge.Genoa.Judge(Forge.Draft with
            {
                Leaf = leaf =>
                {
                    var extensions = leaf.Extensions.ToArray();
                    var at = random.Next(extensions.Length);
                    var value = (byte[])extensions[at].Value.Clone();
                    value[random.Next(value.Length)] ^= (byte)(1 << random.Next(8));
                    extensions[at] = extensions[at] with { Value = value };
                    return leaf with { Extensions = extensions };
                },
            });
            Assert.True(verdict.Accepted || verdict.FirstFailure!.Code == AttestationCodes.ChainUntrusted);
        }
    }
}
