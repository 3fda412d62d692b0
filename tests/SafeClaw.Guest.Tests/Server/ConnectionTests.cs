using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using SafeClaw.Attestation;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest.Tests.Server;

public sealed class ConnectionTests
{
    private const string Status = "GET /status HTTP/1.1\r\nHost: guest\r\n\r\n";

    [Fact]
    public async Task The_socket_belongs_to_its_owner_from_birth()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(guest.SocketPath));
    }

    [Fact]
    public async Task TLS_1_3_with_the_attested_key_and_HTTP_1_1_is_agreed()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        await using var client = await guest.DialAsync(SslApplicationProtocol.Http11);
        Assert.Equal(SslProtocols.Tls13, client.Tls.SslProtocol);
        Assert.Equal(SslApplicationProtocol.Http11, client.Tls.NegotiatedApplicationProtocol);
        using var key = ((X509Certificate2)client.Tls.RemoteCertificate!).GetECDsaPublicKey()!;
        Assert.Equal(guest.SpkiSha256.ToArray(), SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
        var reportData = Assert.Single(guest.Evidence.Asked);
        Assert.Equal([.. guest.SpkiSha256.ToArray(), .. new byte[32]], reportData);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, "http/1.1")]
    [InlineData(SslProtocols.Tls13, "h2")]
    public async Task Other_versions_and_protocols_are_refused(SslProtocols version, string protocol)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(guest.SocketPath));
        await using var tls = new SslStream(new NetworkStream(socket));
        await Assert.ThrowsAnyAsync<Exception>(() => tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "guest",
            EnabledSslProtocols = version,
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        }));
    }

    [Fact]
    public async Task A_closing_server_says_close_notify_so_that_an_end_is_no_truncation()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        await using var client = await guest.DialAsync();
        await client.WriteAsync(Status.Replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n", StringComparison.Ordinal));
        var raw = new byte[65_536];
        Assert.True((await client.ReadReplyAsync()).Closed);
        // SslStream returns 0 for close_notify and for a bare end alike; a second read tells: after close_notify the stream stays at its end.
        Assert.Equal(0, await client.Tls.ReadAsync(raw));
    }

    [Fact]
    public async Task Two_handshakes_of_one_client_are_both_full_ones()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var callbacks = 0;
        for (var i = 0; i < 2; i++)
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(guest.SocketPath));
            await using var tls = new SslStream(new NetworkStream(socket));
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "guest", RemoteCertificateValidationCallback = (_, _, _, _) => ++callbacks > 0 });
            await tls.WriteAsync(Encoding.ASCII.GetBytes(Status));
            Assert.True(await tls.ReadAsync(new byte[4_096]) > 0); // tickets, had there been any, came with this
        }

        Assert.Equal(2, callbacks);
    }

    [Fact]
    public async Task A_client_that_does_not_speak_TLS_is_turned_away_and_nobody_waits()
    {
        await using var guest = await GuestUnderTest.StartAsync(new GuestLimits { HandshakeTimeout = TimeSpan.FromMilliseconds(300) });
        using var silent = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await silent.ConnectAsync(new UnixDomainSocketEndPoint(guest.SocketPath));
        using var plain = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await plain.ConnectAsync(new UnixDomainSocketEndPoint(guest.SocketPath));
        await plain.SendAsync(Encoding.ASCII.GetBytes(Status));
        Assert.Equal(200, (await guest.SendAsync(Status)).Status);
        foreach (var socket in new[] { silent, plain }) Assert.True(await EndsAsync(socket));
    }

    [Fact]
    public async Task Sixty_four_clients_are_served_beside_two_hundred_that_say_nothing()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var silent = new List<Socket>();
        for (var i = 0; i < 200; i++)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(guest.SocketPath));
            silent.Add(socket);
        }

        var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => guest.SendAsync(Status)));
        Assert.All(replies, reply => Assert.Equal(200, reply.Status));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Connections_past_the_bound_are_closed()
    {
        await using var guest = await GuestUnderTest.StartAsync(new GuestLimits { MaxConnections = 2 });
        await using var one = await guest.DialAsync();
        await using var two = await guest.DialAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => guest.DialAsync());
    }

    [Fact]
    public async Task A_challenge_is_answered_with_a_report_for_it_and_for_this_key()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var nonce = RandomNumberGenerator.GetBytes(32);
        var reply = await guest.PostAsync("/attest", JsonSerializer.Serialize(new AttestRequest(Convert.ToBase64String(nonce)), WireJson.Default.AttestRequest));
        var attest = JsonSerializer.Deserialize(reply.Body, WireJson.Default.AttestReply)!;
        var report = Convert.FromBase64String(attest.Report);
        Assert.Equal(guest.SpkiSha256.ToArray(), report[0x50..0x70]);
        Assert.Equal(Freshness.Binding(nonce, new byte[32]), report[0x70..0x90]);
        Assert.Equal(SHA256.HashData([.. "safeclaw-fresh-v1"u8, .. nonce, .. "guest"u8, .. new byte[32]]), report[0x70..0x90]);
    }

    [Theory]
    [Trait("neg", "K14")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(" AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAA\\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("____________________________________________")]
    public async Task A_nonce_that_is_not_32_bytes_in_canonical_base64_is_refused(string nonce)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal(400, (await guest.PostAsync("/attest", $$"""{"nonce":"{{nonce}}"}""")).Status);
        Assert.Single(guest.Evidence.Asked); // the handshake's own
    }

    [Fact]
    public async Task A_secure_processor_that_is_gone_is_said_so()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        guest.Evidence.Fails = true;
        var reply = await guest.PostAsync("/attest", $$"""{"nonce":"{{Convert.ToBase64String(new byte[32])}}"}""");
        Assert.Equal(503, reply.Status);
        Assert.Contains("COLLATERAL_UNAVAILABLE", reply.Body);
    }

    [Fact]
    public async Task Status_tells_what_the_guest_speaks()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var status = JsonSerializer.Deserialize((await guest.SendAsync(Status)).Body, WireJson.Default.StatusReply)!;
        Assert.True(status is { Status: "ok", Tee: true, Simulated: true, Sessions: 0, Protocol: { Dedupe: true, Attest: true, Stream: true } });
    }

    private static async Task<bool> EndsAsync(Socket socket)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            while (await socket.ReceiveAsync(new byte[1_024], SocketFlags.None, deadline.Token) > 0) { }
            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
