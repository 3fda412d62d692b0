using System.Net.Sockets;
using System.Runtime.InteropServices;
using SafeClaw.Tee;

namespace SafeClaw.Guest;

/// <summary>From command line to exit code. What takes time (evidence, the agent's start) runs side by side.</summary>
internal static class GuestProgram
{
    private const int Stopped = 0, CannotListen = 1, Usage = 2, NoEvidence = 3, BadConfiguration = 78;

    private static readonly TimeSpan EvidenceDeadline = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h"])
        {
            await output.WriteLineAsync(GuestCommandLine.Help);
            return Stopped;
        }

        if (!GuestCommandLine.TryParse(args, out var command, out var problem)) return await FailAsync(errors, Usage, problem);
        using var stopping = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            await ServeAsync(command, stopping.Token);
            return Stopped;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return Stopped;
        }
        catch (EvidenceException failure)
        {
            return await FailAsync(errors, NoEvidence, failure.Message);
        }
        catch (GuestConfigurationException bad)
        {
            return await FailAsync(errors, BadConfiguration, bad.Message);
        }
        catch (Exception failure) when (failure is SocketException or IOException or UnauthorizedAccessException)
        {
            return await FailAsync(errors, CannotListen, $"Cannot listen on {command.Listen}: {failure.Message}");
        }

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true; // we stop ourselves, in order
            stopping.Cancel();
        }
    }

    private static async Task ServeAsync(GuestCommandLine command, CancellationToken stopping)
    {
        var evidencePending = OpenEvidenceAsync(command, stopping);
        var secrets = OpenSecrets(command);
        await using var agent = StartAgent(command, secrets);
        await using var evidence = await evidencePending;
        using var identity = await TlsIdentity.CreateAsync(evidence, stopping);

        var ledger = new TurnLedger(new TurnLimits());
        var routes = new RouteTable(
        [
            new StatusRoute(evidence, () => ledger.Count, TimeProvider.System),
            new AttestRoute(evidence, identity.SpkiSha256),
            new SecretsRoute(secrets, agent.Host),
            new RevokeRoute(secrets, agent.Host),
            new ProcessRoute(agent.Host, ledger, new TurnLimits(), TimeProvider.System),
        ]);
        await using var server = await GuestServer.StartAsync(command.Listen, identity, routes, new GuestLimits(), stopping);
        await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task<IEvidenceSource> OpenEvidenceAsync(GuestCommandLine command, CancellationToken cancellationToken)
    {
        await Task.Yield(); // the caller goes on with what else takes time
        return command.Evidence switch
        {
#if SIMULATION
            EvidenceKind.Signed => await SimulatedProcessor.ConnectAsync(
                command.SecureProcessor ?? new TeeEndpoint.Unix(command.Beside("amdsp.sock", "/run")), EvidenceDeadline, cancellationToken),
#endif
            EvidenceKind.Hardware => throw new GuestConfigurationException("hardware evidence"),
            _ => throw new GuestConfigurationException("This build has no simulation; it runs on AMD SEV-SNP hardware only."),
        };
    }

    private static SecretStore OpenSecrets(GuestCommandLine command)
    {
        var directory = command.SecretsDirectory ?? (Environment.ProcessId == 1 ? "/run/secrets" : command.Beside("secrets", "/run"));
        return SecretStore.Open(directory, requireMemory: command.Evidence == EvidenceKind.Hardware);
    }

    private static AgentHandle StartAgent(GuestCommandLine command, SecretStore secrets)
    {
        if (command.Agent is { } url)
        {
            var foreign = new ForeignAgent(AgentClient.For(url, TimeSpan.FromSeconds(5)));
            return new AgentHandle(foreign, foreign);
        }

        var executable = Path.Combine(AppContext.BaseDirectory, "safeclaw-agent");
        if (!File.Exists(executable)) throw new GuestConfigurationException("safeclaw-agent is not beside safeclaw-guest; build both, or give --agent URL.");
        var child = new AgentProcess(executable, command.Beside("agent.sock", "/run"), [], secrets.EnvironmentVariables);
        return new AgentHandle(child, child);
    }

    private static async Task<int> FailAsync(TextWriter errors, int code, string message)
    {
        await errors.WriteLineAsync($"safeclaw-guest: {message}");
        return code;
    }

    private sealed record AgentHandle(IAgentHost Host, IAsyncDisposable Life) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Life.DisposeAsync();
    }
}
