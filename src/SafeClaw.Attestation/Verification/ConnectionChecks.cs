using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>What one connection demands of a report: that it is for this key, answers this challenge, and is of this machine.</summary>
internal static class ConnectionChecks
{
    public static IEnumerable<Finding> Run(AttestationPolicy policy, SnpReport report, VerificationContext context)
    {
        yield return KeyBinding(report, context);
        yield return SecondHalf(policy, report, context);
        yield return WholeReportData(report, context);
        yield return HostData(report, context);
        yield return SameInstance(report, context);
    }

    private static Finding KeyBinding(SnpReport report, VerificationContext context) => context.SpkiSha256 is not { } spki
        ? NotChecked("key-binding")
        : Same(report.ReportData[..32], spki) ? Finding.Passed("key-binding", "SHA-256 of this connection's key")
        : Finding.Failed("key-binding", AttestationCodes.BindingMismatch, "The report was made for another key than this connection's: somebody is in the middle, or it was replayed.",
            Short(spki), Short(report.ReportData[..32]));

    /// <summary>The answer to the challenge after the handshake, the runtime binding at it; evidence outside of a connection has neither.</summary>
    private static Finding SecondHalf(AttestationPolicy policy, SnpReport report, VerificationContext context)
    {
        var half = report.ReportData[32..];
        if (context.FreshNonce is { } nonce)
        {
            var binding = context.SameInstanceAs?.Report.ReportData[32..] ?? new byte[32];
            return Same(half, Freshness.Binding(nonce.Span, binding.Span)) ? Finding.Passed("freshness", "made for this challenge")
                : Finding.Failed("freshness", AttestationCodes.FreshnessFailed, "The report does not answer this connection's challenge.");
        }

        if (context.SpkiSha256 is null) return NotChecked("freshness");
        return policy.RuntimeBinding.Holds(half.Span) ? Finding.Passed("freshness", "handshake only", "No challenge was sent for this verdict.")
            : Finding.Failed("freshness", AttestationCodes.FreshnessFailed, "The second half of REPORT_DATA is not the runtime binding the policy asks for.",
                policy.RuntimeBinding.ToString(), Short(half));
    }

    private static Finding WholeReportData(SnpReport report, VerificationContext context) => context.ReportData is not { } expected
        ? NotChecked("report-data")
        : Same(report.ReportData, expected) ? Finding.Passed("report-data")
        : Finding.Failed("report-data", AttestationCodes.BindingMismatch, "REPORT_DATA is not the value that was asked for.", Short(expected), Short(report.ReportData));

    private static Finding HostData(SnpReport report, VerificationContext context) => context.HostData is not { } expected
        ? NotChecked("host-data")
        : Same(report.HostData, expected) ? Finding.Passed("host-data", "this launch")
        : Finding.Failed("host-data", AttestationCodes.InstanceMismatch, "HOST_DATA is not what this machine's launch was given: another machine answered.",
            Short(expected), Short(report.HostData));

    private static Finding SameInstance(SnpReport report, VerificationContext context)
    {
        if (context.SameInstanceAs?.Report is not { } first) return NotChecked("instance");
        var differs = !Same(report.ReportId, first.ReportId) ? "REPORT_ID" : !Same(report.Measurement, first.Measurement) ? "MEASUREMENT"
            : !Same(report.HostData, first.HostData) ? "HOST_DATA" : !Same(report.ChipId, first.ChipId) ? "CHIP_ID" : null;
        return differs is null ? Finding.Passed("instance", Short(report.ReportId))
            : Finding.Failed("instance", AttestationCodes.InstanceMismatch, $"{differs} changed since the handshake: another machine answered.");
    }

    private static Finding NotChecked(string check) => Finding.Passed(check, "not checked");

    private static bool Same(ReadOnlyMemory<byte> left, ReadOnlyMemory<byte> right) => CryptographicOperations.FixedTimeEquals(left.Span, right.Span);

    private static string Short(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span[..8]) + "…";
}
