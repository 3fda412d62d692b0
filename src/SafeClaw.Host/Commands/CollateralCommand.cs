using System.CommandLine;
using SafeClaw.Actors;
using SafeClaw.Attestation;

namespace SafeClaw.Host;

/// <summary><c>safeclaw collateral</c>: the certificates and revocation lists that evidence does not bring with it, and how a site without network gets them.</summary>
internal static class CollateralCommand
{
    private const int MaxFiles = 10_000;

    private static readonly Option<FileInfo?> SimulatedRoot = new("--simulated-root") { Description = "Also take what leads to this root; for development.", HelpName = "FILE", Recursive = true };

    public static Command Create() => new("collateral", "AMD's certificates and revocation lists: fetch them, carry them to a host without network, look at them.")
    {
        Fetch(), Import(), Export(), Show(), SimulatedRoot,
    };

    private static Command Fetch()
    {
        var reports = new Argument<FileInfo[]>("REPORT") { Description = "Reports whose signing key's certificate is wanted.", Arity = ArgumentArity.ZeroOrMore };
        var products = new Option<SnpProduct[]>("--product") { Description = "Milan, Genoa or Turin: its authorities and revocation list.", HelpName = "PRODUCT", AllowMultipleArgumentsPerToken = true };
        var vlek = new Option<bool>("--vlek") { Description = "With --product: those of cloud providers' keys (ASVK) instead of chips' keys (ASK)." };
        var command = new Command("fetch", "Fetch from AMD's key distribution service into the store. Exit 3 if something could not be had.") { reports, products, vlek };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var (store, anchors) = await OpenAsync(run, parsed, cancellationToken);
            var config = run.LoadCollateral();
            using var kds = (config with { Fetch = true }).Client(TimeProvider.System)!;
            var provider = new CollateralProvider(new CollateralOptions { Anchors = anchors, Store = store, Kds = kds, Budget = config.Budget, Revocation = RevocationMode.Require });
            var kind = parsed.GetValue(vlek) ? KdsKeyKind.Vlek : KdsKeyKind.Vcek;
            var wanted = parsed.GetValue(products) ?? [];
            var files = parsed.GetValue(reports) ?? [];
            if (wanted.Length + files.Length == 0) throw new SafeClawException(ErrorCode.InvalidRequest, "Name a report, or a product with --product.", "collateral");

            foreach (var product in wanted)
                Require(await provider.FetchAsync(product, kind, cancellationToken), $"{product}");
            foreach (var file in files)
                Require(await provider.FetchAsync(await KeyOfAsync(file, wanted.FirstOrDefault(), cancellationToken), cancellationToken), file.Name);
            return Tell(run, new CollateralInventory(store, anchors, TimeProvider.System).List());
        }));
        return command;
    }

    private static Command Import()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Files (DER or PEM, certificates and revocation lists), or folders with such files: another store, snphost's or Trustee's.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("import", "Take certificates and revocation lists from files into the store; only what leads to AMD's pinned roots.") { paths };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var (store, anchors) = await OpenAsync(run, parsed, cancellationToken);
            var files = new List<(string, ReadOnlyMemory<byte>)>();
            foreach (var file in parsed.GetValue(paths)!.SelectMany(FilesOf).Take(MaxFiles)) files.Add((file.FullName, await EvidenceFiles.ReadAsync(file, EvidenceFiles.MaxBytes, cancellationToken)));
            return Tell(run, new CollateralImport(store, anchors, TimeProvider.System).Import(files));
        }));
        return command;
    }

    private static Command Export()
    {
        var folder = new Argument<DirectoryInfo>("DIR") { Description = "Made if it is not there; its layout is the store's." };
        var command = new Command("export", "Copy the store to a folder, to be imported elsewhere.") { folder };
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var (store, anchors) = await OpenAsync(run, parsed, cancellationToken);
            var target = parsed.GetValue(folder)!.FullName;
            var usable = new CollateralInventory(store, anchors, TimeProvider.System).List().Where(item => item.Problem is null).ToList();
            foreach (var item in usable)
            {
                var path = Path.Combine(target, item.Name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                if (store.Open(item.Name) is { } bytes) await File.WriteAllBytesAsync(path, bytes.ToArray(), cancellationToken);
            }

            return Tell(run, usable);
        }));
        return command;
    }

    private static Command Show()
    {
        var command = new Command("show", "List what is in the store, each entry judged anew. Exit 1 if one is of no use.");
        command.SetAction(CommandRun.Handle(async (run, parsed, cancellationToken) =>
        {
            var (store, anchors) = await OpenAsync(run, parsed, cancellationToken);
            return Tell(run, new CollateralInventory(store, anchors, TimeProvider.System).List());
        }));
        return command;
    }

    private static async Task<(CollateralStore Store, TrustAnchors Anchors)> OpenAsync(CommandRun run, ParseResult parsed, CancellationToken cancellationToken)
    {
        var root = await EvidenceFiles.CertificateAsync(parsed.GetValue(SimulatedRoot), cancellationToken);
        return (run.LoadCollateral().Store(run.LoadHost()), root.IsEmpty ? TrustAnchors.Amd : TrustAnchors.Amd.WithSimulated(root));
    }

    private static async Task<EndorsementKeyId> KeyOfAsync(FileInfo file, SnpProduct productOfVersion2, CancellationToken cancellationToken)
    {
        var bytes = await EvidenceFiles.ReadAsync(file, ReportWrapper.MaxBytes, cancellationToken);
        if (!ReportWrapper.TryUnwrap(bytes, out var report, out _, out var failure)) throw new SafeClawException(ErrorCode.EvidenceMalformed, $"{file.Name}: {failure.Hint ?? failure.Check}", "collateral");
        return EndorsementKeyId.TryRead(report.Span, productOfVersion2, out var id, out var problem) ? id : throw new SafeClawException(ErrorCode.EvidenceMalformed, $"{file.Name}: {problem}", "collateral");
    }

    private static IEnumerable<FileInfo> FilesOf(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 4, AttributesToSkip = FileAttributes.ReparsePoint }).OrderBy(file => file.FullName, StringComparer.Ordinal)
        : [new FileInfo(path)];

    private static void Require(CollateralResult.Unavailable? missing, string whose)
    {
        if (missing is not null) throw new SafeClawException(ErrorCode.CollateralUnavailable, $"{whose}: no {missing.What}: {missing.Reason}{(missing.RetryAfter is { } wait ? $"; the service asks to wait {wait.TotalSeconds:0} s" : "")}.", "collateral");
    }

    private static int Tell(CommandRun run, IReadOnlyList<CollateralItem> items)
    {
        if (run.Json) CommandRun.Write([.. items.Select(CollateralDocument.Of)], HostJson.Default.CollateralDocumentArray);
        else if (items.Count == 0) Console.Out.WriteLine("There is nothing.");
        else foreach (var item in items) Console.Out.WriteLine($"{(item.Problem is null ? "ok    " : "FAILED")}  {item.What}  {Dates(item)}  {item.Name}{(item.Problem is { } problem ? $": {problem}" : "")}");
        return items.All(item => item.Problem is null) ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string Dates(CollateralItem item) => $"{item.From:yyyy-MM-dd}{(item.Until is null ? "" : $"..{item.Until:yyyy-MM-dd}")}";
}
