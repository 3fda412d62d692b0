using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using SafeClaw.Attestation;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest.Tests;

/// <summary>The real server on a real Unix socket in a directory of its own; only the evidence and the assistant are played by the test.</summary>
internal sealed class GuestUnderTest : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("guest-").FullName;
    private GuestServer? _server;
    private TlsIdentity? _identity;

    public FakeAgent Agent { get; } = new();

    public FakeEvidence Evidence { get; } = new();

    public SecretStore Secrets { get; private set; } = null!;

    public TurnLedger Ledger { get; private set; } = null!;

    public string SocketPath => Path.Combine(_directory, "attest.sock");

    public string SecretsPath => Path.Combine(_directory, "secrets");

    public ReadOnlyMemory<byte> SpkiSha256 => _identity!.SpkiSha256;

    public static async Task<GuestUnderTest> StartAsync(GuestLimits? limits = null, TurnLimits? turns = null, params IRoute[] more)
    {
        var guest = new GuestUnderTest();
        guest.Secrets = SecretStore.Open(guest.SecretsPath, requireMemory: false);
        guest.Ledger = new TurnLedger(turns ?? new TurnLimits());
        guest._identity = await TlsIdentity.CreateAsync(guest.Evidence, CancellationToken.None);
        var routes = new RouteTable(
        [
            new StatusRoute(guest.Evidence, () => guest.Ledger.Count, TimeProvider.System),
            new AttestRoute(guest.Evidence, guest._identity.SpkiSha256),
            new SecretsRoute(guest.Secrets, guest.Agent),
            new RevokeRoute(guest.Secrets, guest.Agent),
            new ProcessRoute(guest.Agent, guest.Ledger, turns ?? new TurnLimits(), TimeProvider.System),
            .. more,
        ]);
        guest._server = await GuestServer.StartAsync(new TeeEndpoint.Unix(guest.SocketPath), guest._identity, routes, limits ?? new GuestLimits(), CancellationToken.None);
        return guest;
    }

    /// <summary>A TLS connection of the test's own.</summary>
    public async Task<RawClient> DialAsync(params SslApplicationProtocol[] protocols)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath));
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "guest",
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        return new RawClient(socket, tls);
    }

    /// <summary>One request on a connection of its own; the whole answer until the server closes or the body is complete.</summary>
    public async Task<RawReply> SendAsync(string raw) => await SendAsync(Encoding.Latin1.GetBytes(raw));

    public async Task<RawReply> SendAsync(byte[] raw)
    {
        await using var client = await DialAsync();
        await client.WriteAsync(raw);
        return await client.ReadReplyAsync();
    }

    public Task<RawReply> PostAsync(string path, string json) => SendAsync(Encoding.UTF8.GetBytes(Post(path, json)));

    public static string Post(string path, string json, string headers = "") =>
        $"POST {path} HTTP/1.1\r\nHost: guest\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(json)}\r\n{headers}\r\n{json}";

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _identity?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}

/// <summary>Evidence whose report is zeros around the REPORT_DATA it was asked for.</summary>
internal sealed class FakeEvidence : IEvidenceSource
{
    public List<byte[]> Asked { get; } = [];

    public bool Fails { get; set; }

    public bool Simulated => true;

    public Task<Evidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellationToken)
    {
        if (Fails) throw new EvidenceException("gone");
        lock (Asked) Asked.Add(reportData.ToArray());
        var report = new byte[1184];
        reportData.CopyTo(report.AsMemory(0x50));
        return Task.FromResult(new Evidence(report, EndorsementChain.Empty));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>An assistant whose answers the test decides.</summary>
internal sealed class FakeAgent : IAgentHost
{
    public List<ProcessRequest> Runs { get; } = [];

    public int Restarts { get; private set; }

    public Func<ProcessRequest, Action<string>, CancellationToken, Task<ProcessReply>> Answer { get; set; } =
        (request, _, _) => Task.FromResult(new ProcessReply(request.SessionId, "echo " + request.Content, true));

    public Task<ProcessReply> RunAsync(ProcessRequest request, Action<string> onChunk, CancellationToken cancellationToken)
    {
        lock (Runs) Runs.Add(request);
        return Answer(request, onChunk, cancellationToken);
    }

    public Task RestartAsync(CancellationToken cancellationToken)
    {
        Restarts++;
        return Task.CompletedTask;
    }
}

internal sealed record RawReply(int Status, string Head, string Body, bool Closed)
{
    public override string ToString() => $"{Status} {Body} {(Closed ? "closed" : "open")}";
}

/// <summary>Bytes in, bytes out.</summary>
internal sealed class RawClient(Socket socket, SslStream tls) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly List<byte> _pending = [];

    public SslStream Tls => tls;

    public Socket Socket => socket;

    public async Task WriteAsync(byte[] bytes)
    {
        try
        {
            await tls.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // the server closed already; what it said is still to be read
        }
    }

    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>One response framed by Content-Length, or whatever came before the end. Status 0: nothing came.</summary>
    public async Task<RawReply> ReadReplyAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        var closed = false;
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. _pending]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var head = text[..end];
                var length = Length(head);
                if (closed || (length is { } n && text.Length >= end + 4 + n))
                {
                    var body = length is { } l && text.Length >= end + 4 + l ? text.Substring(end + 4, l) : text[(end + 4)..];
                    _pending.RemoveRange(0, end + 4 + body.Length);
                    var says = head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase);
                    return new RawReply(int.Parse(head.Split(' ')[1]), head, body, closed || (says && await EndsAsync(deadline.Token)));
                }
            }
            else if (closed) return new RawReply(0, "", text, true);

            closed = !await FillAsync(deadline.Token);
        }
    }

    /// <summary>True if the server says nothing more and closes.</summary>
    public async Task<bool> EndsAsync(CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        return !await FillAsync(deadline.Token);
    }

    /// <summary>Everything until the server closes.</summary>
    public async Task<string> ReadToEndAsync() => Encoding.UTF8.GetString(await ReadBytesToEndAsync());

    public async Task<byte[]> ReadBytesToEndAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (await FillAsync(deadline.Token)) { }
        byte[] all = [.. _pending];
        _pending.Clear();
        return all;
    }

    /// <summary>Reads until the text appears.</summary>
    public async Task<string> ReadUntilAsync(string wanted)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!Encoding.UTF8.GetString([.. _pending]).Contains(wanted, StringComparison.Ordinal))
            if (!await FillAsync(deadline.Token)) break;
        return Encoding.UTF8.GetString([.. _pending]);
    }

    public async ValueTask DisposeAsync()
    {
        await tls.DisposeAsync();
        socket.Dispose();
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[16_384];
        try
        {
            var read = await tls.ReadAsync(buffer, cancellationToken);
            _pending.AddRange(buffer[..read]);
            return read > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int? Length(string head)
    {
        var line = head.Split("\r\n").FirstOrDefault(h => h.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        return line is null ? null : int.Parse(line.Split(':')[1]);
    }
}
