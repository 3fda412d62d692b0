using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Bytes that are no report, and signatures that are none. Everything re-signed where the form, not the signature, is in question.</summary>
public sealed class ReportFormSpecs
{
    private const string Malformed = AttestationCodes.EvidenceMalformed, Unsupported = AttestationCodes.EvidenceUnsupported, BadSignature = AttestationCodes.SignatureInvalid;

    private static readonly BigInteger Order = BigInteger.Parse("0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    [Trait("neg", "E01")]
    public void An_empty_report_is_malformed() =>
        Forge.Genoa.Judge(new Evidence(default, EndorsementChain.Empty)).RefusedOnly(Malformed, "structure");

    [Fact]
    [Trait("neg", "E02")]
    public void Every_truncation_is_malformed()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        for (var length = 1; length < SnpReport.Size; length++)
            Forge.Genoa.Judge(whole with { Report = whole.Report[..length] }).RefusedOnly(Malformed, "structure");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(SnpReport.Size)]
    [Trait("neg", "E03")]
    public void Anything_after_the_report_is_malformed(int more)
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        byte[] longer = [.. whole.Report.Span, .. whole.Report.Span[..more]];
        Forge.Genoa.Judge(whole with { Report = longer }).RefusedOnly(Malformed, "structure");
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xFF)]
    [Trait("neg", "E04")]
    public void A_report_of_one_repeated_byte_is_of_no_known_version(byte value) =>
        Forge.Genoa.Judge(new Evidence(Enumerable.Repeat(value, SnpReport.Size).ToArray(), EndorsementChain.Empty)).RefusedOnly(Unsupported, "version");

    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(6u)]
    [InlineData(uint.MaxValue)]
    [Trait("neg", "E05")]
    public void Another_version_is_unsupported_even_well_signed(uint version) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.Version, version)).RefusedOnly(Unsupported, "version");

    [Fact]
    [Trait("neg", "E05")]
    public void Version_2_needs_a_policy_that_allows_it()
    {
        var draft = Forge.Draft with { Version = 2 };
        Forge.Genoa.Judge(draft).IsAccepted();
        Forge.Genoa.Judge(draft, Forge.AnySimulated with { AllowVersion2 = false }).RefusedOnly(Unsupported, "version");
    }

    [Fact]
    [Trait("neg", "E06")]
    public void The_simulation_marker_is_refused_unless_allowed()
    {
        var marker = Marker();
        Forge.Genoa.Judge(marker, AttestationPolicy.Any).RefusedOnly(AttestationCodes.SimulatedRejected, "simulation");
        Assert.True(Forge.Genoa.Judge(marker).Simulated);
    }

    [Fact]
    [Trait("neg", "E07")]
    public void The_simulation_marker_skips_neither_binding_nor_freshness_nor_policy()
    {
        var verdict = Forge.Genoa.Judge(Marker(), Forge.AnySimulated with { Measurement = Expect.Exactly(Digest.From(EvidenceDraft.DefaultMeasurement.Span)) },
            new VerificationContext { At = Forge.Now, SpkiSha256 = Enumerable.Repeat((byte)1, 32).ToArray(), FreshNonce = new byte[32], HostData = Enumerable.Repeat((byte)1, 32).ToArray() });
        Assert.True(verdict.Simulated);
        verdict.Refused(AttestationCodes.BindingMismatch, "key-binding");
        verdict.Refused(AttestationCodes.FreshnessFailed, "freshness");
        verdict.Refused(AttestationCodes.InstanceMismatch, "host-data");
        verdict.Refused(AttestationCodes.PolicyViolation, "measurement");
    }

    [Fact]
    [Trait("neg", "E08")]
    public void One_flipped_bit_in_each_signed_byte_is_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        for (var at = 0; at < SnpReport.SignedBytes; at++)
        {
            var verdict = Forge.Genoa.Judge(whole with { Report = SimulatedReport.From(whole.Report.Span).Flip(at, at % 8).ToBytes() });
            Assert.False(verdict.Accepted);
            Assert.Contains(verdict.FirstFailure!.Code, new[] { BadSignature, Malformed, Unsupported, AttestationCodes.PolicyViolation });
        }
    }

    [Theory]
    [InlineData(0x2A0)]
    [InlineData(0x2E8)]
    [Trait("neg", "E09")]
    public void One_flipped_bit_in_each_byte_of_r_and_s_is_refused(int scalar)
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        for (var at = 0; at < 48; at++)
            Forge.Genoa.Judge(whole with { Report = SimulatedReport.From(whole.Report.Span).Flip(scalar + at, at % 8).ToBytes() }).RefusedOnly(BadSignature, "signature");
    }

    [Theory]
    [InlineData(0x2D0, 0x2E8)]
    [InlineData(0x318, 0x330)]
    [Trait("neg", "E10")]
    public void Each_byte_of_the_padding_of_r_and_s_must_be_zero(int from, int to) => EachMustBeZero(from, to);

    [Fact]
    [Trait("neg", "E11")]
    public void Each_byte_after_the_signature_must_be_zero() => EachMustBeZero(0x330, SnpReport.Size);

    [Fact]
    [Trait("neg", "E12")]
    public void The_twin_signature_makes_no_second_identity()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var s = new BigInteger(whole.Report.Span.Slice(0x2E8, 48), isUnsigned: true);
        var twin = SimulatedReport.From(whole.Report.Span).Set(ReportField.SignatureS, Scalar(Order - s)).ToBytes();
        var (first, second) = (Forge.Genoa.Judge(whole), Forge.Genoa.Judge(whole with { Report = twin }));
        second.IsAccepted();
        // What identifies a guest is signed: the same in both.
        Assert.True(first.Evidence!.Report.ReportId.Span.SequenceEqual(second.Evidence!.Report.ReportId.Span));
        Assert.True(first.Evidence.Report.SignedPart.Span.SequenceEqual(second.Evidence.Report.SignedPart.Span));
    }

    [Fact]
    [Trait("neg", "E13")]
    public void Scalars_out_of_range_are_no_signature()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        BigInteger[] wrong = [0, Order, Order + 1, (BigInteger.One << 384) - 1];
        foreach (var value in wrong)
        {
            Forge.Genoa.Judge(With(ReportField.SignatureR, value)).RefusedOnly(BadSignature, "signature");
            Forge.Genoa.Judge(With(ReportField.SignatureS, value)).RefusedOnly(BadSignature, "signature");
        }

        var both = SimulatedReport.From(whole.Report.Span).Set(ReportField.SignatureR, 0).Set(ReportField.SignatureS, 0).ToBytes();
        Forge.Genoa.Judge(whole with { Report = both }).RefusedOnly(BadSignature, "signature");

        Evidence With(ReportField field, BigInteger value) => whole with { Report = SimulatedReport.From(whole.Report.Span).Set(field, Scalar(value)).ToBytes() };
    }

    [Fact]
    [Trait("neg", "E14")]
    public void Big_endian_scalars_are_no_signature()
    {
        var draft = Forge.Draft with { SignedReport = report => BigEndian(report) };
        Forge.Genoa.Judge(draft).RefusedOnly(BadSignature, "signature");

        static void BigEndian(SimulatedReport report)
        {
            foreach (var field in new[] { ReportField.SignatureR, ReportField.SignatureS })
            {
                var scalar = report.Get(field)[..48].ToArray();
                Array.Reverse(scalar);
                report.Set(field, scalar);
            }
        }
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(2u)]
    [InlineData(1u << 31)]
    [Trait("neg", "E15")]
    public void Another_signature_algorithm_is_unsupported(uint algorithm) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.SignatureAlgo, algorithm)).RefusedOnly(Unsupported, "signature-algorithm");

    [Fact]
    [Trait("neg", "E16")]
    public void The_kind_of_key_must_be_that_of_the_certificate()
    {
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.KeyInfo, 1 << 2)).Refused(AttestationCodes.ChainUntrusted, "signing-key");
        var vlek = Forge.Draft with { CspId = "CN=cc-us-east-2.amazonaws.com" };
        Forge.Genoa.Judge(vlek.WithReport(report => report.Set(ReportField.KeyInfo, 0))).Refused(AttestationCodes.ChainUntrusted, "signing-key");
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(4u)]
    [InlineData(5u)]
    [InlineData(6u)]
    [InlineData(7u)]
    [Trait("neg", "E17")]
    public void A_signing_key_of_no_known_kind_is_unsupported(uint kind) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.KeyInfo, kind << 2)).RefusedOnly(Unsupported, "signing-key");

    [Fact]
    [Trait("neg", "E18")]
    public void A_masked_chip_key_is_named()
    {
        var draft = Forge.Draft.WithReport(report => report.Set(ReportField.KeyInfo, 2)) with
        {
            SignedReport = report => report.Set(ReportField.SignatureR, 0).Set(ReportField.SignatureS, 0),
        };
        var verdict = Forge.Genoa.Judge(draft);
        Assert.Equal((AttestationCodes.PolicyViolation, "chip-key"), (verdict.FirstFailure!.Code!, verdict.FirstFailure.Check));
        Assert.Contains("MASK_CHIP_KEY", verdict.FirstFailure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "E19")]
    public void Reserved_flags_must_be_zero()
    {
        for (var bit = 5; bit < 32; bit++)
        {
            var flags = 1UL << bit;
            Forge.Genoa.JudgeReport(report => report.Set(ReportField.KeyInfo, flags)).RefusedOnly(Malformed, "reserved");
        }

        for (var at = 0x4C; at < 0x50; at++) ReservedByte(Forge.Genoa, 5, at);
    }

    [Theory]
    [InlineData(2u, 0x188, 0x1F8)]
    [InlineData(3u, 0x18B, 0x1F8)]
    [InlineData(4u, 0x18B, 0x1F8)]
    [InlineData(5u, 0x18B, 0x208)]
    [Trait("neg", "E20")]
    public void What_a_version_reserves_must_be_zero(uint version, int afterCpuid, int tail)
    {
        int[] reserved = [.. Enumerable.Range(afterCpuid, 0x1A0 - afterCpuid), 0x1EB, 0x1EF, .. Enumerable.Range(tail, 0x2A0 - tail)];
        foreach (var at in reserved) ReservedByte(Forge.Genoa, version, at);
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(5u)]
    [Trait("neg", "E20")]
    public void Reserved_bytes_of_a_tcb_must_be_zero_in_every_version(uint version)
    {
        foreach (var field in new[] { ReportField.CurrentTcb, ReportField.CommittedTcb, ReportField.ReportedTcb, ReportField.LaunchTcb })
        {
            for (var at = 2; at < 6; at++) Refuse(Forge.Genoa, field, at);
            for (var at = 4; at < 7; at++) Refuse(Forge.Turin, field, at);
        }

        void Refuse(SimulatedPlatform platform, ReportField field, int at)
        {
            var verdict = platform.Judge((Forge.Draft with { Version = version }).WithReport(report => report.SetAt(field.Offset + at, 1)));
            Assert.Contains(verdict.Findings, finding => finding is { Ok: false, Code: Malformed, Check: "reserved" });
        }
    }

    [Fact]
    [Trait("neg", "E21")]
    public void Policy_bit_17_must_be_one() =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.Policy, 0x10000)).RefusedOnly(Malformed, "reserved");

    [Theory]
    [InlineData(4u)]
    [InlineData(uint.MaxValue)]
    [Trait("neg", "E29")]
    public void A_report_the_host_asked_for_is_none_of_the_guest(uint vmpl) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.Vmpl, vmpl)).RefusedOnly(Malformed, "vmpl");

    [Theory]
    [InlineData(2u)]
    [InlineData(3u)]
    [InlineData(5u)]
    [Trait("neg", "E44")]
    public void A_chip_id_of_Turin_has_eight_bytes(uint version)
    {
        for (var at = 8; at < 64; at++)
        {
            var verdict = Forge.Turin.Judge((Forge.Draft with { Version = version }).WithReport(report => report.SetAt(ReportField.ChipId.Offset + at, 1)));
            Assert.Contains(verdict.Findings, finding => finding is { Ok: false, Code: Malformed, Check: "reserved" });
        }
    }

    [Fact]
    [Trait("neg", "E44")]
    public void A_chip_id_of_Genoa_is_compared_to_its_last_byte() =>
        Forge.Genoa.JudgeReport(report => report.Flip(ReportField.ChipId.Offset + 63, 0)).Refused(AttestationCodes.ChainUntrusted, "leaf-extensions");

    [Theory]
    [InlineData(0x00, 0x00)]
    [InlineData(0x17, 0x01)]
    [InlineData(0x19, 0x20)]
    [InlineData(0x19, 0x9F)]
    [InlineData(0x19, 0xB0)]
    [InlineData(0x1A, 0x12)]
    [InlineData(0x1A, 0x50)]
    [InlineData(0x1B, 0x00)]
    [Trait("neg", "E57")]
    public void A_cpu_nobody_here_knows_is_unsupported(byte family, byte model) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CpuFamily, family).Set(ReportField.CpuModel, model)).RefusedOnly(Unsupported, "product");

    [Theory]
    [InlineData(0xA0)]
    [InlineData(0xAF)]
    [Trait("neg", "E57")]
    public void Zen4c_belongs_to_Genoa(byte model) => Forge.Genoa.JudgeReport(report => report.Set(ReportField.CpuModel, model)).IsAccepted();

    [Fact]
    [Trait("neg", "E60")]
    public void Any_byte_string_gets_one_typed_answer()
    {
        var random = new Random(60);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = new byte[round % 3 == 0 ? SnpReport.Size : random.Next(4096)];
            random.NextBytes(bytes);
            if (round % 6 == 0) BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)(2 + round % 4));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var verdict = Forge.Genoa.Judge(new Evidence(bytes, EndorsementChain.Empty));
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
            Assert.Contains(verdict.FirstFailure!.Code, new[] { Malformed, Unsupported });
        }
    }

    private static void EachMustBeZero(int from, int to)
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        for (var at = from; at < to; at++)
            Forge.Genoa.Judge(whole with { Report = SimulatedReport.From(whole.Report.Span).Flip(at, at % 8).ToBytes() }).RefusedOnly(Malformed, "reserved");
    }

    private static void ReservedByte(SimulatedPlatform platform, uint version, int at)
    {
        // Refused before any signature is looked at: no key is needed.
        var report = SimulatedReport.Create(platform.Product, version).SetAt(at, 1).ToBytes();
        platform.Judge(new Evidence(report, EndorsementChain.Empty)).RefusedOnly(Malformed, "reserved");
    }

    private static byte[] Scalar(BigInteger value) => value.ToByteArray(isUnsigned: true);

    private static Evidence Marker() => new(SimulatedReport.Create(SimulatedProduct.Genoa, 5).Set(ReportField.Version, SnpReport.SimulationMarker).SetAt(ReportField.ChipId.Offset, 1).ToBytes(), EndorsementChain.Empty);
}
