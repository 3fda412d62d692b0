using System.Net.Sockets;
using System.Text;

namespace SafeClaw.Tee.Tests;

public sealed class TeeEndpointSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sc-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("unix:/run/guest/attest.sock")]
    [InlineData("vsock://3:4091")]
    [InlineData("hvsock:/run/vm.sock:4091")]
    [InlineData("tcp://127.0.0.1:4091")]
    public void An_endpoint_is_written_as_it_is_read(string text) => Assert.Equal(text, TeeEndpoint.Parse(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("unix:relative.sock")]
    [InlineData("unix:")]
    [InlineData("unix:/a\0b")]
    [InlineData("vsock://3")]
    [InlineData("vsock://-1:4091")]
    [InlineData("vsock://3:4294967296")]
    [InlineData("hvsock:/run/vm.sock")]
    [InlineData("hvsock:run:4091")]
    [InlineData("tcp://0.0.0.0:4091")]
    [InlineData("tcp://localhost:4091")]
    [InlineData("tcp://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:80")]
    public void Anything_else_is_refused_with_a_sentence(string? text)
    {
        Assert.False(TeeEndpoint.TryParse(text, out var endpoint, out var problem));
        Assert.Null(endpoint);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "V13")]
    public void A_socket_path_of_107_bytes_fits_and_one_of_108_does_not()
    {
        Assert.True(TeeEndpoint.TryParse("unix:/" + new string('a', 106), out _, out _));
        Assert.False(TeeEndpoint.TryParse("unix:/" + new string('a', 107), out _, out var problem));
        Assert.Contains("107", problem, StringComparison.Ordinal);
        Assert.False(TeeEndpoint.TryParse("unix:/" + new string('é', 54), out _, out _));
    }

    [Fact]
    [Trait("neg", "V14")]
    public void A_bound_socket_is_0600_from_birth()
    {
        var path = Path.Combine(_folder, "attest.sock");
        using var socket = OwnedUnixSocket.Bind(new TeeEndpoint.Unix(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    [Trait("neg", "V11")]
    public void A_path_that_somebody_listens_on_is_not_taken_over()
    {
        var endpoint = new TeeEndpoint.Unix(Path.Combine(_folder, "attest.sock"));
        using var owner = OwnedUnixSocket.Bind(endpoint);
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => OwnedUnixSocket.Bind(endpoint)).SocketErrorCode);
        Assert.True(File.Exists(endpoint.Path));
    }

    [Fact]
    public async Task The_peer_of_our_own_socket_is_ours()
    {
        var (client, server) = await PairAsync(new TeeEndpoint.Unix(Path.Combine(_folder, "attest.sock")));
        using (client)
        using (server)
        {
            Assert.True(OwnedUnixSocket.PeerIsOurs(client));
            Assert.True(OwnedUnixSocket.PeerIsOurs(server));
        }
    }

    [Fact]
    [Trait("neg", "V09")]
    public async Task Nobody_listening_is_a_socket_error_whatever_lies_at_the_path()
    {
        var missing = new TeeEndpoint.Unix(Path.Combine(_folder, "missing.sock"));
        await Assert.ThrowsAsync<SocketException>(() => missing.ConnectAsync(CancellationToken.None));
        var file = Path.Combine(_folder, "file.sock");
        await File.WriteAllTextAsync(file, "not a socket");
        await Assert.ThrowsAsync<SocketException>(() => new TeeEndpoint.Unix(file).ConnectAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_hybrid_vsock_says_connect_and_leaves_the_guests_first_bytes_to_the_caller()
    {
        var path = Path.Combine(_folder, "vm.sock");
        using var hypervisor = OwnedUnixSocket.Bind(new TeeEndpoint.Unix(path));
        hypervisor.Listen(1);
        var connecting = new TeeEndpoint.HybridVsock(path, 4091).ConnectAsync(CancellationToken.None);
        using var accepted = await hypervisor.AcceptAsync();
        var line = new byte[64];
        var read = await accepted.ReceiveAsync(line, SocketFlags.None);
        Assert.Equal("CONNECT 4091\n", Encoding.ASCII.GetString(line, 0, read));
        await accepted.SendAsync(Encoding.ASCII.GetBytes("OK 1073741824\nhello"), SocketFlags.None);
        using var client = await connecting;
        read = await client.ReceiveAsync(line, SocketFlags.None);
        Assert.Equal("hello", Encoding.ASCII.GetString(line, 0, read));
    }

    [Theory]
    [InlineData("NO\n")]
    [InlineData("")]
    [InlineData("OK 00000000000000000000000000000000000000000000")]
    public async Task A_hypervisor_that_does_not_say_ok_is_refused(string answer)
    {
        var path = Path.Combine(_folder, "vm.sock");
        using var hypervisor = OwnedUnixSocket.Bind(new TeeEndpoint.Unix(path));
        hypervisor.Listen(1);
        var connecting = new TeeEndpoint.HybridVsock(path, 4091).ConnectAsync(CancellationToken.None);
        using (var accepted = await hypervisor.AcceptAsync())
        {
            await accepted.ReceiveAsync(new byte[64], SocketFlags.None);
            if (answer.Length > 0) await accepted.SendAsync(Encoding.ASCII.GetBytes(answer), SocketFlags.None);
        }

        await Assert.ThrowsAsync<IOException>(() => connecting);
    }

    private static async Task<(Socket Client, Socket Server)> PairAsync(TeeEndpoint.Unix endpoint)
    {
        using var listener = OwnedUnixSocket.Bind(endpoint);
        listener.Listen(1);
        var accepting = listener.AcceptAsync();
        return (await endpoint.ConnectAsync(CancellationToken.None), await accepting);
    }
}
