using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using SafeClaw.Attestation;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Tee;

/// <summary>
/// A TLS connection to a guest whose evidence was verified on this very connection, or whose key was verified earlier in the same generation.
/// <see cref="OpenAsync"/> is the only way to make one, and secrets and messages can only be sent with one: "secrets before attestation" cannot
/// be written.
/// </summary>
public sealed class AttestedConnection : IDisposable
{
    /// <summary>Longest response to anything but a turn, in bytes.</summary>
    private const int MaxSmallResponse = 64 * 1024;

    /// <summary>Longest response to a turn, in bytes: 1 MiB of reply, twice for JSON escapes, and its envelope.</summary>
    private const int MaxTurnResponse = (2 * 1024 * 1024) + MaxSmallResponse;

    private readonly OneConnection _connection;

    private AttestedConnection(OneConnection connection, EvidenceGate gate, bool challenged)
    {
        (_connection, Verdict, Evidence, Appraisal, Challenged) = (connection, gate.Verdict!, gate.Verdict!.Evidence!, gate.Appraisal, challenged);
        connection.WatchIdle();
    }

    /// <summary>The verdict this connection rests on: its own, or that of the first connection of its generation.</summary>
    public Verdict Verdict { get; }

    /// <summary>What the verdict accepted.</summary>
    public VerifiedEvidence Evidence { get; }

    /// <summary>What its own verdict rested on; null where the key was verified earlier.</summary>
    public Appraisal.Judged? Appraisal { get; }

    /// <summary>True if this very connection answered a fresh challenge; false if it showed the pinned key.</summary>
    public bool Challenged { get; }

    /// <summary>Completes when the connection is closed from either side.</summary>
    public Task Closed => _connection.Closed;

