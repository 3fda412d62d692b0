using System.Net.Sockets;
using System.Text.Json;
using SafeClaw.Tee;

namespace SafeClaw.Simulation;

/// <summary>
/// Answers the guest's calls, one JSON line each. Connections are taken at once; calls wait, for a bounded time, until the platform is
/// loaded and the guest launched.
/// </summary>
public sealed class ProcessorServer : IDisposable
{
    /// <summary>Connections served at once; the next ones wait in the listen queue.</summary>
    public const int MaxConnections = 16;

    /// <summary>How long a call waits for the launch.</summary>
    public static readonly TimeSpan LaunchWait = TimeSpan.FromSeconds(60);

    private readonly Socket _listener;
    private readonly TeeEndpoint _endpoint;
    private readonly Task<SimulatedProcessor> _launched;
    private readonly SemaphoreSlim _places = new(MaxConnections, MaxConnections);

    /// <summary>Binds and listens; a Unix socket is 0600 from the moment it exists.</summary>
    /// <param name="endpoint">Where.</param>
    /// <param name="launched">Completes with the processor once its guest was launched.</param>
    /// <exception cref="SocketException">The address is taken or cannot be bound.</exception>
    public ProcessorServer(TeeEndpoint endpoint, Task<SimulatedProcessor> launched)
    {
        _endpoint = endpoint;
        _launched = launched;
        _listener = OwnedUnixSocket.Bind(endpoint);
        _listener.Listen(MaxConnections);
    }

    /// <summary>Serves until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _places.WaitAsync(cancellationToken);
            var connection = await _listener.AcceptAsync(cancellationToken);
            _ = ServeAsync(connection, cancellationToken);
        }
    }

    /// <summary>Stops listening and removes the socket's file.</summary>
    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Socket connection, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            if (_endpoint is TeeEndpoint.Unix && !OwnedUnixSocket.PeerIsOurs(connection)) return;
            using var lines = new BoundedLines(stream, SecureProcessorCall.MaxLineBytes);
            while (await lines.ReadAsync(cancellationToken) is { } line)
            {
                var answer = await AnswerAsync(Parse(line.Span), cancellationToken);
                await SendAsync(stream, answer, cancellationToken);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException or OperationCanceledException)
        {
            // The guest went away, sent a line without end, or we are stopping: either way this connection is over.
        }
        finally
        {
            _places.Release();
        }
    }

    private static SecureProcessorCall? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, SecureProcessorJson.Default.SecureProcessorCall);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<SecureProcessorReply> AnswerAsync(SecureProcessorCall? call, CancellationToken cancellationToken)
    {
        if (Problem(call) is { } problem) return Refuse(SecureProcessorError.InvalidParameters, problem);
        try
        {
            var processor = await _launched.WaitAsync(LaunchWait, cancellationToken);
            return Answer(processor, call!);
        }
        catch (TimeoutException)
        {
            return Refuse(SecureProcessorError.NotLaunched, $"no guest was launched within {LaunchWait.TotalSeconds:0} s");
        }
    }

    private static string? Problem(SecureProcessorCall? call) => call switch
    {
        null => "a call is one JSON object on a line",
        { Call: SecureProcessorCall.Launched, ReportData: null, DerivedKey: null } => null,
        { Call: SecureProcessorCall.Report, ReportData.Length: SecureProcessorCall.ReportDataBytes, DerivedKey: null } => null,
        { Call: SecureProcessorCall.Report } => "report takes report_data of 64 bytes in base64 and nothing else",
        { Call: SecureProcessorCall.DeriveKey, ReportData: null, DerivedKey: not null } => null,
        { Call: SecureProcessorCall.DeriveKey } => "derive_key takes derived_key and nothing else",
        _ => "the calls are launched, report and derive_key",
    };

    private static SecureProcessorReply Answer(SimulatedProcessor processor, SecureProcessorCall call)
    {
        if (call.DerivedKey is { } request)
            return processor.DeriveKey(request, out var problem) is { } key ? new(Key: key) : Refuse(SecureProcessorError.InvalidParameters, problem!);
        if (call.ReportData is not { } reportData) return new SecureProcessorReply();
        var evidence = processor.Report(reportData);
        var chain = new SecureProcessorChain(Present(evidence.Chain.Vcek), Present(evidence.Chain.Vlek), Present(evidence.Chain.Ask), Present(evidence.Chain.Ark));
        return new(Report: evidence.Report.ToArray(), Chain: chain);
    }

    private static byte[]? Present(ReadOnlyMemory<byte> certificate) => certificate.IsEmpty ? null : certificate.ToArray();

    private static SecureProcessorReply Refuse(string code, string message) => new(Error: new SecureProcessorError(code, message));

    private static async Task SendAsync(NetworkStream stream, SecureProcessorReply reply, CancellationToken cancellationToken)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(reply, SecureProcessorJson.Default.SecureProcessorReply);
        if (reply.Key is { } key) System.Security.Cryptography.CryptographicOperations.ZeroMemory(key);
        await stream.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(line);
    }
}
