using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Simulation;

/// <summary>
/// AMD's key distribution service on loopback, for the chips of simulated platforms: VCEKs, chains and revocation lists at AMD's paths, and
/// a dial for everything that goes wrong with the real one. Plain HTTP/1.1, one request a connection.
/// </summary>
public sealed class SimulatedKds : IAsyncDisposable
{
    private const int MaxHeadBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly IReadOnlyList<SimulatedPlatform> _platforms;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Task _accepting;

    /// <param name="platforms">Whose certificates it gives; stay the caller's.</param>
    public SimulatedKds(params IReadOnlyList<SimulatedPlatform> platforms)
    {
        _platforms = platforms;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Base address, to be given as the service's.</summary>
    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/"));

    /// <summary>Path and query of every request so far, in order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>What goes wrong, by path; null answers properly.</summary>
    public Func<string, KdsFault?> Fault { get; set; } = _ => null;

    /// <summary>Changes a revocation list before it is signed.</summary>
    public Func<CrlDraft, CrlDraft> Crl { get; set; } = draft => draft;

    /// <summary>When certificates and lists are issued.</summary>
    public DateTimeOffset At { get; set; } = DateTimeOffset.UtcNow;

    /// <summary>Nobody is answered before this completes.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_serving);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception failure) when (failure is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                if (await ReadTargetAsync(stream) is not { } target) return;
                _requests.Enqueue(target);
                await Gate.WaitAsync(_stop.Token);
                await AnswerAsync(stream, target);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or SocketException)
        {
            // the client went away, or we are stopping
        }
    }

    private async Task<string?> ReadTargetAsync(NetworkStream stream)
    {
        var head = new byte[MaxHeadBytes];
        var length = 0;
        while (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var read = length == head.Length ? 0 : await stream.ReadAsync(head.AsMemory(length), _stop.Token);
            length += read;
            if (read == 0 || head[0] != 'G') return null; // gone, or no HTTP: a TLS client is hung up on
        }

        var parts = Encoding.ASCII.GetString(head, 0, length).Split("\r\n", 2)[0].Split(' ');
        return parts is ["GET", var target, "HTTP/1.1"] ? target : null;
    }

    private Task AnswerAsync(NetworkStream stream, string target) => Fault(target) switch
    {
        null => Find(target) is { } body ? SendAsync(stream, 200, body.Type, body.Bytes) : SendAsync(stream, 404, "text/plain", []),
        KdsFault.Status status => SendAsync(stream, status.Code, "text/plain", []),
        KdsFault.Throttle { RetryAfterSeconds: { } seconds } => SendAsync(stream, 429, "text/plain", [], string.Create(CultureInfo.InvariantCulture, $"Retry-After: {seconds}\r\n")),
        KdsFault.Throttle => SendAsync(stream, 429, "text/plain", []),
        KdsFault.Redirect redirect => SendAsync(stream, 302, "text/plain", [], $"Location: {redirect.To}\r\n"),
        KdsFault.Html => SendAsync(stream, 200, "text/html", "<html><body>Please sign in.</body></html>"u8.ToArray()),
        KdsFault.WrongChip => SendAsync(stream, 200, "application/pkix-cert", OfAnotherChip(target)),
        KdsFault.Huge huge => SendHugeAsync(stream, huge),
        KdsFault.SlowDrip drip => DripAsync(stream, drip.Pause),
        KdsFault.Silence => Task.Delay(Timeout.Infinite, _stop.Token),
        KdsFault.BreakOff => WriteHeadAsync(stream, 200, "application/pkix-cert", 1000),
        _ => throw new InvalidOperationException("unknown fault"),
    };

    /// <summary>AMD 57230: /vcek/v1/{product}/{hwid}?…, /{vcek|vlek}/v1/{product}/cert_chain and …/crl.</summary>
    private (string Type, byte[] Bytes)? Find(string target)
    {
        var address = new Uri(Address, target);
        if (address.AbsolutePath.Split('/') is not ["", var kind and ("vcek" or "vlek"), "v1", var product, var what]) return null;
        if (_platforms.FirstOrDefault(candidate => candidate.Product.Name == product) is not { } platform) return null;
        var authority = platform.Authority;
        return what switch
        {
            "cert_chain" => ("application/x-pem-file", Pem(kind == "vcek" ? authority.Ask : authority.Asvk, authority.Ark)),
            "crl" => ("application/pkix-crl", Crl(authority.CrlDraft(At)).Sign(authority.ArkKey)),
            _ when kind == "vcek" && Chip(product, what) is { } owner && Tcb(address.Query, owner.Product) is { } tcb => ("application/pkix-cert", owner.Vcek(tcb, At)),
            _ => null,
        };
    }

    private SimulatedPlatform? Chip(string product, string hardwareId) => _platforms.FirstOrDefault(
        platform => platform.Product.Name == product && Convert.ToHexStringLower(platform.Chip.ChipId.AsSpan(0, platform.Product.ChipIdBytes)) == hardwareId);

    private byte[] OfAnotherChip(string target)
    {
        var address = new Uri(Address, target);
        var platform = _platforms.First(candidate => address.AbsolutePath.Contains($"/{candidate.Product.Name}/", StringComparison.Ordinal));
        using var other = new SimulatedPlatform(platform.Authority);
        return other.Vcek(Tcb(address.Query, platform.Product) ?? platform.Product.CurrentTcb, At);
    }

    private static SimulatedTcb? Tcb(string query, SimulatedProduct product)
    {
        var levels = query.TrimStart('?').Split('&').Select(pair => pair.Split('=')).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        byte? Level(string name) => levels.TryGetValue(name, out var text) && byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : null;
        if ((Level("blSPL"), Level("teeSPL"), Level("snpSPL"), Level("ucodeSPL")) is not ({ } bl, { } tee, { } snp, { } ucode)) return null;
        if (levels.Count != (product.HasFmc ? 5 : 4) || product.HasFmc != Level("fmcSPL").HasValue) return null;
        return new SimulatedTcb(Level("fmcSPL") ?? 0, bl, tee, snp, ucode);
    }

    private static byte[] Pem(byte[] intermediate, byte[] root) => Encoding.ASCII.GetBytes(
        PemEncoding.WriteString("CERTIFICATE", intermediate) + "\n" + PemEncoding.WriteString("CERTIFICATE", root) + "\n");

    private async Task SendAsync(NetworkStream stream, int status, string type, byte[] body, string headers = "")
    {
        await WriteHeadAsync(stream, status, type, body.Length, headers);
        await stream.WriteAsync(body, _stop.Token);
    }

    private async Task SendHugeAsync(NetworkStream stream, KdsFault.Huge huge)
    {
        await WriteHeadAsync(stream, 200, "application/pkix-cert", huge.SayLength ? huge.Bytes : null);
        var block = new byte[16 * 1024];
        for (var left = huge.Bytes; left > 0; left -= block.Length) await stream.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), _stop.Token);
    }

    private async Task DripAsync(NetworkStream stream, TimeSpan pause)
    {
        await WriteHeadAsync(stream, 200, "application/pkix-cert", 1300);
        for (var i = 0; i < 1300; i++)
        {
            await stream.WriteAsync("0"u8.ToArray(), _stop.Token);
            await Task.Delay(pause, _stop.Token);
        }
    }

    private async Task WriteHeadAsync(NetworkStream stream, int status, string type, long? length, string headers = "")
    {
        var said = length is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {bytes}\r\n") : "";
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {status} simulated\r\nContent-Type: {type}\r\n{said}{headers}Connection: close\r\n\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
    }
}
