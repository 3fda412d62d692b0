using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Authentic reports that a policy refuses: each signed anew, so that the policy alone stands in the way.</summary>
public sealed class PolicySpecs
{
    private const string Violation = AttestationCodes.PolicyViolation;

    private static AttestationPolicy Any => Forge.AnySimulated;

    [Fact]
    [Trait("neg", "E22")]
    public void A_debug_guest_is_refused() => Policy(0xB0000, Any with { Debug = Expect.Exactly(false) }, "debug");

    [VectorTheory]
    [InlineData("milan/google-v2-debug")]
    [InlineData("milan/profian-v2-debug-oldfw")]
    [Trait("neg", "E22")]
    public void A_genuinely_signed_debug_guest_is_refused(string name) =>
        Genuine(name, AttestationPolicy.Any with { Debug = Expect.Exactly(false) }).RefusedOnly(Violation, "debug");

    [Fact]
    [Trait("neg", "E23")]
    public void A_guest_that_may_migrate_is_refused()
    {
        var policy = Any with { Migration = Expect.Exactly(false) };
        Policy(0x70000, policy, "migration");
        for (var at = 0; at < 32; at++)
        {
            var offset = ReportField.ReportIdMa.Offset + at;
            Forge.Genoa.JudgeReport(report => report.SetAt(offset, 0xFE), policy).RefusedOnly(Violation, "migration");
        }
    }

    [Fact]
    [Trait("neg", "E24")]
    public void Smt_is_refused_where_forbidden()
    {
        Policy(0x30000, Any with { Smt = Expect.Exactly(false) }, "smt");
        Policy(0x20000, Any with { PlatformSmt = Expect.Exactly(false) }, "platform-smt");
    }

    [VectorFact]
    [Trait("neg", "E24")]
    public void A_genuine_platform_with_smt_is_refused_where_forbidden() =>
        Genuine("milan/virtee-v2-bare", AttestationPolicy.Any with { PlatformSmt = Expect.Exactly(false) }).RefusedOnly(Violation, "platform-smt");

    [Fact]
    [Trait("neg", "E25")]
    public void Sockets_and_cxl_are_as_the_policy_asks()
    {
        Policy(0x30000, Any with { SingleSocket = Expect.Exactly(true) }, "single-socket");
        Policy(0x230000, Any with { Cxl = Expect.Exactly(false) }, "cxl");
    }

    [Fact]
    [Trait("neg", "E26")]
    public void A_policy_bit_nobody_knows_is_refused_unless_listed()
    {
        var strict = Any with { AllowedUnknownPolicyBits = 0 };
        for (var bit = 26; bit < 64; bit++)
        {
            var unknown = 1UL << bit;
            Policy(0x30000 | unknown, strict, "policy-bits");
            Forge.Genoa.JudgeReport(report => report.Set(ReportField.Policy, 0x30000 | unknown), strict with { AllowedUnknownPolicyBits = unknown }).IsAccepted();
        }
    }

