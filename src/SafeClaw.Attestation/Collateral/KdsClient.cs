using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace SafeClaw.Attestation;

/// <summary>
/// Asks AMD's key distribution service, considerately: one request at a time per address however many want it, Retry-After honoured across
/// all requests, a total budget, a cap on the body, no redirects, no cookies. What it brings is not trusted.
/// </summary>
public sealed class KdsClient : IDisposable
{
    private readonly KdsOptions _options;
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentDictionary<string, Task<KdsReply>> _flights = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _disposed = new();
    private readonly long _born;
    private long _quietUntil; // ticks of Elapsed before which the service asked not to be called

    /// <param name="options">Address, budget, caps.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public KdsClient(KdsOptions options)
        : this(options, Handler(options)) { }

    /// <param name="options">Address, budget, caps.</param>
    /// <param name="handler">The transport; taken over.</param>
    internal KdsClient(KdsOptions options, HttpMessageHandler handler)
    {
        options.Check();
        _options = options;
        _born = options.Time.GetTimestamp();
        _http = new HttpMessageInvoker(handler, disposeHandler: true);
    }

    /// <summary>A VCEK certificate, DER.</summary>
    public Task<KdsReply> VcekAsync(EndorsementKeyId id, CancellationToken cancellationToken) => GetAsync(id.KdsPath, cancellationToken);

    /// <summary>The intermediate and the root of a hierarchy, PEM, in that order.</summary>
    public Task<KdsReply> ChainAsync(SnpProduct product, KdsKeyKind kind, CancellationToken cancellationToken) =>
        GetAsync($"{Path(kind)}/v1/{product}/cert_chain", cancellationToken);

    /// <summary>The root's revocation list, DER.</summary>
    public Task<KdsReply> CrlAsync(SnpProduct product, KdsKeyKind kind, CancellationToken cancellationToken) =>
        GetAsync($"{Path(kind)}/v1/{product}/crl", cancellationToken);

    public void Dispose()
    {
        _disposed.Cancel();
        _http.Dispose();
        _disposed.Dispose();
    }

    private static string Path(KdsKeyKind kind) => kind is KdsKeyKind.Vcek ? "vcek" : "vlek";

    private static SocketsHttpHandler Handler(KdsOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = 16, // KiB
        MaxConnectionsPerServer = 2,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        Proxy = options.Proxy,
        UseProxy = options.Proxy is not null || !options.BaseAddress.IsLoopback,
    };

    /// <summary>Joins the flight that is already in the air for this address, or starts one. Whoever stops waiting stops only for himself.</summary>
    private async Task<KdsReply> GetAsync(string path, CancellationToken cancellationToken)
    {
        var flight = new TaskCompletionSource<KdsReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        var shared = _flights.GetOrAdd(path, flight.Task);
        if (shared == flight.Task) _ = FlyAsync(path, flight);
        return await shared.WaitAsync(cancellationToken);
    }

    private async Task FlyAsync(string path, TaskCompletionSource<KdsReply> flight)
    {
        var outcome = new KdsReply.Unavailable($"no answer within {_options.Budget.TotalSeconds:0.#} s");
        KdsReply reply;
        try
        {
            using var budget = new CancellationTokenSource(_options.Budget, _options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, _disposed.Token);
            reply = await TryUntilAsync(path, Elapsed + _options.Budget, failed => outcome = failed, either.Token);
        }
        catch (OperationCanceledException)
        {
            reply = outcome; // of the last attempt that had one
        }
        catch (Exception failure) // the waiters must hear of it, whatever it is
        {
            reply = new KdsReply.Unavailable($"the request failed ({failure.GetType().Name})");
        }

        _flights.TryRemove(path, out _);
        flight.SetResult(reply);
    }

