using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Actors;

/// <summary>Dials guests over RA-TLS. At boot it waits for somebody to listen: a socket file alone is not readiness.</summary>
internal sealed class RaTlsDialer(DialOptions options) : IGuestDialer
{
    /// <summary>Between two looks at a socket that is not there yet. Short, because a boot waits for it; local, so it costs a system call.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(5);

    public async Task<DialOutcome> OpenAsync(GuestDial dial, Action<string> passed, CancellationToken cancellationToken)
    {
        if (dial.AwaitSocket)
        {
            await AwaitListenerAsync(dial.Endpoint, cancellationToken);
            passed(BootPhases.Socket);
        }

        var generation = dial.Generation.ToString();
        var demand = new ConnectionDemand
        {
            Endpoint = dial.Endpoint,
            Generation = generation,
            Tee = options.Tee(),
            Policy = options.Policy,
            HostData = dial.HostData,
            Pinned = dial.Pinned?.Evidence,
            Freshness = options.Freshness,
            HandshakeLimit = options.HandshakeLimit,
            ChallengeLimit = options.ChallengeLimit,
            Clock = options.Clock,
            HandshakeDone = () => passed(BootPhases.Handshake),
        };
        return await AttestedConnection.OpenAsync(demand, cancellationToken) switch
        {
            OpenOutcome.Opened opened => new DialOutcome.Opened(new AttestedLink(opened.Connection, generation)),
            OpenOutcome.Rejected rejected => new DialOutcome.Refused(Explain(rejected.Verdict, generation)),
            OpenOutcome.Unavailable unavailable => new DialOutcome.Refused(new Failure(Parse(unavailable.Code), unavailable.Detail, "verify", generation)),
            _ => throw new InvalidOperationException("An outcome nobody knows."),
        };
    }

    /// <summary>Connects and closes again until it works; the phase's own deadline cancels it.</summary>
    private static async Task AwaitListenerAsync(TeeEndpoint endpoint, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                (await endpoint.ConnectAsync(cancellationToken)).Dispose();
                return;
            }
            catch (Exception notYet) when (notYet is System.Net.Sockets.SocketException or IOException)
            {
                await Task.Delay(Recheck, cancellationToken);
            }
        }
    }

    private static Failure Explain(Verdict verdict, string generation)
    {
        var why = verdict.FirstFailure;
        var values = why is { Expected: { } expected, Actual: { } actual } ? $" (expected {expected}, actual {actual})" : "";
        return new Failure(Parse(why?.Code), $"{why?.Check}{values}{(why?.Hint is { } hint ? $": {hint}" : ".")}", "verify", generation);
    }

    private static ErrorCode Parse(string? code) => code is not null && ErrorCodes.TryParse(code, out var known) ? known : ErrorCode.EvidenceMalformed;
}

/// <summary>How guests are dialled and judged.</summary>
internal sealed record DialOptions
{
    /// <summary>What evidence must say.</summary>
    public required AttestationPolicy Policy { get; init; }

    /// <summary>Who appraises, asked at each dial: a simulated root may be made by the first boot itself.</summary>
    public required Func<ITeeExtension> Tee { get; init; }

    /// <summary>Whether a challenge is demanded.</summary>
    public FreshnessMode Freshness { get; init; } = FreshnessMode.Challenge;

    /// <summary>Time for TLS and evidence. Default 5 s.</summary>
    public TimeSpan HandshakeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time for the challenge. Default 5 s.</summary>
    public TimeSpan ChallengeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock certificates are judged by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
