using SafeClaw.Attestation;

namespace SafeClaw.Simulation.Tests;

public sealed class CollateralProviderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly SimulatedPlatform _platform = new(Authorities.Genoa);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("collateral-");
    private readonly ManualTime _time = new(Now);
    private readonly List<string> _notices = [];
    private readonly SimulatedKds _kds;
    private readonly KdsClient _client;
    private readonly CollateralStore _store;
    private readonly Evidence _full;

    public CollateralProviderTests()
    {
        _kds = new SimulatedKds(_platform) { At = Now };
        _client = new KdsClient(new KdsOptions { BaseAddress = _kds.Address, Budget = TimeSpan.FromSeconds(1), RetryAfter = TimeSpan.FromMilliseconds(20) });
        _store = new CollateralStore(Path.Combine(_folder.FullName, "certificates"));
        _full = _platform.Make(new EvidenceDraft { At = Now });
    }

    [Fact]
    public async Task Evidence_that_brings_everything_asks_nobody()
    {
        var complete = Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.Off).CompleteAsync(_full, default));
        Assert.Equal(_full, complete.Evidence);
        Assert.Equal((CollateralSource.Embedded, CollateralSource.Embedded, CollateralSource.None), (complete.Leaf, complete.Authorities, complete.RevocationList));
        Assert.Empty(_kds.Requests);
        Assert.False(Directory.Exists(_store.Directory));
    }

    [Fact]
    [Trait("neg", "C02")]
    public async Task What_is_missing_is_fetched_once_and_then_comes_from_the_store()
    {
        var first = Assert.IsType<CollateralResult.Complete>(await Provider().CompleteAsync(Bare, default));
        Assert.Equal((CollateralSource.Kds, CollateralSource.Kds, CollateralSource.Kds), (first.Leaf, first.Authorities, first.RevocationList));
        Assert.Equal(Authorities.Genoa.Ask, first.Evidence.Chain.Ask.ToArray());
        Assert.Equal(Authorities.Genoa.Ark, first.Evidence.Chain.Ark.ToArray());
        Assert.Equal(TimeSpan.FromDays(1), first.CrlAge);
        Assert.Equal(3, _kds.Requests.Count);

        var second = Assert.IsType<CollateralResult.Complete>(await Provider().CompleteAsync(Bare, default));
        Assert.Equal((CollateralSource.Store, CollateralSource.Store, CollateralSource.Store), (second.Leaf, second.Authorities, second.RevocationList));
        Assert.Equal(first.Evidence.Chain.Vcek.ToArray(), second.Evidence.Chain.Vcek.ToArray());
        Assert.Equal(3, _kds.Requests.Count);
    }

    [Theory]
    [Trait("neg", "C02")]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, false, false)]
    public async Task Any_part_may_be_missing_and_the_others_stay_as_shown(bool leaf, bool ask, bool ark)
    {
        var partial = _full with
        {
            Chain = new EndorsementChain
            {
                Vcek = leaf ? _full.Chain.Vcek : default,
                Ask = ask ? _full.Chain.Ask : default,
                Ark = ark ? _full.Chain.Ark : default,
            },
        };
        var complete = Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.Off).CompleteAsync(partial, default));
        Assert.Equal(_full.Chain.Ask.ToArray(), complete.Evidence.Chain.Ask.ToArray());
        Assert.Equal(_full.Chain.Ark.ToArray(), complete.Evidence.Chain.Ark.ToArray());
        Assert.False(complete.Evidence.Chain.Vcek.IsEmpty);
        Assert.Equal(_full.Report.ToArray(), complete.Evidence.Report.ToArray());
    }

    [Fact]
    [Trait("neg", "C02")]
    public async Task Without_store_and_service_a_missing_VCEK_is_unavailable_and_no_verdict()
    {
        var nobody = new CollateralProvider(new CollateralOptions { Anchors = Anchors });
        var missing = Assert.IsType<CollateralResult.Unavailable>(await nobody.CompleteAsync(Bare, default));
        Assert.Equal("authorities", missing.What);
        missing = Assert.IsType<CollateralResult.Unavailable>(await nobody.CompleteAsync(_full with { Chain = _full.Chain with { Vcek = default } }, default));
        Assert.Equal("vcek", missing.What);
        Assert.Equal("COLLATERAL_UNAVAILABLE", CollateralResult.Unavailable.Code);
    }

    [Fact]
    [Trait("neg", "C42")]
    public async Task An_outage_is_survived_with_a_warm_store_said_with_a_cold_one_and_over_when_it_is_over()
    {
        _kds.Fault = _ => new KdsFault.Status(500);
        var provider = Provider();
        Assert.IsType<CollateralResult.Unavailable>(await provider.CompleteAsync(Bare, default)); // cold

        _kds.Fault = _ => null;
        Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default)); // back, same provider

        _kds.Fault = _ => new KdsFault.Status(500);
        Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default)); // warm
    }

    [Theory]
    [Trait("neg", "C41")]
    [MemberData(nameof(UselessAnswers))]
    public async Task A_useless_answer_is_unavailable_and_never_kept(KdsFault fault)
    {
        _kds.Fault = path => path.Contains("SPL", StringComparison.Ordinal) ? fault : null;
        var missing = Assert.IsType<CollateralResult.Unavailable>(await Provider(RevocationMode.Off).CompleteAsync(Bare, default));
        Assert.Equal("vcek", missing.What);
        Assert.DoesNotContain(_store.Entries(), entry => entry.StartsWith("vcek/", StringComparison.Ordinal));
    }

    public static TheoryData<KdsFault> UselessAnswers() => [new KdsFault.Html(), new KdsFault.WrongChip(), new KdsFault.Huge(100_000, true), new KdsFault.BreakOff(), new KdsFault.Status(404)];

    [Fact]
    [Trait("neg", "C41")]
    public async Task Authorities_under_another_root_are_refused_whatever_they_are_called()
    {
        await using var forger = new SimulatedKds(new SimulatedPlatform(Authorities.Forged)) { At = Now };
        using var client = new KdsClient(new KdsOptions { BaseAddress = forger.Address });
        var provider = new CollateralProvider(new CollateralOptions { Anchors = Anchors, Store = _store, Kds = client, Time = _time });
        var missing = Assert.IsType<CollateralResult.Unavailable>(await provider.CompleteAsync(Bare, default));
        Assert.Equal("authorities", missing.What);
        Assert.Empty(_store.Entries());
    }

    [Theory]
    [Trait("neg", "C43")]
    [Trait("neg", "C46")]
    [InlineData("truncated")]
    [InlineData("empty")]
    [InlineData("swapped")]
    [InlineData("other TCB")]
    [InlineData("oversized")]
    [InlineData("forged")]
    public async Task A_kept_certificate_that_does_not_fit_is_dropped_and_fetched_again(string damage)
    {
        var provider = Provider(RevocationMode.Off);
        await provider.CompleteAsync(Bare, default);
        var file = VcekFile;
        var good = File.ReadAllBytes(file);
        using var other = new SimulatedPlatform(Authorities.Genoa);
        using var forged = new SimulatedPlatform(Authorities.Forged, SimulatedChip.Create(SimulatedProduct.Genoa));
        var tcb = _platform.Product.CurrentTcb;
        File.WriteAllBytes(file, damage switch
        {
            "truncated" => good[..^1],
            "empty" => [],
            "swapped" => other.Vcek(tcb, Now),
            "other TCB" => _platform.Vcek(tcb with { Snp = (byte)(tcb.Snp - 1) }, Now),
            "oversized" => new byte[CollateralStore.MaxEntryBytes + 1],
            _ => forged.Vcek(tcb, Now),
        });

        var complete = Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default));
        Assert.Equal(CollateralSource.Kds, complete.Leaf);
        Assert.Equal(CollateralSource.Store, Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default)).Leaf);
    }

    [Fact]
    [Trait("neg", "C43")]
    public async Task A_symbolic_link_in_the_store_is_not_followed_and_its_target_left_alone()
    {
        var provider = Provider(RevocationMode.Off);
        await provider.CompleteAsync(Bare, default);
        var outside = Path.Combine(_folder.FullName, "outside.der");
        var entry = VcekFile;
        File.Move(entry, outside);
        File.CreateSymbolicLink(entry, outside);

        Assert.Equal(CollateralSource.Kds, Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default)).Leaf);
        Assert.True(File.Exists(outside));
        Assert.Null(new FileInfo(VcekFile).LinkTarget); // replaced by a file of ours

        var chip = Path.GetDirectoryName(VcekFile)!;
        var elsewhere = Path.Combine(_folder.FullName, "elsewhere");
        Directory.Move(chip, elsewhere);
        Directory.CreateSymbolicLink(chip, elsewhere);
        Assert.Equal(CollateralSource.Kds, Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default)).Leaf);
        Assert.Single(Directory.GetFiles(elsewhere)); // nothing added, nothing removed through the link
        Assert.Contains(_notices, notice => notice.Contains("cannot be written", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("neg", "C43")]
    public async Task A_file_that_others_may_write_is_not_used_and_half_a_file_is_never_left()
    {
        var provider = Provider(RevocationMode.Off);
        await provider.CompleteAsync(Bare, default);
        File.SetUnixFileMode(VcekFile, (UnixFileMode)0b110_110_110);
        Assert.Equal(CollateralSource.Kds, Assert.IsType<CollateralResult.Complete>(await provider.CompleteAsync(Bare, default)).Leaf);
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(VcekFile));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.GetDirectoryName(VcekFile)!));
        Assert.DoesNotContain(Directory.GetFiles(_store.Directory, "*", SearchOption.AllDirectories), file => file.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_older_layout_of_a_store_is_read_too()
    {
        await Provider(RevocationMode.Off).CompleteAsync(Bare, default);
        File.Move(VcekFile, Path.Combine(Path.GetDirectoryName(VcekFile)!, "vcek.der"));
        Assert.Equal(CollateralSource.Store, Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.Off).CompleteAsync(Bare, default)).Leaf);
    }

    [Theory]
    [Trait("neg", "C26")]
    [InlineData("other key")]
    [InlineData("other issuer")]
    [InlineData("truncated")]
    [InlineData("web page")]
    public async Task A_revocation_list_that_is_not_the_roots_is_ignored_and_required_ones_are_then_unavailable(string damage)
    {
        var draft = Authorities.Genoa.CrlDraft(Now);
        var list = damage switch
        {
            "other key" => draft.Sign(Authorities.Genoa.AskKey),
            "other issuer" => (draft with { Issuer = Authorities.Genoa.AskName }).Sign(Authorities.Genoa.ArkKey),
            "truncated" => draft.Sign(Authorities.Genoa.ArkKey)[..^5],
            _ => "<html>"u8.ToArray(),
        };
        _store.SaveCrl(SnpProduct.Genoa, KdsKeyKind.Vcek, list, Now);
        var offline = Offline(RevocationMode.Require);
        Assert.Equal("crl", Assert.IsType<CollateralResult.Unavailable>(await offline.CompleteAsync(_full, default)).What);

        var lax = Assert.IsType<CollateralResult.Complete>(await Offline(RevocationMode.PreferCached).CompleteAsync(_full, default));
        Assert.Equal(CollateralSource.None, lax.RevocationList);
        Assert.Null(lax.Crl);
    }

    [Theory]
    [Trait("neg", "C27")]
    [InlineData("ended")]
    [InlineData("without end")]
    [InlineData("future")]
    public async Task A_revocation_list_outside_its_dates_is_unavailable_fetched_or_kept(string when)
    {
        _kds.Crl = draft => when switch
        {
            "ended" => draft with { ThisUpdate = Now.AddDays(-30), NextUpdate = Now.AddSeconds(-1) },
            "without end" => draft with { NextUpdate = null },
            _ => draft with { ThisUpdate = Now.AddSeconds(1) },
        };
        var missing = Assert.IsType<CollateralResult.Unavailable>(await Provider().CompleteAsync(_full, default));
        Assert.Equal("crl", missing.What);
        Assert.DoesNotContain(_store.Entries(), entry => entry.StartsWith("crl/", StringComparison.Ordinal));

        _store.SaveCrl(SnpProduct.Genoa, KdsKeyKind.Vcek, _kds.Crl(Authorities.Genoa.CrlDraft(Now)).Sign(Authorities.Genoa.ArkKey), Now);
        Assert.Equal("crl", Assert.IsType<CollateralResult.Unavailable>(await Offline(RevocationMode.Require).CompleteAsync(_full, default)).What);
    }

    [Fact]
    [Trait("neg", "C27")]
    public async Task A_kept_list_is_used_to_its_last_second_and_no_longer()
    {
        _store.SaveCrl(SnpProduct.Genoa, KdsKeyKind.Vcek, (Authorities.Genoa.CrlDraft(Now) with { NextUpdate = Now.AddHours(1) }).Sign(Authorities.Genoa.ArkKey), Now);
        _time.Advance(TimeSpan.FromSeconds(3600));
        Assert.IsType<CollateralResult.Complete>(await Offline(RevocationMode.Require).CompleteAsync(_full, default));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<CollateralResult.Unavailable>(await Offline(RevocationMode.Require).CompleteAsync(_full, default));
    }

    [Fact]
    [Trait("neg", "C28")]
    public async Task An_unreachable_list_stops_those_who_require_it_and_is_said_to_those_who_do_not()
    {
        _kds.Fault = path => path.EndsWith("/crl", StringComparison.Ordinal) ? new KdsFault.Status(404) : null;
        Assert.Equal("crl", Assert.IsType<CollateralResult.Unavailable>(await Provider().CompleteAsync(_full, default)).What);
        Assert.Null(Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.PreferCached).CompleteAsync(_full, default)).Crl);
        Assert.Contains(_notices, notice => notice.Contains("no revocation list", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("neg", "C28")]
    public async Task A_required_list_is_renewed_daily_and_an_outage_then_falls_back_on_the_kept_one()
    {
        await Provider().CompleteAsync(_full, default);
        Assert.Single(_kds.Requests);
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(CollateralSource.Store, Assert.IsType<CollateralResult.Complete>(await Provider().CompleteAsync(_full, default)).RevocationList);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(CollateralSource.Kds, Assert.IsType<CollateralResult.Complete>(await Provider().CompleteAsync(_full, default)).RevocationList);

        _time.Advance(TimeSpan.FromDays(2));
        _kds.Fault = _ => new KdsFault.Status(404);
        var old = Assert.IsType<CollateralResult.Complete>(await Provider().CompleteAsync(_full, default));
        Assert.Equal(CollateralSource.Store, old.RevocationList);
        Assert.Equal(TimeSpan.FromDays(4), old.CrlAge);
        Assert.Contains(_notices, notice => notice.Contains("not renewed", StringComparison.Ordinal));
        Assert.Equal(CollateralSource.Store, Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.PreferCached).CompleteAsync(_full, default)).RevocationList);
    }

    [Fact]
    public async Task A_VLEK_cannot_be_fetched_but_its_authorities_can()
    {
        var evidence = _platform.Make(new EvidenceDraft { At = Now, CspId = "CN=cc-us-east-2.amazonaws.com" });
        var missing = Assert.IsType<CollateralResult.Unavailable>(await Provider(RevocationMode.Off).CompleteAsync(evidence with { Chain = EndorsementChain.Empty }, default));
        Assert.Equal("vlek", missing.What);

        var complete = Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.Off).CompleteAsync(evidence with { Chain = EndorsementChain.Empty with { Vlek = evidence.Chain.Vlek } }, default));
        Assert.Equal(Authorities.Genoa.Asvk, complete.Evidence.Chain.Ask.ToArray());
        Assert.All(_kds.Requests, request => Assert.StartsWith("/vlek/v1/Genoa/cert_chain", request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evidence_under_a_root_of_its_own_makes_nobody_ask_for_anything()
    {
        using var forger = new SimulatedPlatform(Authorities.Forged);
        var forged = forger.Make(new EvidenceDraft { At = Now });
        var complete = Assert.IsType<CollateralResult.Complete>(await Provider().CompleteAsync(forged, default));
        Assert.Equal(forged, complete.Evidence);
        Assert.Null(complete.Crl);
        Assert.Empty(_kds.Requests);
        await Provider().CompleteAsync(forged with { Report = new byte[7] }, default);
        Assert.Empty(_kds.Requests);
    }

    [Fact]
    public async Task The_whole_of_it_ends_with_the_budget_and_a_caller_who_leaves_hears_of_it()
    {
        _kds.Fault = _ => new KdsFault.Silence();
        var asking = Provider().CompleteAsync(Bare, default);
        await _time.ArmedAsync(TimeSpan.FromSeconds(10));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("10 s", Assert.IsType<CollateralResult.Unavailable>(await asking).Reason, StringComparison.Ordinal);

        using var leaving = new CancellationTokenSource();
        var left = Provider().CompleteAsync(Bare, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
    }

    [Fact]
    public async Task A_version_2_report_is_looked_for_under_the_product_its_certificate_or_the_options_name()
    {
        var evidence = _platform.Make(new EvidenceDraft { At = Now, Version = 2 });
        var byLeaf = evidence with { Chain = EndorsementChain.Empty with { Vcek = evidence.Chain.Vcek } };
        Assert.IsType<CollateralResult.Complete>(await Provider(RevocationMode.Off).CompleteAsync(byLeaf, default));
        Assert.Equal("/vcek/v1/Genoa/cert_chain", Assert.Single(_kds.Requests));

        var milan = Assert.IsType<CollateralResult.Unavailable>(await Provider(RevocationMode.Off).CompleteAsync(evidence with { Chain = EndorsementChain.Empty }, default));
        Assert.Equal("authorities", milan.What);
        Assert.Equal("/vcek/v1/Milan/cert_chain", _kds.Requests[^1]);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _kds.DisposeAsync();
        _platform.Dispose();
        _folder.Delete(recursive: true);
    }

    private Evidence Bare => _full with { Chain = EndorsementChain.Empty };

    private string VcekFile => Assert.Single(Directory.GetFiles(Path.Combine(_store.Directory, "vcek", Convert.ToHexStringLower(_platform.Chip.ChipId))));

    private static TrustAnchors Anchors => TrustAnchors.Amd.WithSimulated(Authorities.Genoa.Ark);

    private CollateralProvider Provider(RevocationMode mode = RevocationMode.Require) => new(new CollateralOptions { Anchors = Anchors, Store = _store, Kds = _client, Revocation = mode, Time = _time, Notice = _notices.Add });

    private CollateralProvider Offline(RevocationMode mode) => new(new CollateralOptions { Anchors = Anchors, Store = _store, Revocation = mode, Time = _time, Notice = _notices.Add });
}
