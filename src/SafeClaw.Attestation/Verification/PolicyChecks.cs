using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>Fields of an authentic report against a policy: one finding per field, all of them, whatever the others say.</summary>
internal static class PolicyChecks
{
    public static IEnumerable<Finding> Run(AttestationPolicy policy, SnpReport report, SnpProduct product, LeafExtensions? leaf, bool isVlek)
    {
        yield return Field("measurement", policy.Measurement, Of(report.Measurement), "The guest's software is not one the policy lists.");
        yield return Field("debug", policy.Debug, report.Policy.Debug, "The host may read and write a debug guest's memory.");
        yield return Migration(policy, report);
        yield return Field("smt", policy.Smt, report.Policy.Smt, "SMT siblings share core resources with the guest.");
        yield return Field("platform-smt", policy.PlatformSmt, report.PlatformInfo.SmtEnabled, "SMT is switched differently on the platform.");
        yield return Field("single-socket", policy.SingleSocket, report.Policy.SingleSocket, "The guest's policy about sockets differs.");
        yield return Field("cxl", policy.Cxl, report.Policy.CxlAllow, "The guest's policy about CXL memory differs.");
        yield return UnknownBits(policy, report);
        yield return Field("abi", policy.Abi, report.Policy.AbiMajor << 8 | report.Policy.AbiMinor, "The guest's policy asks for another ABI.", v => $"{v >> 8}.{v & 255}");
        yield return Field("vmpl", policy.Vmpl, report.Vmpl, "The report was asked for at another privilege level.");
        yield return Field("guest-svn", policy.GuestSvn, report.GuestSvn, "The guest's security version is too low.");
        yield return Field("family-id", policy.FamilyId, Of(report.FamilyId), "The guest belongs to another image family.");
        yield return Field("image-id", policy.ImageId, Of(report.ImageId), "The guest runs another image.");
        yield return Field("host-data-policy", policy.HostData, Of(report.HostData), "HOST_DATA is not as the policy asks.");
        yield return Field("id-key", policy.IdKeyDigest, Of(report.IdKeyDigest), "The ID block was signed by another key.");
        yield return AuthorKey(policy, report);
        yield return Field("product-policy", policy.Product, product, "The policy does not list this product.");
        yield return ChipId(policy, report, isVlek);
        yield return Vlek(policy, leaf, isVlek);
        foreach (var finding in Tcb(policy, report, product)) yield return finding;
        yield return Field("platform-tsme", policy.PlatformTsme, report.PlatformInfo.TsmeEnabled, "Transparent memory encryption is switched differently.");
        yield return Field("platform-ecc", policy.PlatformEcc, report.PlatformInfo.EccEnabled, "Memory error correction is switched differently.");
        yield return Field("platform-rapl", policy.PlatformRaplDisabled, report.PlatformInfo.RaplDisabled, "RAPL lets software measure power.");
        yield return Field("platform-ciphertext-hiding", policy.PlatformCiphertextHiding, report.PlatformInfo.CiphertextHiding, "The host can see the guest's ciphertext.");
        yield return Field("platform-alias-check", policy.PlatformAliasCheck, report.PlatformInfo.AliasCheckComplete, "Firmware has not checked memory for aliases (BadRAM, AMD-SB-3015).");
        yield return UnknownPlatformBits(policy, report);
        yield return Mitigations(policy, report);
    }

    private static Finding Field<T>(string check, Expect<T> expected, T actual, string hint, Func<T, string>? show = null) where T : notnull
    {
        show ??= value => value is bool flag ? flag ? "true" : "false" : value.ToString()!;
        Comparison<T> compare = typeof(T) == typeof(Digest) ? (a, b) => Digest.Compare((Digest)(object)a, (Digest)(object)b) : Comparer<T>.Default.Compare;
        return expected.Holds(actual, compare)
            ? Finding.Passed(check, show(actual))
            : Finding.Failed(check, AttestationCodes.PolicyViolation, hint, expected.Describe(show), show(actual));
    }

    private static Finding Migration(AttestationPolicy policy, SnpReport report)
    {
        var agent = report.ReportIdMa.Span.IndexOfAnyExcept((byte)0xFF) >= 0;
        return Field("migration", policy.Migration, report.Policy.MigrateMa || agent, "A migration agent may move the guest's memory.");
    }

    private static Finding UnknownBits(AttestationPolicy policy, SnpReport report)
    {
        var unknown = report.Policy.Bits & GuestPolicy.Unknown & ~policy.AllowedUnknownPolicyBits;
        return unknown == 0 ? Finding.Passed("policy-bits", report.Policy.ToString())
            : Finding.Failed("policy-bits", AttestationCodes.PolicyViolation, "The guest's policy has bits this verifier does not know.", "none", $"0x{unknown:x}");
    }