    [Theory]
    [InlineData(0x30100)]
    [InlineData(0x3001F)]
    [Trait("neg", "E27")]
    public void An_abi_below_the_floor_is_refused(ulong policy) => Policy(policy, Any with { Abi = Expect.AtLeast((1 << 8) | 1) }, "abi");

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [Trait("neg", "E28")]
    public void Another_privilege_level_is_refused(uint vmpl) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.Vmpl, vmpl), Any with { Vmpl = Expect.Exactly(0u) }).RefusedOnly(Violation, "vmpl");

    [VectorFact]
    [Trait("neg", "E28")]
    public void A_genuine_report_of_vmpl_1_is_refused() =>
        Genuine("milan/coco-aws-vlek-v2", AttestationPolicy.Any with { Vmpl = Expect.Exactly(0u) }).RefusedOnly(Violation, "vmpl");

    [Fact]
    [Trait("neg", "E30")]
    public void A_guest_svn_below_the_floor_is_refused()
    {
        var policy = Any with { GuestSvn = Expect.AtLeast(7u) };
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.GuestSvn, 6), policy).RefusedOnly(Violation, "guest-svn");
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.GuestSvn, 7), policy).IsAccepted();
    }

    [Fact]
    [Trait("neg", "E31")]
    public void Another_family_or_image_is_refused()
    {
        var zero = Expect.Exactly(Digest.From(new byte[16]));
        Forge.Genoa.JudgeReport(report => report.SetAt(ReportField.FamilyId.Offset, 1), Any with { FamilyId = zero }).RefusedOnly(Violation, "family-id");
        Forge.Genoa.JudgeReport(report => report.SetAt(ReportField.ImageId.Offset + 15, 1), Any with { ImageId = zero }).RefusedOnly(Violation, "image-id");
    }

    [Fact]
    [Trait("neg", "E32")]
    public void A_measurement_that_differs_in_one_byte_is_refused_and_shown_by_a_prefix_only()
    {
        var policy = Any with { Measurement = Expect.Exactly(Digest.From(EvidenceDraft.DefaultMeasurement.Span)) };
        for (var at = 0; at < 48; at++)
        {
            var other = EvidenceDraft.DefaultMeasurement.ToArray();
            other[at] ^= 1;
            var verdict = Forge.Genoa.Judge(Forge.Draft with { Measurement = other }, policy);
            verdict.RefusedOnly(Violation, "measurement");
            Assert.True(verdict.FirstFailure!.Actual!.Length < 32);
        }
    }

    [Theory]
    [InlineData("""{"profile":"production"}""")]
    [InlineData("""{"profile":"development"}""")]
    [InlineData("""{"profile":"production","measurement":[]}""")]
    [InlineData("""{"profile":"production","measurement":"any"}""")]
    [InlineData("""{"profile":"production","measurement":"abc"}""")]
    [InlineData("""{"profile":"production","measurement":["zz"]}""")]
    [InlineData("""{"profile":"production","measurement":""}""")]
    [InlineData("""{"profile":"any","measurement":null}""")]
    [Trait("neg", "E33")]
    public void A_policy_without_usable_measurements_is_no_policy(string json) =>
        Assert.Throws<FormatException>(() => AttestationPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData(94)]
    [InlineData(95)]
    [InlineData(97)]
    [Trait("neg", "E33")]
    public void A_measurement_of_another_length_is_no_policy(int digits)
    {
        var json = $$"""{"profile":"production","measurement":"{{new string('a', digits)}}"}""";
        Assert.Throws<FormatException>(() => AttestationPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    [Trait("neg", "E40")]
    public void Another_id_block_key_or_author_is_refused()
    {
        var ones = Expect.Exactly(Digest.From(Enumerable.Repeat((byte)1, 48).ToArray()));
        Forge.Genoa.JudgeReport(_ => { }, Any with { IdKeyDigest = ones }).RefusedOnly(Violation, "id-key");
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.KeyInfo, 1), Any with { AuthorKeyDigest = ones }).RefusedOnly(Violation, "author-key");
        // The right digest counts for nothing while AUTHOR_KEY_EN is clear.
        var right = Enumerable.Repeat((byte)1, 48).ToArray();
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.AuthorKeyDigest, right), Any with { AuthorKeyDigest = ones }).RefusedOnly(Violation, "author-key");
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.KeyInfo, 1).Set(ReportField.AuthorKeyDigest, right), Any with { AuthorKeyDigest = ones }).IsAccepted();
    }

    [Fact]
    [Trait("neg", "E41")]
    public void A_chip_that_is_not_listed_is_refused()
    {
        var other = Any with { ChipId = Expect.Exactly(Digest.From(Enumerable.Repeat((byte)1, 64).ToArray())) };
        Forge.Genoa.Judge(Forge.Draft, other).RefusedOnly(Violation, "chip-id");
        Forge.Genoa.Judge(Forge.Draft, Any with { ChipId = Expect.Exactly(Digest.From(Forge.Genoa.Chip.ChipId)) }).IsAccepted();
    }

    [Fact]
    [Trait("neg", "E42")]
    public void A_masked_chip_id_under_a_vcek_is_refused() =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.ChipId, 0)).RefusedOnly(Violation, "chip-id");

    [Theory]
    [InlineData("bootloader")]
    [InlineData("snp")]
    [InlineData("microcode")]
    [Trait("neg", "E46")]
    public void One_component_below_the_floor_is_refused_and_named(string component)
    {
        var at = SimulatedProduct.Genoa.CurrentTcb;
        var floor = new TcbVersion(0, at.BootLoader, at.Tee, at.Snp, at.Microcode);
        floor = component switch
        {
            "bootloader" => floor with { BootLoader = (byte)(floor.BootLoader + 1) },
            "snp" => floor with { Snp = (byte)(floor.Snp + 1) },
            _ => floor with { Microcode = (byte)(floor.Microcode + 1) },
        };
        var verdict = Forge.Genoa.Judge(Forge.Draft, WithFloor(floor));
        verdict.Refused(Violation, "tcb-reported");
        Assert.Contains(component, verdict.Findings.Single(finding => finding.Check == "tcb-reported").Hint, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "E47")]
    public void A_high_level_never_hides_a_low_one()
    {
        var random = new Random(47);
        for (var round = 0; round < 10_000; round++)
        {
            var (tcb, floor) = (Random(), Random());
            var each = tcb.Fmc >= floor.Fmc && tcb.BootLoader >= floor.BootLoader && tcb.Tee >= floor.Tee && tcb.Snp >= floor.Snp && tcb.Microcode >= floor.Microcode;
            Assert.Equal(each, tcb.IsAtLeast(floor));
        }

        var high = SimulatedProduct.Genoa.CurrentTcb with { Snp = 1, Microcode = 0xFF };
        Forge.Genoa.Judge(Forge.Draft with { Tcb = high }, WithFloor(new TcbVersion(0, 0, 0, 2, 0))).Refused(Violation, "tcb-reported");

        TcbVersion Random() => new((byte)random.Next(4), (byte)random.Next(4), (byte)random.Next(4), (byte)random.Next(4), (byte)random.Next(4));
    }

    [Fact]
    [Trait("neg", "E50")]
    public void Provisional_firmware_is_refused_unless_permitted()
    {
        var policy = Any with { ProvisionalFirmware = Expect.Exactly(false) };
        foreach (var field in new[] { ReportField.CurrentBuild, ReportField.CurrentMinor, ReportField.CurrentMajor })
            Forge.Genoa.JudgeReport(report => report.Set(field, 200), policy).RefusedOnly(Violation, "provisional-firmware");
        var ahead = (SimulatedProduct.Genoa.CurrentTcb with { Microcode = 0x59 }).ToBytes(SimulatedProduct.Genoa);
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CurrentTcb, ahead), policy).RefusedOnly(Violation, "provisional-firmware");
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CurrentTcb, ahead)).IsAccepted();
    }

    [Fact]
    [Trait("neg", "E51")]
    public void A_guest_launched_on_old_firmware_is_refused()
    {
        var at = SimulatedProduct.Genoa.CurrentTcb;
        var old = (at with { Snp = (byte)(at.Snp - 1) }).ToBytes(SimulatedProduct.Genoa);
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.LaunchTcb, old), WithFloor(new TcbVersion(0, 0, 0, at.Snp, 0))).RefusedOnly(Violation, "tcb-launch");
    }

    [Fact]
    [Trait("neg", "E52")]
    public void Missing_mitigations_are_refused_also_where_none_can_be_told()
    {
        var policy = Any with { RequiredMitigations = 0b1011 };
        Forge.Genoa.Judge(Forge.Draft, policy).IsAccepted();
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.LaunchMitigations, 0b0011), policy).RefusedOnly(Violation, "mitigations");
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CurrentMitigations, 0b1010), policy).RefusedOnly(Violation, "mitigations");
        foreach (var version in new uint[] { 2, 3, 4 }) Forge.Genoa.Judge(Forge.Draft with { Version = version }, policy).RefusedOnly(Violation, "mitigations");
    }

    [Fact]
    [Trait("neg", "E53")]
    public void A_platform_that_did_not_look_for_aliases_is_refused() => Platform(0x05, Any with { PlatformAliasCheck = Expect.Exactly(true) }, "platform-alias-check");

    [Fact]
    [Trait("neg", "E54")]
    public void A_platform_set_up_otherwise_is_refused()
    {
        Platform(0x21, Any with { PlatformEcc = Expect.Exactly(true) }, "platform-ecc");
        Platform(0x25, Any with { PlatformRaplDisabled = Expect.Exactly(true) }, "platform-rapl");
        Platform(0x25, Any with { PlatformCiphertextHiding = Expect.Exactly(true) }, "platform-ciphertext-hiding");
        Platform(0x25, Any with { PlatformTsme = Expect.Exactly(true) }, "platform-tsme");
        Platform(0x27, Any with { PlatformTsme = Expect.Exactly(false) }, "platform-tsme");
    }

    [Fact]
    [Trait("neg", "E55")]
    public void Platform_bits_nobody_knows_are_refused_in_production_and_Turins_pass()
    {
        var policy = Any with { UnknownPlatformBits = AttestationPolicy.Production(Digest.From(new byte[48])).UnknownPlatformBits };
        Forge.Turin.JudgeReport(report => report.Set(ReportField.PlatformInfo, 0x65), policy).IsAccepted();
        for (var bit = 8; bit < 64; bit++)
        {
            var bits = 0x25 | (1UL << bit);
            Platform(bits, policy, "platform-bits");
        }
    }

    [VectorFact]
    [Trait("neg", "E55")]
    public void A_genuine_Turin_passes_the_production_mask() =>
        Genuine("turin/msft-tav-turin-v5", AttestationPolicy.Any with { UnknownPlatformBits = AttestationPolicy.Production(Digest.From(new byte[48])).UnknownPlatformBits }).IsAccepted();

    [Fact]
    [Trait("neg", "E58")]
    public void A_product_that_is_not_listed_is_refused() =>
        Forge.Genoa.Judge(Forge.Draft, Any with { Product = Expect.Exactly(SnpProduct.Turin) }).RefusedOnly(Violation, "product-policy");

    private static AttestationPolicy WithFloor(TcbVersion floor) => Any with
    {
        MinimumTcb = System.Collections.Immutable.ImmutableDictionary<TcbFloorKey, TcbVersion>.Empty.Add(new TcbFloorKey(SnpProduct.Genoa, false), floor),
    };

    private static void Policy(ulong bits, AttestationPolicy policy, string check) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.Policy, bits), policy).RefusedOnly(Violation, check);

    private static void Platform(ulong bits, AttestationPolicy policy, string check) =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.PlatformInfo, bits), policy).RefusedOnly(Violation, check);

    private static Verdict Genuine(string name, AttestationPolicy policy) =>
        new SnpVerifier(TrustAnchors.Amd).Verify(GenuineReports.Evidence(name), policy, new VerificationContext { At = GenuineReports.At(name) });
}
