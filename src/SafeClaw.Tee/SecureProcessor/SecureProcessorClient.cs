#if SIMULATION
using System.Net.Sockets;
using System.Text.Json;
using SafeClaw.Attestation;

namespace SafeClaw.Tee;

/// <summary>
/// The guest's side of the simulated secure processor: two calls, <c>report</c> and <c>derive_key</c>, as the real guest device has them.
/// One call at a time on one connection; a connection that failed or was given up in the middle of a call is replaced by the next call.
/// </summary>
public sealed class SecureProcessorClient : IAsyncDisposable
{
    /// <summary>How long one call may take, dialling included.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RedialAfter = TimeSpan.FromMilliseconds(20);

    private readonly TeeEndpoint _endpoint;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Connection? _connection;

    private SecureProcessorClient(TeeEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>Connects to the processor's Unix socket and returns once it has a launched guest.</summary>
    /// <param name="socketPath">Absolute path, at most 107 bytes.</param>
    /// <param name="deadline">How long to wait for the socket and for the launch together.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="SecureProcessorException">Nobody answered in time, or no launch was made.</exception>
    public static Task<SecureProcessorClient> ConnectAsync(string socketPath, TimeSpan deadline, CancellationToken cancellationToken) =>
        ConnectAsync(new TeeEndpoint.Unix(socketPath), deadline, cancellationToken);

    /// <summary>As the other overload, for a processor on any endpoint (inside a VM: <c>vsock://2:4094</c>).</summary>
    /// <exception cref="SecureProcessorException">Nobody answered in time, or no launch was made.</exception>
    public static async Task<SecureProcessorClient> ConnectAsync(TeeEndpoint endpoint, TimeSpan deadline, CancellationToken cancellationToken)
    {
        var client = new SecureProcessorClient(endpoint);
        try
        {
            await client.CallAsync(new SecureProcessorCall(SecureProcessorCall.Launched), _ => true, deadline, cancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks for a signed report.</summary>
    /// <param name="reportData64">REPORT_DATA, exactly 64 bytes.</param>
    /// <param name="cancellationToken">Gives up at once.</param>
    /// <exception cref="ArgumentException"><paramref name="reportData64"/> has another length.</exception>
    /// <exception cref="SecureProcessorException">The processor refused, answered nonsense or is gone.</exception>
    public Task<Evidence> ReportAsync(ReadOnlyMemory<byte> reportData64, CancellationToken cancellationToken)
    {
        if (reportData64.Length != SecureProcessorCall.ReportDataBytes) throw new ArgumentException("REPORT_DATA has 64 bytes.", nameof(reportData64));
        var call = new SecureProcessorCall(SecureProcessorCall.Report, ReportData: reportData64.ToArray());
        return CallAsync(call, ToEvidence, CallTimeout, cancellationToken);
    }

    /// <summary>Asks for a key that only this chip can derive again. The caller erases it.</summary>
    /// <exception cref="SecureProcessorException">The processor refused, answered nonsense or is gone.</exception>
    public Task<byte[]> DeriveKeyAsync(DerivedKeyRequest request, CancellationToken cancellationToken) =>
        CallAsync(new SecureProcessorCall(SecureProcessorCall.DeriveKey, DerivedKey: request), ToKey, CallTimeout, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        Forget();
        _turn.Dispose();
    }

    private static Evidence ToEvidence(SecureProcessorReply reply)
    {
        if (reply is not { Report.Length: SnpReportBytes, Chain: { } chain }) throw Nonsense("no report of 1184 bytes with a chain");
        return new Evidence(reply.Report, new EndorsementChain { Vcek = chain.Vcek, Vlek = chain.Vlek, Ask = chain.Ask, Ark = chain.Ark });
    }

    private static byte[] ToKey(SecureProcessorReply reply) =>
        reply.Key is { Length: DerivedKeyRequest.KeyBytes } key ? key : throw Nonsense("no key of 32 bytes");

    private async Task<T> CallAsync<T>(SecureProcessorCall call, Func<SecureProcessorReply, T> read, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limit);
        try
        {
            await _turn.WaitAsync(deadline.Token);
            try
            {
                _connection ??= await DialAsync(deadline.Token);
                var reply = await _connection.ExchangeAsync(call, deadline.Token);
                return reply.Error is { } error ? throw new SecureProcessorException(error.Code, error.Message) : read(reply);
            }
            catch (Exception failure) when (failure is not SecureProcessorException)
            {
                Forget(); // an answer may still be on its way; it must not be taken for the next call's
                throw;
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SecureProcessorException(SecureProcessorException.Unreachable, $"The secure processor at {_endpoint} did not answer within {limit.TotalSeconds:0.#} s.");
        }
        catch (Exception failure) when (failure is IOException or SocketException or InvalidDataException or JsonException)
        {
            throw new SecureProcessorException(SecureProcessorException.Nonsense, $"The connection to the secure processor at {_endpoint} broke.", failure);
        }
    }

    private async Task<Connection> DialAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new Connection(await _endpoint.ConnectAsync(cancellationToken));
            }
            catch (Exception failure) when (failure is SocketException or IOException)
            {
                await Task.Delay(RedialAfter, cancellationToken); // it is still starting
            }
        }
    }

    private void Forget()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private static SecureProcessorException Nonsense(string what) =>
        new(SecureProcessorException.Nonsense, $"The secure processor's answer holds {what}.");

    private const int SnpReportBytes = 1184;

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);
        private BoundedLines? _lines;

        public async Task<SecureProcessorReply> ExchangeAsync(SecureProcessorCall call, CancellationToken cancellationToken)
        {
            _lines ??= new BoundedLines(_stream, SecureProcessorReply.MaxLineBytes);
            var line = JsonSerializer.SerializeToUtf8Bytes(call, SecureProcessorJson.Default.SecureProcessorCall);
            Array.Resize(ref line, line.Length + 1);
            line[^1] = (byte)'\n';
            await _stream.WriteAsync(line, cancellationToken);
            var answer = await _lines.ReadAsync(cancellationToken) ?? throw new EndOfStreamException("The secure processor closed the connection.");
            return JsonSerializer.Deserialize(answer.Span, SecureProcessorJson.Default.SecureProcessorReply) ?? throw new JsonException("null");
        }

        public void Dispose()
        {
            _stream.Dispose();
            _lines?.Dispose();
        }
    }
}
#endif
