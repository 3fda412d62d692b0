using System.Net.Sockets;
using System.Text;
using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Simulation.Tests;

public sealed class ProcessorServerTests : IAsyncLifetime
{
    private readonly StateFolder _folder = new();
    private readonly TaskCompletionSource<SimulatedProcessor> _launched = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SimulatedProcessor _processor;
    private readonly ProcessorServer _server;
    private readonly Task _serving;
    private readonly string _socket;

    public ProcessorServerTests()
    {
        _socket = _folder.Socket();
        _processor = new SimulatedProcessor(SimulatedChip.Create(SimulatedProduct.Genoa), EndorsementChain.Empty with { Vcek = new byte[] { 1 }, Ask = new byte[] { 2 }, Ark = new byte[] { 3 } }, ProcessorSettings.For(SimulatedProduct.Genoa));
        _server = new ProcessorServer(new TeeEndpoint.Unix(_socket), _launched.Task);
        _serving = _server.RunAsync(_stop.Token);
    }

    [Fact]
    public void The_socket_is_its_owners_only() => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_socket));

    [Fact]
    public async Task A_report_carries_the_launch_and_the_callers_data()
    {
        Launch();
        await using var client = await SecureProcessorClient.ConnectAsync(_socket, TimeSpan.FromSeconds(10), CancellationToken.None);
        var data = Enumerable.Range(0, 64).Select(i => (byte)i).ToArray();
        var first = await client.ReportAsync(data, CancellationToken.None);
        var second = await client.ReportAsync(new byte[64], CancellationToken.None);

        var report = SimulatedReport.From(first.Report.Span);
        Assert.Equal(data, report.Get(ReportField.ReportData).ToArray());
        Assert.Equal(Enumerable.Repeat((byte)0x11, 48), report.Get(ReportField.Measurement).ToArray());
        Assert.Equal(Enumerable.Repeat((byte)0x22, 32), report.Get(ReportField.HostData).ToArray());
        Assert.Equal(report.Get(ReportField.ReportId).ToArray(), SimulatedReport.From(second.Report.Span).Get(ReportField.ReportId).ToArray());
        Assert.Equal([1], first.Chain.Vcek.ToArray());
        Assert.Equal([2], first.Chain.Ask.ToArray());
        Assert.Equal([3], first.Chain.Ark.ToArray());
        Assert.True(first.Chain.Vlek.IsEmpty);
    }

    [Fact]
    public void Two_launches_have_two_report_ids()
    {
        Launch();
        using var other = new SimulatedProcessor(SimulatedChip.Create(SimulatedProduct.Genoa), EndorsementChain.Empty, ProcessorSettings.For(SimulatedProduct.Genoa));
        other.Launch(LaunchOf());
        Assert.NotEqual(_processor.Guest!.ReportId, other.Guest!.ReportId);
    }

    [Fact]
    public async Task A_guest_that_connects_before_the_launch_waits_for_it()
    {
        var connecting = SecureProcessorClient.ConnectAsync(_socket, TimeSpan.FromSeconds(20), CancellationToken.None);
        await using (var early = await RawAsync()) // a round trip on another connection: the server is up, and the first client still waits
            Assert.Contains("INVALID_PARAMETERS", await early.AskAsync("{}"), StringComparison.Ordinal);
        Assert.False(connecting.IsCompleted);
        Launch();
        await using var client = await connecting;
        Assert.Equal(32, (await client.DeriveKeyAsync(new(DerivedKeyFields.Measurement), CancellationToken.None)).Length);
    }

    [Fact]
    public async Task A_client_gives_up_at_its_deadline_and_names_the_endpoint()
    {
        var failure = await Assert.ThrowsAsync<SecureProcessorException>(() => SecureProcessorClient.ConnectAsync(_socket, TimeSpan.FromMilliseconds(50), CancellationToken.None));
        Assert.Equal(SecureProcessorException.Unreachable, failure.Code);
        Assert.Contains(_socket, failure.Message, StringComparison.Ordinal);

        failure = await Assert.ThrowsAsync<SecureProcessorException>(() => SecureProcessorClient.ConnectAsync(_folder.Socket("nobody"), TimeSpan.FromMilliseconds(50), CancellationToken.None));
        Assert.Equal(SecureProcessorException.Unreachable, failure.Code);
    }

    [Fact]
    public async Task A_caller_who_cancels_hears_of_it_and_the_next_call_gets_its_own_answer()
    {
        Launch();
        await using var client = await SecureProcessorClient.ConnectAsync(_socket, TimeSpan.FromSeconds(10), CancellationToken.None);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.ReportAsync(new byte[64], cancelled.Token));

        var wanted = Enumerable.Repeat((byte)7, 64).ToArray();
        var abandoned = new CancellationTokenSource();
        var first = client.ReportAsync(new byte[64], abandoned.Token);
        await abandoned.CancelAsync();
        try { await first; } catch (OperationCanceledException) { }
        var evidence = await client.ReportAsync(wanted, CancellationToken.None);
        Assert.Equal(wanted, SimulatedReport.From(evidence.Report.Span).Get(ReportField.ReportData).ToArray());
    }

    [Fact]
    public async Task A_refusal_reaches_the_guest_with_its_reason()
    {
        Launch();
        await using var client = await SecureProcessorClient.ConnectAsync(_socket, TimeSpan.FromSeconds(10), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<SecureProcessorException>(() => client.DeriveKeyAsync(new(DerivedKeyFields.None, DerivedKeyRoot.Vmrk), CancellationToken.None));
        Assert.Equal(SecureProcessorError.InvalidParameters, failure.Code);
        await Assert.ThrowsAsync<ArgumentException>(() => client.ReportAsync(new byte[63], CancellationToken.None));
        Assert.Equal(1184, (await client.ReportAsync(new byte[64], CancellationToken.None)).Report.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("report")]
    [InlineData("null")]
    [InlineData("""{"call":"launch","measurement":"00"}""")]
    [InlineData("""{"call":"report"}""")]
    [InlineData("""{"call":"report","report_data":"AAAA"}""")]
    [InlineData("""{"call":"report","report_data":"!"}""")]
    [InlineData("""{"call":"derive_key"}""")]
    [InlineData("""{"call":"derive_key","derived_key":{"fields":64}}""")]
    [InlineData("""{"call":"derive_key","derived_key":{"fields":-1}}""")]
    [InlineData("""{"call":"launched","call":"launched"}""")]
    [InlineData("""{"call":"launched","surprise":1}""")]
    public async Task Nonsense_is_refused_and_the_connection_lives_on(string line)
    {
        Launch();
        await using var raw = await RawAsync();
        Assert.Contains("INVALID_PARAMETERS", await raw.AskAsync(line), StringComparison.Ordinal);
        Assert.Equal("{}", await raw.AskAsync("""{"call":"launched"}"""));
    }

    [Fact]
    public async Task A_line_without_end_closes_the_connection()
    {
        await using var raw = await RawAsync();
        Assert.Null(await raw.AskAsync(new string('x', SecureProcessorCall.MaxLineBytes + 1)));
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_report()
    {
        Launch();
        await Parallel.ForAsync(0, 40, async (i, _) =>
        {
            await using var client = await SecureProcessorClient.ConnectAsync(_socket, TimeSpan.FromSeconds(20), CancellationToken.None);
            var data = Enumerable.Repeat((byte)i, 64).ToArray();
            var evidence = await client.ReportAsync(data, CancellationToken.None);
            Assert.Equal(data, SimulatedReport.From(evidence.Report.Span).Get(ReportField.ReportData).ToArray());
        });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _serving);
        _server.Dispose();
        _processor.Dispose();
        Assert.False(File.Exists(_socket));
        _folder.Dispose();
        _stop.Dispose();
    }

    private static LaunchRequest LaunchOf() => new(new('1', 96), new('2', 64), 0x30000);

    private void Launch()
    {
        Assert.NotNull(_processor.Launch(LaunchOf()));
        _launched.SetResult(_processor);
    }

    private async Task<RawConnection> RawAsync() => new(await new TeeEndpoint.Unix(_socket).ConnectAsync(CancellationToken.None));

    private sealed class RawConnection(Socket socket) : IAsyncDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);

        public async Task<string?> AskAsync(string line)
        {
            try
            {
                await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"));
                return await new StreamReader(_stream, leaveOpen: true).ReadLineAsync();
            }
            catch (IOException)
            {
                return null;
            }
        }

        public ValueTask DisposeAsync() => _stream.DisposeAsync();
    }
}