    /// <summary>Dials once, handshakes, verifies, and challenges unless the key is pinned. Never throws for what a guest can do.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<OpenOutcome> OpenAsync(ConnectionDemand demand, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(demand);
        var gate = new EvidenceGate(demand);
        var connection = new OneConnection(demand.Endpoint, demand.HandshakeLimit, demand.Tee.CollateralBudget, gate.JudgeAsync);
        var outcome = await TryOpenAsync(demand, gate, connection, cancellationToken);
        if (outcome is not OpenOutcome.Opened) connection.Dispose();
        return outcome;
    }

    /// <summary><c>GET /status</c>.</summary>
    /// <exception cref="GuestExchangeException">The connection failed or the answer is no status.</exception>
    public async Task<StatusReply> StatusAsync(CancellationToken cancellationToken)
    {
        var response = await SendAsync("/status", null, MaxSmallResponse, cancellationToken);
        return Read(response, WireJson.Default.StatusReply, sent: false);
    }

    /// <summary><c>POST /process</c>: one turn, whole reply.</summary>
    /// <exception cref="GuestExchangeException">The connection failed; <see cref="GuestExchangeException.Sent"/> says whether the turn may have run.</exception>
    public async Task<GuestResponse> ProcessAsync(ProcessRequest request, CancellationToken cancellationToken) =>
        await SendAsync("/process", JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.ProcessRequest), MaxTurnResponse, cancellationToken);

    /// <summary>Closes the socket at once.</summary>
    public void Dispose() => _connection.Dispose();

    /// <summary>For the clients beside this class (secrets, sealing): one small exchange.</summary>
    internal Task<GuestResponse> PostAsync(string route, ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        SendAsync(route, json, MaxSmallResponse, cancellationToken);

    private async Task<GuestResponse> SendAsync(string route, ReadOnlyMemory<byte>? json, int maxResponse, CancellationToken cancellationToken)
    {
        try
        {
            var response = await GuestExchange.SendAsync(_connection, route, json, maxResponse, cancellationToken);
            _connection.WatchIdle();
            return response;
        }
        catch (GuestExchangeException)
        {
            // On HTTP/1.1 a failed or abandoned exchange leaves the connection in the middle of something: it cannot carry another.
            Dispose();
            throw;
        }
    }

    private static T Read<T>(GuestResponse response, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, bool sent)
    {
        try
        {
            if (response.IsSuccess && JsonSerializer.Deserialize(response.Body.Span, type) is { } value) return value;
        }
        catch (JsonException)
        {
            // Falls through: what was wrong with it is the guest's affair, and its text may hold anything.
        }

        throw new GuestExchangeException("PROTOCOL_VIOLATION", $"The guest's answer ({(int)response.Status}) is not what the route promises.", sent);
    }

    private static async Task<OpenOutcome> TryOpenAsync(ConnectionDemand demand, EvidenceGate gate, OneConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            return await ChallengeAsync(demand, gate, connection, cancellationToken);
        }
        catch (GuestExchangeException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return gate.Verdict is { Accepted: false } refused ? new OpenOutcome.Rejected(refused) { Appraisal = gate.Appraisal }
                : gate.Missing is { } missing ? Unavailable(missing) : Unavailable(failure, gate, connection);
        }
    }

    /// <summary>
    /// The first request makes the dial: <c>POST /attest</c>, or <c>GET /status</c> where the key is pinned or the policy is content with the
    /// handshake. The gate has judged the certificate before its first byte leaves.
    /// </summary>
    private static async Task<OpenOutcome> ChallengeAsync(ConnectionDemand demand, EvidenceGate gate, OneConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(demand.HandshakeLimit + demand.ChallengeLimit + demand.Tee.CollateralBudget);
        if (demand.Pinned is not null || demand.Freshness == FreshnessMode.Handshake)
        {
            await GuestExchange.SendAsync(connection, "/status", null, MaxSmallResponse, limit.Token);
            return new OpenOutcome.Opened(new AttestedConnection(connection, gate, challenged: false));
        }

        var nonce = RandomNumberGenerator.GetBytes(32);
        var body = JsonSerializer.SerializeToUtf8Bytes(new AttestRequest(Convert.ToBase64String(nonce)), WireJson.Default.AttestRequest);
        var response = await GuestExchange.SendAsync(connection, "/attest", body, MaxSmallResponse, limit.Token);
        return await gate.JudgeFreshAsync(Read(response, WireJson.Default.AttestReply, sent: true), nonce, cancellationToken) switch
        {
            { Accepted: true } => new OpenOutcome.Opened(new AttestedConnection(connection, gate, challenged: true)),
            { } refused => new OpenOutcome.Rejected(refused) { Appraisal = gate.Appraisal },
            null => Unavailable(gate.Missing!),
        };
    }

    private static OpenOutcome.Unavailable Unavailable(CollateralResult.Unavailable missing) =>
        new(CollateralResult.Unavailable.Code, $"The guest's evidence cannot be judged yet, {missing.What}: {missing.Reason}.");

    private static OpenOutcome.Unavailable Unavailable(GuestExchangeException failure, EvidenceGate gate, OneConnection connection) => (failure.Code, Root(failure)) switch
    {
        _ when connection.HandshakeTimedOut => new OpenOutcome.Unavailable("TIMEOUT", "The guest did not complete TLS in time."),
        (_, AuthenticationException tls) => new OpenOutcome.Unavailable("HANDSHAKE_FAILED", $"TLS with the guest failed: {tls.Message}"),
        (_, SocketException socket) when !gate.Reached => new OpenOutcome.Unavailable("CHANNEL_LOST", $"Nobody answers on {gate.Endpoint}: {socket.SocketErrorCode}."),
        ("TIMEOUT", _) => new OpenOutcome.Unavailable("TIMEOUT", gate.Reached ? "The guest did not answer the challenge in time." : "The guest did not complete TLS in time."),
        _ when !gate.Reached => new OpenOutcome.Unavailable("HANDSHAKE_FAILED", "The guest closed the connection before TLS was up."),
        _ => new OpenOutcome.Unavailable(failure.Code, failure.Message),
    };

    private static Exception Root(Exception failure) =>
        failure is SocketException or AuthenticationException || failure.InnerException is null ? failure : Root(failure.InnerException);
}
