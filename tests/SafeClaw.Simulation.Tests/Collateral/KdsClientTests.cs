using System.Diagnostics;
using System.Net;
using SafeClaw.Attestation;

namespace SafeClaw.Simulation.Tests;

public sealed class KdsClientTests : IAsyncLifetime
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(0.4);
    private readonly SimulatedPlatform _platform = new(Authorities.Genoa);
    private readonly SimulatedKds _kds;
    private readonly EndorsementKeyId _id;

    public KdsClientTests()
    {
        _kds = new SimulatedKds(_platform);
        var tcb = _platform.Product.CurrentTcb;
        _id = EndorsementKeyId.Vcek(SnpProduct.Genoa, _platform.Chip.ChipId, new TcbVersion(0, tcb.BootLoader, tcb.Tee, tcb.Snp, tcb.Microcode));
    }

    [Fact]
    public async Task The_service_is_asked_at_AMDs_paths()
    {
        using var client = Client();
        Assert.IsType<KdsReply.Fetched>(await client.VcekAsync(_id, default));
        Assert.IsType<KdsReply.Fetched>(await client.ChainAsync(SnpProduct.Genoa, KdsKeyKind.Vcek, default));
        Assert.IsType<KdsReply.Fetched>(await client.CrlAsync(SnpProduct.Genoa, KdsKeyKind.Vcek, default));
        Assert.IsType<KdsReply.Unavailable>(await client.ChainAsync(SnpProduct.Turin, KdsKeyKind.Vlek, default));
        Assert.IsType<KdsReply.Unavailable>(await client.CrlAsync(SnpProduct.Milan, KdsKeyKind.Vlek, default));
        Assert.Equal(
        [
            $"/vcek/v1/Genoa/{_id.HardwareId}?blSPL=10&teeSPL=00&snpSPL=27&ucodeSPL=88", "/vcek/v1/Genoa/cert_chain", "/vcek/v1/Genoa/crl",
            "/vlek/v1/Turin/cert_chain", "/vlek/v1/Milan/crl",
        ], _kds.Requests);
    }

    [Theory]
    [Trait("neg", "C41")]
    [InlineData(404, "404", 1)]
    [InlineData(403, "403", 1)]
    [InlineData(204, "204", 1)]
    public async Task An_answer_that_will_not_change_is_not_asked_for_again(int status, string said, int requests)
    {
        _kds.Fault = _ => new KdsFault.Status(status);
        await RefusedAsync(said);
        Assert.Equal(requests, _kds.Requests.Count);
    }

    [Theory]
    [Trait("neg", "C41")]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_failing_service_is_asked_again_within_the_budget_only(int status)
    {
        _kds.Fault = _ => new KdsFault.Status(status);
        var began = Stopwatch.GetTimestamp();
        await RefusedAsync($"{status}");
        Assert.InRange(_kds.Requests.Count, 2, 40);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_service_that_recovers_within_the_budget_is_enough()
    {
        _kds.Fault = _ => _kds.Requests.Count < 3 ? new KdsFault.Status(500) : null;
        using var client = Client(TimeSpan.FromSeconds(20));
        Assert.IsType<KdsReply.Fetched>(await client.VcekAsync(_id, default));
        Assert.Equal(3, _kds.Requests.Count);
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_redirect_is_never_followed()
    {
        await using var elsewhere = new SimulatedKds(_platform);
        _kds.Fault = path => new KdsFault.Redirect(new Uri(elsewhere.Address, path));
        await RefusedAsync("redirect");
        Assert.Single(_kds.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [Trait("neg", "C41")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hundred_megabytes_are_cut_off_at_64_KiB(bool sayLength)
    {
        _kds.Fault = _ => new KdsFault.Huge(100_000_000, sayLength);
        var before = GC.GetTotalAllocatedBytes();
        await RefusedAsync("larger than 65536");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 8 * 1024 * 1024);
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_body_of_exactly_the_cap_is_taken_and_one_byte_more_is_not()
    {
        using var client = Client();
        _kds.Fault = _ => new KdsFault.Huge(64 * 1024, SayLength: false);
        Assert.Equal(64 * 1024, Assert.IsType<KdsReply.Fetched>(await client.VcekAsync(_id, default)).Body.Length);
        _kds.Fault = _ => new KdsFault.Huge(64 * 1024 + 1, SayLength: false);
        Assert.IsType<KdsReply.Unavailable>(await client.VcekAsync(_id, default));
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_slow_drip_ends_with_the_budget()
    {
        _kds.Fault = _ => new KdsFault.SlowDrip(TimeSpan.FromMilliseconds(20));
        var began = Stopwatch.GetTimestamp();
        await RefusedAsync("no answer within");
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task Silence_and_a_broken_off_answer_are_unavailable()
    {
        _kds.Fault = _ => new KdsFault.Silence();
        await RefusedAsync("no answer within");
        _kds.Fault = _ => new KdsFault.BreakOff();
        await RefusedAsync("broke off");
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_service_that_does_not_speak_TLS_or_is_not_there_is_unavailable()
    {
        var https = new UriBuilder(_kds.Address) { Scheme = Uri.UriSchemeHttps }.Uri;
        using var client = new KdsClient(new KdsOptions { BaseAddress = https, Budget = Short });
        Assert.Contains("SecureConnectionError", Assert.IsType<KdsReply.Unavailable>(await client.VcekAsync(_id, default)).Reason, StringComparison.Ordinal);

        var gone = _kds.Address;
        await _kds.DisposeAsync();
        using var nobody = new KdsClient(new KdsOptions { BaseAddress = gone, Budget = Short });
        Assert.Contains("ConnectionError", Assert.IsType<KdsReply.Unavailable>(await nobody.VcekAsync(_id, default)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_throttling_service_is_asked_again_after_exactly_the_time_it_named()
    {
        var time = new ManualTime(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        _kds.Fault = _ => _kds.Requests.Count < 2 ? new KdsFault.Throttle(RetryAfterSeconds: 3) : null;
        using var client = new KdsClient(new KdsOptions { BaseAddress = _kds.Address, Time = time });
        var asking = client.VcekAsync(_id, default);
        await time.ArmedAsync(TimeSpan.FromSeconds(3));
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(asking.IsCompleted);
        Assert.Single(_kds.Requests);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.IsType<KdsReply.Fetched>(await asking);
        Assert.Equal(2, _kds.Requests.Count);
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task A_wish_to_be_left_alone_beyond_the_budget_is_passed_on_and_respected_by_every_request()
    {
        var time = new ManualTime(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        _kds.Fault = _ => _kds.Requests.Count < 2 ? new KdsFault.Throttle(RetryAfterSeconds: 60) : null;
        using var client = new KdsClient(new KdsOptions { BaseAddress = _kds.Address, Time = time });
        var first = Assert.IsType<KdsReply.Unavailable>(await client.VcekAsync(_id, default));
        Assert.Equal(TimeSpan.FromSeconds(60), first.RetryAfter);

        time.Advance(TimeSpan.FromSeconds(20));
        var second = Assert.IsType<KdsReply.Unavailable>(await client.ChainAsync(SnpProduct.Genoa, KdsKeyKind.Vcek, default));
        Assert.Equal(TimeSpan.FromSeconds(40), second.RetryAfter);
        Assert.Single(_kds.Requests); // the second was not sent at all

        time.Advance(TimeSpan.FromSeconds(40));
        Assert.IsType<KdsReply.Fetched>(await client.ChainAsync(SnpProduct.Genoa, KdsKeyKind.Vcek, default));
    }

    [Fact]
    [Trait("neg", "C41")]
    public async Task Pauses_double_and_are_jittered()
    {
        var time = new ManualTime(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        _kds.Fault = _ => new KdsFault.Throttle();
        using var client = new KdsClient(new KdsOptions { BaseAddress = _kds.Address, Time = time, Budget = TimeSpan.FromSeconds(3), RetryAfter = TimeSpan.FromSeconds(1), Jitter = () => 0.5 });
        var asking = client.VcekAsync(_id, default);
        await time.ArmedAsync(TimeSpan.FromSeconds(0.75)); // 1 s × 2⁰ × (1 − 0.5 × 0.5)
        time.Advance(TimeSpan.FromSeconds(0.75));
        await time.ArmedAsync(TimeSpan.FromSeconds(1.5));
        time.Advance(TimeSpan.FromSeconds(1.5));
        var missing = Assert.IsType<KdsReply.Unavailable>(await asking); // 3 s more would pass the budget
        Assert.Equal(TimeSpan.FromSeconds(3), missing.RetryAfter);
        Assert.Contains("429", missing.Reason, StringComparison.Ordinal);
        Assert.Equal(3, _kds.Requests.Count);
    }

    [Fact]
    [Trait("neg", "C44")]
    public async Task A_hundred_who_need_the_same_certificate_cause_one_request()
    {
        var gate = new TaskCompletionSource();
        _kds.Gate = gate.Task;
        using var client = Client(TimeSpan.FromSeconds(20));
        var all = Enumerable.Range(0, 100).Select(_ => client.VcekAsync(_id, default)).ToArray();
        using var impatient = new CancellationTokenSource();
        var leaving = client.VcekAsync(_id, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving); // stops only for himself
        gate.SetResult();
        foreach (var reply in await Task.WhenAll(all)) Assert.IsType<KdsReply.Fetched>(reply);
        Assert.Single(_kds.Requests);

        await client.VcekAsync(_id, default); // a flight is shared, its outcome is not kept
        Assert.Equal(2, _kds.Requests.Count);
    }

    [Fact]
    public async Task A_proxy_is_used_where_one_is_given()
    {
        var proxy = new SeenProxy(_kds.Address);
        using var client = new KdsClient(new KdsOptions { BaseAddress = _kds.Address, Proxy = proxy, Budget = TimeSpan.FromSeconds(5) });
        await client.ChainAsync(SnpProduct.Genoa, KdsKeyKind.Vcek, default);
        Assert.True(proxy.Asked);
        Assert.StartsWith("http://", Assert.Single(_kds.Requests), StringComparison.Ordinal); // the absolute form that proxies get
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _kds.DisposeAsync();
        _platform.Dispose();
    }

    private KdsClient Client(TimeSpan? budget = null) => new(new KdsOptions { BaseAddress = _kds.Address, Budget = budget ?? TimeSpan.FromSeconds(5), RetryAfter = TimeSpan.FromMilliseconds(20) });

    private async Task RefusedAsync(string said)
    {
        using var client = new KdsClient(new KdsOptions { BaseAddress = _kds.Address, Budget = Short, RetryAfter = TimeSpan.FromMilliseconds(20) });
        var missing = Assert.IsType<KdsReply.Unavailable>(await client.VcekAsync(_id, default));
        Assert.Contains(said, missing.Reason, StringComparison.Ordinal);
    }

    private sealed class SeenProxy(Uri address) : IWebProxy
    {
        public bool Asked { get; private set; }

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination)
        {
            Asked = true;
            return address;
        }

        public bool IsBypassed(Uri host) => false;
    }
}
