using System.CommandLine;
using SafeClaw.Actors;
using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Host;

/// <summary><c>safeclaw attest</c>: opens one attested connection to a guest, says what its evidence is worth, and closes it. Nothing else is sent.</summary>
internal static class AttestCommand
{
    private static readonly Option<string> Endpoint = new("--endpoint") { Description = "Where the guest's attestation server listens: unix:/path, vsock://cid:port, hvsock:/path:port, tcp://127.0.0.1:port.", HelpName = "URI", Required = true };
    private static readonly Option<FileInfo?> Policy = new("--policy") { Description = "A policy file; without one the profile 'any': structure, signature, chain, and the binding to this connection.", HelpName = "FILE" };
    private static readonly Option<bool> AllowSimulated = new("--allow-simulated") { Description = "Accept simulated evidence too; the verdict says so." };
    private static readonly Option<FileInfo?> SimulatedRoot = new("--simulated-root") { Description = "The simulated root to trust with --allow-simulated; default that of this host's software secure processor.", HelpName = "FILE" };
    private static readonly Option<FreshnessMode> Freshness = new("--freshness") { Description = "challenge: a report over a fresh nonce; handshake: the certificate's own report suffices.", DefaultValueFactory = _ => FreshnessMode.Challenge, HelpName = "challenge|handshake" };
    private static readonly Option<FileInfo?> ProofFile = new("--proof") { Description = "Write what the verdict rests on, so that `safeclaw verify` can judge it elsewhere, offline.", HelpName = "FILE" };

    public static Command Create()
    {
        var command = new Command("attest", "Attest a running guest over RA-TLS: every check with its outcome. Exit 0 accepted, 1 refused or not reached, 3 something is missing to judge.")
        {
            Endpoint, Policy, AllowSimulated, SimulatedRoot, Freshness, ProofFile,
        };
        command.SetAction(CommandRun.Handle(AttestAsync));
        return command;
    }

    private static async Task<int> AttestAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var policy = await EvidenceFiles.PolicyAsync(parsed.GetValue(Policy), cancellationToken) with { AllowSimulated = parsed.GetValue(AllowSimulated) };
        var collateral = run.LoadCollateral();
        using var kds = collateral.Client(TimeProvider.System);
        var demand = new ConnectionDemand
        {
            Endpoint = ParseEndpoint(parsed.GetValue(Endpoint)!),
            Generation = "attest",
            Tee = await ExtensionAsync(run, parsed, collateral, kds, cancellationToken),
            Policy = policy,
            Freshness = parsed.GetValue(Freshness),
        };
        switch (await AttestedConnection.OpenAsync(demand, cancellationToken))
        {
            case OpenOutcome.Opened opened:
                using (opened.Connection) return await TellAsync(run, parsed, policy, opened.Connection.Verdict, opened.Connection.Appraisal, cancellationToken);
            case OpenOutcome.Rejected rejected:
                return await TellAsync(run, parsed, policy, rejected.Verdict, rejected.Appraisal, cancellationToken);
            case OpenOutcome.Unavailable missing:
                return run.Fail(missing.Code, missing.Detail, missing.Code == CollateralResult.Unavailable.Code ? ExitCodes.CollateralUnavailable : ExitCodes.Failed);
            default:
                throw new InvalidOperationException("An outcome nobody knows.");
        }
    }

    private static async Task<int> TellAsync(CommandRun run, ParseResult parsed, AttestationPolicy policy, Verdict verdict, Appraisal.Judged? appraisal, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(ProofFile) is { } file && appraisal is not null) await File.WriteAllTextAsync(file.FullName, appraisal.ToProof(policy).ToJson(verdict), cancellationToken);
        Console.Out.Write(run.Json ? verdict.ToJson() + Environment.NewLine : verdict.ToTable());
        return verdict.Accepted ? ExitCodes.Ok : verdict.FirstFailure?.Code == AttestationCodes.CollateralUnavailable ? ExitCodes.CollateralUnavailable : ExitCodes.Failed;
    }

    private static async Task<ITeeExtension> ExtensionAsync(CommandRun run, ParseResult parsed, CollateralConfig collateral, KdsClient? kds, CancellationToken cancellationToken)
    {
        var host = run.LoadHost();
        var genuine = new SnpTeeExtension(new CollateralOptions { Anchors = TrustAnchors.Amd, Store = collateral.Store(host), Kds = kds, Budget = collateral.Budget });
        if (!parsed.GetValue(AllowSimulated)) return genuine;
        var file = parsed.GetValue(SimulatedRoot) ?? new FileInfo(Path.Combine(host.StateDirectory, "amdsp", "ark.der"));
        // A3S Box's marker has no root; without a simulated root of ours it is still judged.
        return !file.Exists && parsed.GetValue(SimulatedRoot) is null ? genuine : new SimulatedTeeExtension(await EvidenceFiles.CertificateAsync(file, cancellationToken), genuine);
    }

    private static TeeEndpoint ParseEndpoint(string text)
    {
        if (!TeeEndpoint.TryParse(text, out var endpoint, out var problem)) throw new SafeClawException(ErrorCode.InvalidRequest, problem, "attest");
        return endpoint is TeeEndpoint.Tcp && HostConfiguration.EnvironmentName.Equals("Production", StringComparison.OrdinalIgnoreCase)
            ? throw new SafeClawException(ErrorCode.ConfigInvalid, "tcp:// endpoints are for debugging and refused in Production.", "attest")
            : endpoint;
    }
}
