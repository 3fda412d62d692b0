using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Bytes that are no report, or not the one that was signed.</summary>
public sealed class ReportBytes
{
    private static readonly Evidence Good = Forge.Signed(_ => { });

    [Fact]
    public void The_report_everything_here_is_made_from_is_accepted() => Forge.Accepted(Forge.Judge(Good));

    [Fact]
    [Trait("neg", "E01")]
    [Trait("neg", "E02")]
    [Trait("neg", "E03")]
    public void Only_exactly_1184_bytes_are_a_report()
    {
        for (var length = 0; length < SnpReport.Size; length++) Forge.Refused(Forge.Judge(Good with { Report = Good.Report[..length] }), AttestationCodes.EvidenceMalformed);
        foreach (var extra in new[] { 1, 2, SnpReport.Size })
            Forge.Refused(Forge.Judge(Good with { Report = (byte[])[.. Good.Report.Span, .. new byte[extra]] }), AttestationCodes.EvidenceMalformed);
        Forge.Refused(Forge.Judge(Good with { Report = (byte[])[.. Good.Report.Span, .. Good.Report.Span] }), AttestationCodes.EvidenceMalformed);
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    [Trait("neg", "E04")]
    public void One_byte_repeated_is_no_report(byte value) =>
        Forge.Refused(Forge.Judge(Good with { Report = Enumerable.Repeat(value, SnpReport.Size).ToArray() }), AttestationCodes.EvidenceUnsupported, AttestationCodes.EvidenceMalformed);

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(6u)]
    [InlineData(uint.MaxValue)]
    [Trait("neg", "E05")]
    public void A_version_nobody_knows_is_unsupported(uint version) => Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.Version, version))), AttestationCodes.EvidenceUnsupported);

    [Fact]
    [Trait("neg", "E05")]
    public void Version_2_names_no_cpu_and_needs_the_policys_leave()
    {
        var evidence = Forge.Signed(_ => { }, version: 2);
        Forge.Accepted(Forge.Judge(evidence));
        Forge.Refused(Forge.Judge(evidence, Forge.Lenient with { AllowVersion2 = false }), AttestationCodes.PolicyViolation, AttestationCodes.EvidenceUnsupported);
    }

    /// <summary>Every seventh bit here; <c>build.sh long</c> has room for all of them.</summary>
    [Fact]
    [Trait("neg", "E08")]
    [Trait("neg", "E09")]
    public void A_flipped_bit_anywhere_in_the_signed_part_or_the_signature_is_refused()
    {
        var signed = Enumerable.Range(0, 0x2A0 * 8).Where(bit => bit % 7 == 0);
        var signature = Enumerable.Range(0x2A0 * 8, 48 * 8).Concat(Enumerable.Range(0x2E8 * 8, 48 * 8)).Where(bit => bit % 7 == 0);
        foreach (var bit in signed.Concat(signature))
        {
            var report = Good.Report.ToArray();
            report[bit / 8] ^= (byte)(1 << (bit % 8));
            var verdict = Forge.Judge(Good with { Report = report });
            Assert.False(verdict.Accepted, $"bit {bit % 8} of byte 0x{bit / 8:x}");
            Assert.Null(verdict.Evidence);
        }
    }

    [Fact]
    [Trait("neg", "E10")]
    [Trait("neg", "E11")]
    public void Padding_of_the_signature_must_be_zero()
    {
        foreach (var offset in Enumerable.Range(0x2D0, 24).Concat(Enumerable.Range(0x318, 24)).Concat(Enumerable.Range(0x330, 368)))
            Forge.Refused(Forge.Judge(Forge.Unsigned(report => report.SetAt(offset, 1))), AttestationCodes.EvidenceMalformed);
    }

    [Theory]
    [InlineData("r=0")]
    [InlineData("s=0")]
    [InlineData("both 0")]
    [InlineData("r=n")]
    [InlineData("s=n")]
    [InlineData("r>n")]
    [Trait("neg", "E13")]
    public void A_signature_outside_of_the_groups_order_is_invalid(string kind)
    {
        // n of P-384 (SEC 2 §2.5.1), as AMD stores numbers: little-endian.
        var n = Convert.FromHexString("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973").Reverse().ToArray();
        var evidence = Forge.Unsigned(report =>
        {
            if (kind is "r=0" or "both 0") report.SetAt(0x2A0, new byte[48]);
            if (kind is "s=0" or "both 0") report.SetAt(0x2E8, new byte[48]);
            if (kind == "r=n") report.SetAt(0x2A0, n);
            if (kind == "s=n") report.SetAt(0x2E8, n);
            if (kind == "r>n") report.SetAt(0x2A0, [.. Enumerable.Repeat((byte)0xFF, 48)]);
        });
        Forge.Refused(Forge.Judge(evidence), AttestationCodes.SignatureInvalid);
    }

    [Fact]
    [Trait("neg", "E14")]
    public void A_signature_read_backwards_is_invalid()
    {
        var report = Good.Report.ToArray();
        Array.Reverse(report, 0x2A0, 48);
        Array.Reverse(report, 0x2E8, 48);
        Forge.Refused(Forge.Judge(Good with { Report = report }), AttestationCodes.SignatureInvalid);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(1u << 31)]
    [Trait("neg", "E15")]
    public void A_signature_algorithm_nobody_knows_is_unsupported(uint algorithm) =>
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.SignatureAlgo, algorithm))), AttestationCodes.EvidenceUnsupported);

    [Theory]
    [InlineData(2u)]
    [InlineData(6u)]
    [InlineData(7u)]
    [Trait("neg", "E17")]
    public void A_signing_key_nobody_knows_is_unsupported(uint key) => Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.KeyInfo, key << 2))), AttestationCodes.EvidenceUnsupported);

    [Fact]
    [Trait("neg", "E16")]
    public void A_key_of_the_other_kind_is_not_the_one_that_signs()
    {
        var says = Forge.Signed(report => report.Set(ReportField.KeyInfo, 1u << 2));
        Forge.Refused(Forge.Judge(says), AttestationCodes.ChainUntrusted, AttestationCodes.EvidenceMalformed);
        var vlek = Forge.Signed(report => report.Set(ReportField.KeyInfo, 0u), csp: "CN=cc-us-east-2.amazonaws.com");
        Forge.Refused(Forge.Judge(vlek), AttestationCodes.ChainUntrusted, AttestationCodes.EvidenceMalformed, AttestationCodes.PolicyViolation);
    }

    [Fact]
    [Trait("neg", "E18")]
    public void A_masked_chip_key_signs_nothing()
    {
        var evidence = Forge.Platform().Make(new EvidenceDraft
        {
            At = Forge.At,
            Report = report => report.Set(ReportField.KeyInfo, 1u << 1),
            SignedReport = report => report.SetAt(0x2A0, new byte[144]),
        });
        var verdict = Forge.Judge(evidence);
        Forge.Refused(verdict, AttestationCodes.PolicyViolation);
        Assert.Contains(verdict.Findings, finding => !finding.Ok && $"{finding.Check} {finding.Hint} {finding.Expected} {finding.Actual}".Contains("MASK_CHIP_KEY", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x048, 0x20)]
    [InlineData(0x04B, 0x80)]
    [InlineData(0x04C, 0x01)]
    [InlineData(0x04F, 0xFF)]
    [InlineData(0x18B, 0x01)]
    [InlineData(0x19F, 0x01)]
    [InlineData(0x1EB, 0x01)]
    [InlineData(0x1EF, 0x01)]
    [InlineData(0x208, 0x01)]
    [InlineData(0x29F, 0x01)]
    [Trait("neg", "E19")]
    [Trait("neg", "E20")]
    public void Reserved_bytes_must_be_zero(int offset, byte value) => Forge.Refused(Forge.Judge(Forge.Signed(report => report.SetAt(offset, value))), AttestationCodes.EvidenceMalformed);

    [Fact]
    [Trait("neg", "E20")]
    public void Bytes_that_later_versions_gave_a_meaning_must_be_zero_in_earlier_ones()
    {
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.SetAt(0x1F8, 1), version: 3)), AttestationCodes.EvidenceMalformed);
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.SetAt(0x188, 1), version: 2)), AttestationCodes.EvidenceMalformed);
        Forge.Accepted(Forge.Judge(Forge.Signed(report => report.SetAt(0x1F8, 1), version: 5)));
    }

    [Fact]
    [Trait("neg", "E21")]
    public void Policy_bit_17_is_one() => Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.Policy, 0x10000UL))), AttestationCodes.EvidenceMalformed);

    [Theory]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    [Trait("neg", "E29")]
    public void A_privilege_level_that_does_not_exist_is_refused(uint vmpl) =>
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.Vmpl, vmpl))), AttestationCodes.EvidenceMalformed, AttestationCodes.PolicyViolation);

    [Fact]
    [Trait("neg", "E60")]
    public void No_byte_string_makes_it_throw()
    {
        var random = new Random(1);
        for (var i = 0; i < 3000; i++)
        {
            var bytes = new byte[i % 3 == 0 ? SnpReport.Size : random.Next(3000)];
            random.NextBytes(bytes);
            if (i % 3 == 0) Good.Report.Span[..random.Next(SnpReport.Size)].CopyTo(bytes);
            Assert.False(Forge.Judge(Good with { Report = bytes }).Accepted);
        }
    }
}
