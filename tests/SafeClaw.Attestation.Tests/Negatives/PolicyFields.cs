using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Genuinely signed reports of guests that the policy does not want. Each is accepted where the policy does not ask.</summary>
public sealed class PolicyFields
{
    private const ulong Policy = 0x30000; // SMT allowed, and the bit that is always one

    [Theory]
    [InlineData(19, "debug")]
    [InlineData(18, "migration")]
    [InlineData(16, "smt")]
    [InlineData(21, "cxl")]
    [Trait("neg", "E22")]
    [Trait("neg", "E23")]
    [Trait("neg", "E24")]
    [Trait("neg", "E25")]
    public void A_permission_the_policy_forbids_is_a_violation(int bit, string field)
    {
        var forbids = field switch
        {
            "debug" => Forge.Lenient with { Debug = Expect.Exactly(false) },
            "migration" => Forge.Lenient with { Migration = Expect.Exactly(false) },
            "smt" => Forge.Lenient with { Smt = Expect.Exactly(false) },
            _ => Forge.Lenient with { Cxl = Expect.Exactly(false) },
        };
        Only(Forge.Signed(report => report.Set(ReportField.Policy, (Policy & ~(1UL << 16)) | (1UL << bit))), forbids);
        Forge.Accepted(Forge.Judge(Forge.Signed(report => report.Set(ReportField.Policy, Policy & ~(1UL << 16))), forbids));
    }

    [Fact]
    [Trait("neg", "E23")]
    public void A_migration_agent_is_seen_in_its_report_id_as_well() =>
        Only(Forge.Signed(report => report.Set(ReportField.ReportIdMa, new byte[32])), Forge.Lenient with { Migration = Expect.Exactly(false) });

    [Fact]
    [Trait("neg", "E25")]
    public void A_single_socket_may_be_required() => Only(Forge.Signed(_ => { }), Forge.Lenient with { SingleSocket = Expect.Exactly(true) });

    [Theory]
    [InlineData(26)]
    [InlineData(40)]
    [InlineData(63)]
    [Trait("neg", "E26")]
    public void A_policy_bit_nobody_knows_is_a_violation_unless_masked(int bit)
    {
        var evidence = Forge.Signed(report => report.Set(ReportField.Policy, Policy | (1UL << bit)));
        Only(evidence, Forge.Lenient with { AllowedUnknownPolicyBits = 0 });
        Forge.Accepted(Forge.Judge(evidence, Forge.Lenient with { AllowedUnknownPolicyBits = 1UL << bit }));
    }

    [Fact]
    [Trait("neg", "E27")]
    public void The_guests_abi_has_a_floor() => Only(Forge.Signed(report => report.Set(ReportField.Policy, Policy | 0x0100)), Forge.Lenient with { Abi = Expect.AtLeast((1 << 8) + 55) });