    private async Task<KdsReply> TryUntilAsync(string path, TimeSpan deadline, Action<KdsReply.Unavailable> failed, CancellationToken budget)
    {
        for (var attempt = 0; ; attempt++)
        {
            if (Quiet() is { } quiet && Elapsed + quiet >= deadline) return new KdsReply.Unavailable("the service asked to be left alone for now", quiet);
            if (Quiet() is { } pause) await Task.Delay(pause, _options.Time, budget);
            var (reply, retry) = await AttemptAsync(path, budget);
            if (retry is not { } wait || reply is not KdsReply.Unavailable missing) return reply;
            failed(missing);
            if (wait == TimeSpan.Zero) wait = Backoff(attempt);
            if (Elapsed + wait >= deadline) return missing with { RetryAfter = wait };
            await Task.Delay(wait, _options.Time, budget);
        }
    }

    /// <summary>One request. The second value says whether another may help: null no, zero after a pause of ours, else after that long.</summary>
    private async Task<(KdsReply Reply, TimeSpan? Retry)> AttemptAsync(string path, CancellationToken budget)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_options.BaseAddress, path));
            using var response = await _http.SendAsync(request, budget);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => (await BodyAsync(response, budget), null),
                HttpStatusCode.TooManyRequests => Throttled(response.Headers.RetryAfter),
                HttpStatusCode.NotFound => (new KdsReply.Unavailable("the service knows no such certificate (404)"), null),
                >= HttpStatusCode.InternalServerError => (Answered(response.StatusCode), RetryAfter(response.Headers.RetryAfter) ?? TimeSpan.Zero),
                >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => (new KdsReply.Unavailable("the service answered with a redirect, which is not followed"), null),
                _ => (Answered(response.StatusCode), null),
            };
        }
        catch (HttpRequestException failure)
        {
            return (new KdsReply.Unavailable($"the service cannot be reached ({failure.HttpRequestError})"), TimeSpan.Zero);
        }
        catch (IOException)
        {
            return (new KdsReply.Unavailable("the answer broke off"), TimeSpan.Zero);
        }
    }

    private static KdsReply.Unavailable Answered(HttpStatusCode status) =>
        new(string.Create(CultureInfo.InvariantCulture, $"the service answered {(int)status}"));

    private async Task<KdsReply> BodyAsync(HttpResponseMessage response, CancellationToken budget)
    {
        var tooLarge = new KdsReply.Unavailable($"the answer is larger than {_options.MaxBodyBytes} bytes");
        if (response.Content.Headers.ContentLength > _options.MaxBodyBytes) return tooLarge;
        await using var stream = await response.Content.ReadAsStreamAsync(budget);
        var body = new byte[_options.MaxBodyBytes + 1];
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, budget);
        return length > _options.MaxBodyBytes ? tooLarge : new KdsReply.Fetched(body.AsMemory(0, length).ToArray());
    }

    private (KdsReply, TimeSpan?) Throttled(RetryConditionHeaderValue? header)
    {
        var wait = RetryAfter(header);
        if (wait is { } asked) Interlocked.Exchange(ref _quietUntil, (Elapsed + asked).Ticks);
        return (new KdsReply.Unavailable("the service throttles requests (429)", wait), wait ?? TimeSpan.Zero);
    }

    /// <summary>Seconds or a date (RFC 9110 §10.2.3), at most an hour: a longer wish is not ours to keep in memory.</summary>
    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - _options.Time.GetUtcNow();
        return wait is not { } asked ? null : asked <= TimeSpan.Zero ? null : asked < LongestQuiet ? asked : LongestQuiet;
    }

    private TimeSpan? Quiet()
    {
        var left = new TimeSpan(Interlocked.Read(ref _quietUntil)) - Elapsed;
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>Doubling, of which a random half is taken away: callers that failed together do not come back together.</summary>
    private TimeSpan Backoff(int attempt) => _options.RetryAfter * Math.Pow(2, Math.Min(attempt, 6)) * (1 - 0.5 * _options.Jitter());

    /// <summary>A clock that nobody sets, unlike the calendar.</summary>
    private TimeSpan Elapsed => _options.Time.GetElapsedTime(_born);

    private static readonly TimeSpan LongestQuiet = TimeSpan.FromHours(1);
}
