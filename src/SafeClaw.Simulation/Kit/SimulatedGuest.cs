using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SafeClaw.Attestation;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Simulation;

/// <summary>
/// A guest for tests of programs that embed SafeClaw: real RA-TLS with evidence of a simulated platform on a Unix socket, and behind it whatever the test
/// answers. It stores nothing and starts nothing.
/// </summary>
public sealed class SimulatedGuest : IAsyncDisposable
{
    private const int MaxHeadBytes = 16 * 1024, MaxBodyBytes = 4 * 1024 * 1024, MaxConnections = 1024;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
    private readonly byte[] _reportId = RandomNumberGenerator.GetBytes(32);
    private readonly SimulatedPlatform _platform;
    private readonly EvidenceDraft _draft;
    private readonly X509Certificate2 _certificate;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _serving = [];
    private readonly Task _accepting;

    /// <summary>Listens at once.</summary>
    /// <param name="platform">Signs the evidence; stays the caller's.</param>
    /// <param name="endpoint">A Unix endpoint, at most 107 bytes of path.</param>
    /// <param name="draft">What its reports say, apart from REPORT_DATA and REPORT_ID: HOST_DATA is the launch's, as the hypervisor would set it.</param>
    public SimulatedGuest(SimulatedPlatform platform, TeeEndpoint endpoint, EvidenceDraft draft)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        (_platform, Endpoint, _draft) = (platform, endpoint, draft);
        var evidence = Make(new byte[32]);
        _certificate = RaTlsCertificate.Create(_key, evidence.Report, evidence.Chain);
        _listener = endpoint.NewSocket();
        _listener.Bind(endpoint.BindAddress);
        _listener.Listen(MaxConnections);
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public TeeEndpoint Endpoint { get; }

    /// <summary>Answers <c>POST /secrets</c>; by default everything is taken. The batch is disposed afterwards.</summary>
    public Func<SecretsRequest, Task<SecretsReply>> OnSecrets { get; init; } = batch => Task.FromResult(new SecretsReply(batch.Secrets.Count));

    /// <summary>Answers <c>POST /process</c>.</summary>
    public required Func<ProcessRequest, Task<ProcessReply>> OnProcess { get; init; }

    /// <summary>Stops listening and cuts every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving);
        if (Endpoint is TeeEndpoint.Unix unix) File.Delete(unix.Path);
        _certificate.Dispose();
        _key.Dispose();
    }

    private Evidence Make(ReadOnlySpan<byte> secondHalf) => _platform.Make(
        (_draft with { ReportData = Freshness.ReportData(RaTlsCertificate.SpkiSha256(_key), secondHalf) }).WithReport(report => report.Set(ReportField.ReportId, _reportId)));

    private async Task AcceptAsync()
    {
        try
        {
            while (_serving.Count < MaxConnections) _serving.Add(ServeAsync(await _listener.AcceptAsync(_stop.Token)));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = _certificate,
                EnabledSslProtocols = SslProtocols.Tls13,
                AllowTlsResume = false,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            }, _stop.Token);
            var buffer = new byte[MaxHeadBytes];
            while (await ReadHeadAsync(tls, buffer) is { } head) await AnswerAsync(tls, head);
        }
        catch (Exception gone) when (gone is IOException or AuthenticationException or OperationCanceledException or SocketException or InvalidDataException)
        {
            // The host went away, refused us, or we are stopping.
        }
    }

    private async Task AnswerAsync(SslStream tls, (string Route, byte[] Body) request)
    {
        var (status, body) = request.Route switch
        {
            "GET /status" => (200, Json(new StatusReply("ok", Tee: true, Simulated: true, "0.0.0", Protocol: new ProtocolFeatures(Dedupe: true, Attest: true, Stream: false)), WireJson.Default.StatusReply)),
            "POST /attest" => (200, Attest(Read(request.Body, WireJson.Default.AttestRequest))),
            "POST /secrets" => (200, await SecretsAsync(Read(request.Body, WireJson.Default.SecretsRequest))),
            "POST /process" => (200, Json(await OnProcess(Read(request.Body, WireJson.Default.ProcessRequest)), WireJson.Default.ProcessReply)),
            _ => (404, Json(new ErrorReply("There is no such route.", "INVALID_REQUEST"), WireJson.Default.ErrorReply)),
        };
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"));
        await tls.WriteAsync((byte[])[.. head, .. body], _stop.Token);
    }

    private byte[] Attest(AttestRequest challenge)
    {
        var evidence = Make(Freshness.Binding(Convert.FromBase64String(challenge.Nonce), new byte[32]));
        string Text(ReadOnlyMemory<byte> der) => Convert.ToBase64String(der.Span);
        return Json(new AttestReply(Text(evidence.Report), new AttestChain(Text(evidence.Chain.Vcek), null, Text(evidence.Chain.Ask), Text(evidence.Chain.Ark))), WireJson.Default.AttestReply);
    }

    private async Task<byte[]> SecretsAsync(SecretsRequest batch)
    {
        using (batch) return Json(await OnSecrets(batch), WireJson.Default.SecretsReply);
    }

    private async Task<(string Route, byte[] Body)?> ReadHeadAsync(SslStream tls, byte[] buffer)
    {
        var length = 0;
        while (length < 4 || buffer.AsSpan(length - 4, 4).SequenceEqual("\r\n\r\n"u8) is false)
        {
            if (length == buffer.Length) throw new InvalidDataException("The request's head is too long.");
            if (await tls.ReadAsync(buffer.AsMemory(length, 1), _stop.Token) == 0) return null;
            length++;
        }

        var lines = Encoding.ASCII.GetString(buffer, 0, length).Split("\r\n");
        var size = lines.Select(line => line.Split(": ", 2)).Where(pair => pair[0].Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            .Select(pair => int.Parse(pair[1], CultureInfo.InvariantCulture)).SingleOrDefault();
        if (size is < 0 or > MaxBodyBytes) throw new InvalidDataException("The request's body is too long.");
        var body = new byte[size];
        await tls.ReadExactlyAsync(body, _stop.Token);
        return (string.Join(' ', lines[0].Split(' ')[..2]), body);
    }

    private static T Read<T>(byte[] body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new InvalidDataException("The request is null.");
        }
        catch (JsonException wrong)
        {
            throw new InvalidDataException("The request is not what the route takes.", wrong);
        }
    }

    private static byte[] Json<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