    [Theory]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(3u)]
    [Trait("neg", "E28")]
    public void A_less_privileged_level_is_a_violation(uint vmpl) => Only(Forge.Signed(report => report.Set(ReportField.Vmpl, vmpl)), Forge.Lenient with { Vmpl = Expect.Exactly(0u) });

    [Fact]
    [Trait("neg", "E30")]
    public void The_guests_security_version_has_a_floor() => Only(Forge.Signed(report => report.Set(ReportField.GuestSvn, 4u)), Forge.Lenient with { GuestSvn = Expect.AtLeast(5u) });

    [Fact]
    [Trait("neg", "E31")]
    public void Family_and_image_are_compared()
    {
        var wanted = Digest.From(Enumerable.Repeat((byte)7, 16).ToArray());
        Only(Forge.Signed(_ => { }), Forge.Lenient with { FamilyId = Expect.Exactly(wanted) });
        Only(Forge.Signed(_ => { }), Forge.Lenient with { ImageId = Expect.Exactly(wanted) });
    }

    [Fact]
    [Trait("neg", "E32")]
    public void Every_byte_of_the_measurement_counts()
    {
        var policy = AttestationPolicy.Development(Digest.From(EvidenceDraft.DefaultMeasurement.Span)) with { AllowSimulated = true };
        Forge.Accepted(Forge.Judge(Forge.Signed(_ => { }), policy));
        for (var i = 0; i < 48; i++) Only(Forge.Signed(report => report.Flip(0x090 + i, i % 8)), policy);
    }

    [Fact]
    [Trait("neg", "E33")]
    public void A_policy_without_a_measurement_or_with_half_a_one_cannot_be_made()
    {
        Assert.ThrowsAny<ArgumentException>(() => AttestationPolicy.Production());
        Assert.ThrowsAny<ArgumentException>(() => AttestationPolicy.Development());
        foreach (var measurements in new[] { "[]", "[\"ab\"]", "[\"" + new string('a', 95) + "\"]", "[\"" + new string('z', 96) + "\"]" })
            Assert.Throws<FormatException>(() => AttestationPolicy.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"profile":"production","measurement":{{measurements}}}""")));
    }

    [Fact]
    [Trait("neg", "E40")]
    public void The_identity_block_is_compared()
    {
        var wanted = Digest.From(Enumerable.Repeat((byte)9, 48).ToArray());
        Only(Forge.Signed(_ => { }), Forge.Lenient with { IdKeyDigest = Expect.Exactly(wanted) });
        Only(Forge.Signed(report => report.Set(ReportField.AuthorKeyDigest, Enumerable.Repeat((byte)9, 48).ToArray())), Forge.Lenient with { AuthorKeyDigest = Expect.Exactly(wanted) });
    }

    [Fact]
    [Trait("neg", "E41")]
    public void A_chip_that_is_not_on_the_list_is_a_violation() => Only(Forge.Signed(_ => { }), Forge.Lenient with { ChipId = Expect.Exactly(Digest.From(new byte[64])) });

    [Fact]
    [Trait("neg", "E52")]
    public void Mitigations_are_required_bit_by_bit_and_absence_is_no_excuse()
    {
        var policy = Forge.Lenient with { RequiredMitigations = 0b11 };
        Forge.Accepted(Forge.Judge(Forge.Signed(report => report.Set(ReportField.LaunchMitigations, 3UL).Set(ReportField.CurrentMitigations, 3UL)), policy));
        Only(Forge.Signed(report => report.Set(ReportField.LaunchMitigations, 1UL).Set(ReportField.CurrentMitigations, 3UL)), policy);
        Only(Forge.Signed(report => report.Set(ReportField.LaunchMitigations, 3UL).Set(ReportField.CurrentMitigations, 2UL)), policy);
        Only(Forge.Signed(_ => { }, version: 3), policy);
    }

    [Theory]
    [InlineData(5, "alias", false)]
    [InlineData(1, "tsme", false)]
    [InlineData(2, "ecc", false)]
    [InlineData(3, "rapl", false)]
    [InlineData(4, "hiding", false)]
    [InlineData(0, "smt", true)]
    [Trait("neg", "E53")]
    [Trait("neg", "E54")]
    [Trait("neg", "E24")]
    public void What_the_platform_must_have_it_must_have(int bit, string field, bool forbidden)
    {
        var wants = Expect.Exactly(!forbidden);
        var policy = field switch
        {
            "alias" => Forge.Lenient with { PlatformAliasCheck = wants },
            "tsme" => Forge.Lenient with { PlatformTsme = wants },
            "ecc" => Forge.Lenient with { PlatformEcc = wants },
            "rapl" => Forge.Lenient with { PlatformRaplDisabled = wants },
            "hiding" => Forge.Lenient with { PlatformCiphertextHiding = wants },
            _ => Forge.Lenient with { PlatformSmt = wants },
        };
        var set = Forge.Signed(report => report.Set(ReportField.PlatformInfo, 1UL << bit));
        var clear = Forge.Signed(report => report.Set(ReportField.PlatformInfo, 0UL));
        Only(forbidden ? set : clear, policy);
        Forge.Accepted(Forge.Judge(forbidden ? clear : set, policy));
    }

    [Fact]
    [Trait("neg", "E55")]
    public void A_platform_bit_nobody_knows_is_a_violation_but_the_one_genuine_Turin_sets()
    {
        var policy = Forge.Lenient with { UnknownPlatformBits = AttestationPolicy.Production(Digest.From(new byte[48])).UnknownPlatformBits };
        Forge.Accepted(Forge.Judge(Forge.Signed(report => report.Set(ReportField.PlatformInfo, 0x65UL), "Turin"), policy, product: "Turin"));
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.PlatformInfo, 0x8000UL), "Turin"), policy, product: "Turin"), AttestationCodes.PolicyViolation);
    }

    [Fact]
    [Trait("neg", "E58")]
    public void A_product_that_is_not_wanted_is_a_violation() => Only(Forge.Signed(_ => { }), Forge.Lenient with { Product = Expect.Exactly(SnpProduct.Turin) });

    /// <summary>Refused for that alone: without the policy's demand it is accepted.</summary>
    private static void Only(Evidence evidence, AttestationPolicy policy)
    {
        Forge.Accepted(Forge.Judge(evidence));
        Forge.Refused(Forge.Judge(evidence, policy), AttestationCodes.PolicyViolation);
    }
}
