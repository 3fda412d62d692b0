using System.CommandLine;
using System.Globalization;
using SafeClaw.Attestation;

namespace SafeClaw.Host;

/// <summary><c>safeclaw evidence show</c>: a report's fields, judged by nobody.</summary>
internal static class EvidenceCommand
{
    public static Command Create()
    {
        var report = new Argument<FileInfo>("REPORT") { Description = "An SNP report, 1184 bytes, or wrapped by the firmware or Azure." };
        var show = new Command("show", "Show the fields of a report. Nothing is verified: anybody can write such a file.") { report };
        show.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var bytes = await EvidenceFiles.ReadAsync(parsed.GetValue(report)!, ReportWrapper.MaxBytes, cancellationToken);
            if (!ReportWrapper.TryUnwrap(bytes, out var inner, out _, out var failure) || !SnpReport.TryParse(inner.Span, out var parsedReport, out failure))
                return run.Fail(failure?.Code ?? AttestationCodes.EvidenceMalformed, $"{failure?.Check}: {failure?.Hint ?? failure?.Actual}", ExitCodes.Failed);
            var fields = Fields(parsedReport);
            if (run.Json) CommandRun.Write(fields, HostJson.Default.DictionaryStringString);
            else foreach (var (name, value) in fields) Console.Out.WriteLine($"{name,-20}{value}");
            return ExitCodes.Ok;
        }));
        return new Command("evidence", "Look at attestation evidence.") { show };
    }

    private static Dictionary<string, string> Fields(SnpReport report)
    {
        var fields = new Dictionary<string, string>
        {
            ["version"] = Number(report.Version),
            ["product"] = report.Product?.ToString() ?? "not named",
            ["guest_svn"] = Number(report.GuestSvn),
            ["policy"] = $"0x{report.Policy.Bits:x}",
            ["vmpl"] = Number(report.Vmpl),
            ["platform_info"] = $"0x{report.PlatformInfo.Bits:x}",
            ["signing_key"] = report.SigningKey switch { 0 => "VCEK", 1 => "VLEK", 7 => "none", var other => Number(other) },
            ["current_firmware"] = Version(report.CurrentFirmware),
            ["committed_firmware"] = Version(report.CommittedFirmware),
        };
        foreach (var (name, bytes) in new[]
        {
            ("report_data", report.ReportData), ("measurement", report.Measurement), ("host_data", report.HostData), ("family_id", report.FamilyId), ("image_id", report.ImageId),
            ("id_key_digest", report.IdKeyDigest), ("author_key_digest", report.AuthorKeyDigest), ("report_id", report.ReportId), ("report_id_ma", report.ReportIdMa), ("chip_id", report.ChipId),
        }) fields[name] = Convert.ToHexStringLower(bytes.Span);
        if (report.Product is not { } product) return fields;
        foreach (var (name, tcb) in new[] { ("current_tcb", report.CurrentTcb(product)), ("reported_tcb", report.ReportedTcb(product)), ("committed_tcb", report.CommittedTcb(product)), ("launch_tcb", report.LaunchTcb(product)) })
            fields[name] = tcb.ToString();
        return fields;
    }

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Version((byte Major, byte Minor, byte Build) firmware) => string.Create(CultureInfo.InvariantCulture, $"{firmware.Major}.{firmware.Minor} build {firmware.Build}");
}

/// <summary><c>safeclaw policy explain</c>: what a policy demands, field by field.</summary>
internal static class PolicyCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A policy file (JSON)." };
        var explain = new Command("explain", "Say what a policy demands, field by field, and its digest.") { file };
        explain.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var policy = await EvidenceFiles.PolicyAsync(parsed.GetValue(file), cancellationToken);
            var fields = policy.Explain().ToDictionary(field => field.Field, field => field.Value);
            fields["digest"] = policy.Digest;
            if (run.Json) CommandRun.Write(fields, HostJson.Default.DictionaryStringString);
            else foreach (var (name, value) in fields) Console.Out.WriteLine($"{name,-28}{value}");
            return ExitCodes.Ok;
        }));
        return new Command("policy", "Look at attestation policies.") { explain };
    }
}