    private static Finding AuthorKey(AttestationPolicy policy, SnpReport report) => policy.AuthorKeyDigest.IsAny || report.AuthorKeyEnabled
        ? Field("author-key", policy.AuthorKeyDigest, Of(report.AuthorKeyDigest), "The ID block's key was signed by another author.")
        : Finding.Failed("author-key", AttestationCodes.PolicyViolation, "The ID block has no author key.", "AUTHOR_KEY_EN", "not set");

    private static Finding ChipId(AttestationPolicy policy, SnpReport report, bool isVlek)
    {
        var masked = report.ChipId.Span.IndexOfAnyExcept((byte)0) < 0;
        if (masked && !isVlek) return Finding.Failed("chip-id", AttestationCodes.PolicyViolation, "The platform masks its chip id (MASK_CHIP_ID), so its VCEK cannot be matched.");
        return Field("chip-id", policy.ChipId, Of(report.ChipId), "The policy does not list this chip.");
    }

    private static Finding Vlek(AttestationPolicy policy, LeafExtensions? leaf, bool isVlek) => (isVlek, policy.VlekProviders) switch
    {
        (false, _) => Finding.Passed("vlek", "VCEK"),
        (true, null) => Finding.Failed("vlek", AttestationCodes.PolicyViolation, "The policy has not opted in to keys loaded by a cloud provider; such evidence names no chip.", "VCEK", "VLEK"),
        (true, { IsEmpty: true }) => Finding.Passed("vlek", leaf?.CspId),
        (true, { } providers) when providers.Contains(leaf?.CspId ?? "", StringComparer.Ordinal) => Finding.Passed("vlek", leaf!.CspId),
        _ => Finding.Failed("vlek", AttestationCodes.PolicyViolation, "The policy does not list this cloud provider.", string.Join(", ", policy.VlekProviders!.Value), leaf?.CspId),
    };

    private static IEnumerable<Finding> Tcb(AttestationPolicy policy, SnpReport report, SnpProduct product)
    {
        var (current, committed) = (report.CurrentTcb(product), report.CommittedTcb(product));
        var provisional = committed != current || report.CommittedFirmware != report.CurrentFirmware;
        yield return Field("provisional-firmware", policy.ProvisionalFirmware, provisional, $"Committed firmware ({committed}) is not current ({current}): it can be rolled back.");
        var floor = policy.MinimumTcb.TryGetValue(TcbFloorKey.Of(report, product), out var known) ? known : (TcbVersion?)null;
        foreach (var (check, tcb) in new[] { ("tcb-reported", report.ReportedTcb(product)), ("tcb-committed", committed), ("tcb-launch", report.LaunchTcb(product)) })
        {
            var low = floor is { } minimum ? tcb.FirstBelow(minimum) : null;
            yield return low is null ? Finding.Passed(check, tcb.ToString())
                : Finding.Failed(check, AttestationCodes.PolicyViolation, $"The {low} level is below the policy's floor.", floor.ToString(), tcb.ToString());
        }
    }

    private static Finding UnknownPlatformBits(AttestationPolicy policy, SnpReport report)
    {
        const ulong known = 0b1011_1111;
        var unknown = report.PlatformInfo.Bits & ~known;
        return Field("platform-bits", policy.UnknownPlatformBits, unknown, "PLATFORM_INFO has bits this verifier does not know.", bits => $"0x{bits:x}");
    }

    private static Finding Mitigations(AttestationPolicy policy, SnpReport report)
    {
        if (policy.RequiredMitigations == 0) return Finding.Passed("mitigations", report.CurrentMitigations is { } vector ? $"0x{vector:x}" : "none reported");
        if (report is not { LaunchMitigations: { } launch, CurrentMitigations: { } current })
            return Finding.Failed("mitigations", AttestationCodes.PolicyViolation, "Reports before version 5 tell no mitigations.", $"0x{policy.RequiredMitigations:x}", $"version {report.Version}");
        var missing = policy.RequiredMitigations & ~(launch & current);
        return missing == 0 ? Finding.Passed("mitigations", $"0x{current:x}")
            : Finding.Failed("mitigations", AttestationCodes.PolicyViolation, "Mitigations the policy asks for were off.", $"0x{policy.RequiredMitigations:x}", $"0x{launch & current:x}");
    }

    private static Digest Of(ReadOnlyMemory<byte> bytes) => Digest.From(bytes.Span);
}
