using System.CommandLine;
using System.Globalization;
using SafeClaw.Actors;
using SafeClaw.Attestation;

namespace SafeClaw.Host;

/// <summary><c>safeclaw verify</c>: judges an attestation report or a proof file offline. Asks neither the network nor the system's certificate store.</summary>
internal static class VerifyCommand
{
    private static readonly Argument<FileInfo> Subject = new("REPORT|PROOF") { Description = "An SNP report (1184 bytes, or wrapped by the firmware or Azure), or a proof file (JSON)." };
    private static readonly Option<FileInfo?> Vcek = File("--vcek", "The chip's certificate, DER or PEM.");
    private static readonly Option<FileInfo?> Vlek = File("--vlek", "The cloud provider's certificate instead of the chip's.");
    private static readonly Option<FileInfo?> Ask = File("--ask", "The intermediate, ASK or ASVK.");
    private static readonly Option<FileInfo?> Ark = File("--ark", "The root, ARK.");
    private static readonly Option<DirectoryInfo?> Certs = new("--certs") { Description = "A folder with vcek or vlek, ask or asvk, ark, as .der, .crt or .pem.", HelpName = "DIR" };
    private static readonly Option<FileInfo?> Crl = File("--crl", "AMD's revocation list, DER.");
    private static readonly Option<FileInfo?> Policy = File("--policy", "A policy file; without one the profile 'any', which judges structure, signature and chain.");
    private static readonly Option<FileInfo?> SimulatedRoot = File("--simulated-root", "Also trust this root, whose verdicts say 'simulated'; for development.");
    private static readonly Option<string?> At = new("--at") { Description = "The time to judge at, ISO 8601; default now, or a proof's own time.", HelpName = "TIME" };
    private static readonly Option<string?> ReportData = new("--report-data") { Description = "REPORT_DATA that must stand in the report, 128 hex digits.", HelpName = "HEX" };

    public static Command Create()
    {
        var command = new Command("verify", "Judge an attestation report or a proof offline: every check with its outcome. Exit 0 accepted, 1 refused, 3 something is missing to judge.")
        {
            Subject, Vcek, Vlek, Ask, Ark, Certs, Crl, At, Policy, ReportData, SimulatedRoot,
        };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var verdict = await JudgeAsync(parsed, cancellationToken);
            Console.Out.Write(run.Json ? verdict.ToJson() + Environment.NewLine : verdict.ToTable());
            return verdict.Accepted ? ExitCodes.Ok : verdict.FirstFailure?.Code == AttestationCodes.CollateralUnavailable ? ExitCodes.CollateralUnavailable : ExitCodes.Failed;
        }));
        return command;
    }

    private static async Task<Verdict> JudgeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var bytes = await EvidenceFiles.ReadAsync(parsed.GetValue(Subject)!, Proof.MaxBytes, cancellationToken);
        var simulatedRoot = await EvidenceFiles.CertificateAsync(parsed.GetValue(SimulatedRoot), cancellationToken);
        var verifier = new SnpVerifier(simulatedRoot.IsEmpty ? TrustAnchors.Amd : TrustAnchors.Amd.WithSimulated(simulatedRoot));
        var policy = await EvidenceFiles.PolicyAsync(parsed.GetValue(Policy), cancellationToken) with { AllowSimulated = !simulatedRoot.IsEmpty };
        var at = ParseTime(parsed.GetValue(At));
        if (bytes is [(byte)'{', ..]) return EvidenceFiles.Proof(bytes).Judge(verifier, policy, at);

        if (!ReportWrapper.TryUnwrap(bytes, out var report, out _, out var failure)) return Verdict.Refused(at ?? DateTimeOffset.UtcNow, failure);
        var context = new VerificationContext
        {
            At = at ?? DateTimeOffset.UtcNow,
            RevocationList = parsed.GetValue(Crl) is { } crl ? (ReadOnlyMemory<byte>?)await EvidenceFiles.ReadAsync(crl, EvidenceFiles.MaxBytes, cancellationToken) : null,
            ReportData = ParseHex(parsed.GetValue(ReportData)),
        };
        return verifier.Verify(new Evidence(report, await ChainAsync(parsed, cancellationToken)), policy, context);
    }

    private static async Task<EndorsementChain> ChainAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = parsed.GetValue(Certs);
        async Task<ReadOnlyMemory<byte>> OneAsync(Option<FileInfo?> option, params string[] names) =>
            await EvidenceFiles.CertificateAsync(parsed.GetValue(option) ?? EvidenceFiles.Find(folder, names), cancellationToken);
        return new EndorsementChain { Vcek = await OneAsync(Vcek, "vcek"), Vlek = await OneAsync(Vlek, "vlek"), Ask = await OneAsync(Ask, "ask", "asvk"), Ark = await OneAsync(Ark, "ark") };
    }

    private static Option<FileInfo?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };

    private static DateTimeOffset? ParseTime(string? text) => text is null ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new SafeClawException(ErrorCode.InvalidRequest, "--at is a time as 2026-03-01T12:00:00Z.", "verify");

    private static ReadOnlyMemory<byte>? ParseHex(string? text) => text is null ? null
        : text.Length == 128 && text.All(char.IsAsciiHexDigit) ? (ReadOnlyMemory<byte>?)Convert.FromHexString(text)
        : throw new SafeClawException(ErrorCode.InvalidRequest, "--report-data has 128 hex digits.", "verify");
}
