using SafeClaw.Tee;

namespace SafeClaw.Simulation.Tests;

public sealed class ProcessorStateTests
{
    private static readonly LaunchRequest Launch = new(new('1', 96), new('2', 64), 0x30000);

    [Fact]
    public async Task A_first_start_makes_everything_private_and_says_once_that_it_takes_a_while()
    {
        using var folder = new StateFolder();
        var said = new List<string>();
        using (await new ProcessorState(folder.Path, SimulatedProduct.Genoa, said.Add).OpenAsync(null, CancellationToken.None)) { }

        Assert.StartsWith("phase keys", Assert.Single(said), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
        var files = Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal);
        Assert.Equal(["ark.der", "ark.key", "ask.der", "ask.key", "chip.secret", "lock", "vcek-Genoa-0a00000000001b58.der"], files);
        Assert.All(Directory.GetFiles(folder.Path), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_restart_is_the_same_chip_under_the_same_root_and_makes_nothing()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        var said = new List<string>();
        var before = Snapshot(folder);
        byte[]? chip = null;
        for (var start = 0; start < 2; start++)
        {
            using var processor = await new ProcessorState(folder.Path, SimulatedProduct.Genoa, said.Add).OpenAsync(null, CancellationToken.None);
            processor.Launch(Launch);
            var chipId = SimulatedReport.From(processor.Report(new byte[64]).Report.Span).Get(ReportField.ChipId).ToArray();
            Assert.Equal(chip ??= chipId, chipId);
        }

        Assert.Empty(said);
        Assert.Equal(before, Snapshot(folder));
    }

    [Fact]
    public async Task Two_processes_that_start_at_once_agree_on_one_platform()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        File.Delete(folder.Of("chip.secret"));
        File.Delete(Assert.Single(Directory.GetFiles(folder.Path, "vcek-*")));
        var starts = Enumerable.Range(0, 4).Select(_ => Task.Run(() => new ProcessorState(folder.Path, SimulatedProduct.Genoa).OpenAsync(null, CancellationToken.None)));
        var processors = await Task.WhenAll(starts);

        var chips = processors.Select(processor =>
        {
            processor.Launch(Launch);
            return Convert.ToHexString(SimulatedReport.From(processor.Report(new byte[64]).Report.Span).Get(ReportField.ChipId));
        });
        Assert.Single(chips.Distinct());
        Assert.Empty(Directory.GetFiles(folder.Path, "*.new"));
        foreach (var processor in processors) processor.Dispose();
    }

    [Theory]
    [InlineData("ark.key", "ask.der", "without ark.key")] // the root's key is gone and a certificate has to be signed
    [InlineData("ask.key", "vcek-*", "without ask.key")]
    public async Task A_lost_key_is_said_and_never_silently_replaced(string lost, string alsoMissing, string said)
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        File.Delete(folder.Of(lost));
        File.Delete(Assert.Single(Directory.GetFiles(folder.Path, alsoMissing)));
        var state = new ProcessorState(folder.Path, SimulatedProduct.Genoa);
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => state.OpenAsync(null, CancellationToken.None));
        Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Of(lost)));
    }

    [Fact]
    public async Task A_secret_that_is_not_the_certificates_is_noticed()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        File.WriteAllBytes(folder.Of("chip.secret"), new byte[32]);
        var state = new ProcessorState(folder.Path, SimulatedProduct.Genoa);
        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => state.OpenAsync(null, CancellationToken.None));
        Assert.Contains("chip.secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_open_to_others_is_closed_and_a_symbolic_link_refused()
    {
        using var folder = new StateFolder();
        Directory.CreateDirectory(folder.Path);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        _ = new ProcessorState(folder.Path, SimulatedProduct.Genoa);
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(folder.Path));

        var link = folder.Socket("link");
        File.CreateSymbolicLink(link, folder.Path);
        Assert.Throws<IOException>(() => new ProcessorState(link, SimulatedProduct.Genoa));
    }

    [Fact]
    public async Task Each_launch_is_noted_with_its_report_id_and_the_log_stays_bounded()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        var state = new ProcessorState(folder.Path, SimulatedProduct.Genoa);
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var guest = LaunchedGuest.From(Launch, SimulatedProduct.Genoa.CurrentTcb);
        await state.NoteLaunchAsync(guest, at, CancellationToken.None);
        var line = Assert.Single(File.ReadAllLines(folder.Of("launches.jsonl")));
        Assert.Contains(Convert.ToHexStringLower(guest.ReportId), line, StringComparison.Ordinal);
        Assert.Contains("0x30000", line, StringComparison.Ordinal);

        File.AppendAllText(folder.Of("launches.jsonl"), new string('x', 1024 * 1024));
        await state.NoteLaunchAsync(guest, at, CancellationToken.None);
        Assert.Single(File.ReadAllLines(folder.Of("launches.jsonl")));
        Assert.True(File.Exists(folder.Of("launches.jsonl.1")));
    }

    private static List<string> Snapshot(StateFolder folder) =>
        [.. Directory.GetFiles(folder.Path).Where(file => !file.EndsWith("/lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(file => $"{file} {Convert.ToHexString(File.ReadAllBytes(file))}")];
}
