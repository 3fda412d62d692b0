using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Certificates and lists carried to a host without network: taken if they lead to a pinned root, whatever the files are called.</summary>
public sealed class CollateralImportSpecs : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("safeclaw-store-");
    private readonly CollateralStore _store;

    public CollateralImportSpecs() => _store = new CollateralStore(Path.Combine(_folder.FullName, "store"));

    public void Dispose() => _folder.Delete(recursive: true);

    [VectorFact]
    public async Task AMDs_files_are_sorted_into_the_store_and_then_judge_a_report_offline()
    {
        const string name = "milan/enarx-csr-authorkey-crl";
        var files = new[] { "certs/milan/ask.der", "certs/milan/ark.der", $"{name}/vcek.der" }.Select(path => (path, (ReadOnlyMemory<byte>)GenuineReports.Read(path))).Reverse();
        var taken = Import(TrustAnchors.Amd, GenuineReports.At(name), [.. files]);
        Assert.All(taken, item => Assert.Null(item.Problem));
        Assert.Equal(2, taken.Count); // the pair of authorities, and the VCEK

        var offline = new SnpTeeExtension(new CollateralOptions { Anchors = TrustAnchors.Amd, Store = _store, Time = new At(GenuineReports.At(name)) });
        var bare = new Evidence(GenuineReports.Report(name), new EndorsementChain());
        var appraisal = await offline.AppraiseAsync(bare, AttestationPolicy.Any with { AllowVersion2 = true }, new VerificationContext { At = GenuineReports.At(name) }, CancellationToken.None);
        Assert.IsType<Appraisal.Judged>(appraisal).Verdict.IsAccepted();
    }

    [VectorFact]
    public void The_revoked_intermediate_does_not_displace_the_newer_one()
    {
        var at = GenuineReports.Time("2025-01-01");
        (string, ReadOnlyMemory<byte>) File(string path) => (path, GenuineReports.Read(path));
        Import(TrustAnchors.Amd, at, File("certs/genoa/ask.der"), File("certs/genoa/ark.der"), File("certs/genoa/ask-REVOKED-serial-020001.der"));
        Assert.Contains("newer", Import(TrustAnchors.Amd, at, File("certs/genoa/ark.der"), File("certs/genoa/ask-REVOKED-serial-020001.der")).Single().Problem, StringComparison.Ordinal);
        var kept = Assert.Single(new CollateralInventory(_store, TrustAnchors.Amd, new At(at)).List());
        Assert.Equal(2022, kept.From!.Value.Year);
        Assert.Equal(10, kept.From.Value.Month);
    }

    [VectorFact]
    public void A_revocation_list_is_taken_while_it_is_within_its_dates()
    {
        (string, ReadOnlyMemory<byte>) File(string path) => (path, GenuineReports.Read(path));
        var files = new[] { File("certs/genoa/ask.der"), File("certs/genoa/ark.der"), File("certs/genoa/crl-2024-10-23.der") };
        Assert.All(Import(TrustAnchors.Amd, GenuineReports.Time("2025-01-01"), files), item => Assert.Null(item.Problem));
        Assert.Contains("out of date", Import(TrustAnchors.Amd, GenuineReports.Time("2026-11-22"), files)[^1].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_leads_to_no_pinned_root_is_refused_and_nothing_of_it_kept()
    {
        var evidence = Forge.Genoa.Make(Forge.Draft);
        var chain = evidence.Chain;
        var refused = Import(TrustAnchors.Amd, Forge.Now, ("ask", chain.Ask), ("ark", chain.Ark), ("vcek", chain.Vcek), ("junk", new byte[] { 1, 2, 3 }));
        Assert.Equal(4, refused.Count);
        Assert.All(refused, item => Assert.NotNull(item.Problem));
        Assert.Empty(_store.Entries());

        var taken = Import(TrustAnchors.Amd.WithSimulated(Forge.Genoa.Authority.Ark), Forge.Now, ("ask", chain.Ask), ("ark", chain.Ark), ("vcek", chain.Vcek));
        Assert.All(taken, item => Assert.Null(item.Problem));
    }

    [Fact]
    public void An_entry_that_was_tampered_with_is_shown_as_of_no_use()
    {
        var chain = Forge.Genoa.Make(Forge.Draft).Chain;
        var anchors = TrustAnchors.Amd.WithSimulated(Forge.Genoa.Authority.Ark);
        Import(anchors, Forge.Now, ("ask", chain.Ask), ("ark", chain.Ark), ("vcek", chain.Vcek));
        var leaf = Path.Combine(_store.Directory, _store.Entries().Single(entry => entry.StartsWith("vcek/", StringComparison.Ordinal)));
        var bytes = File.ReadAllBytes(leaf);
        bytes[^1] ^= 1;
        File.WriteAllBytes(leaf, bytes);
        var shown = new CollateralInventory(_store, anchors, new At(Forge.Now)).List();
        Assert.Equal(2, shown.Count);
        Assert.Single(shown, item => item.Problem is not null);
    }

    private IReadOnlyList<CollateralItem> Import(TrustAnchors anchors, DateTimeOffset at, params (string, ReadOnlyMemory<byte>)[] files) => new CollateralImport(_store, anchors, new At(at)).Import(files);

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
