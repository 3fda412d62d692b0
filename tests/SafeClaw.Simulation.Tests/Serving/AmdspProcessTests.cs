using System.Diagnostics;
using SafeClaw.Tee;

namespace SafeClaw.Simulation.Tests;

/// <summary>The executable itself, as the shim starts it.</summary>
public sealed class AmdspProcessTests
{
    private static readonly string Executable = Path.Combine(AppContext.BaseDirectory, "safeclaw-amdsp");
    private static readonly LaunchRequest Launch = new(new('1', 96), new('2', 64), 0x30000);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_launches_from_standard_input_answers_and_ends_with_it()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        using var process = Start("--listen", $"unix:{folder.Socket()}", "--state", folder.Path);
        await process.StandardInput.WriteAsync(Launch.ToLine());
        await process.StandardInput.FlushAsync();
        await using (var client = await SecureProcessorClient.ConnectAsync(folder.Socket(), Limit, CancellationToken.None))
        {
            var evidence = await client.ReportAsync(new byte[64], CancellationToken.None);
            Assert.Equal(File.ReadAllBytes(folder.Of("ark.der")), evidence.Chain.Ark.ToArray());

            await process.StandardInput.WriteAsync((Launch with { Policy = 0xB0000 }).ToLine());
            await process.StandardInput.FlushAsync();
            Assert.Equal("launch refused: a guest was launched already", await process.StandardError.ReadLineAsync());
            var after = await client.ReportAsync(new byte[64], CancellationToken.None);
            Assert.Equal(0x30000, BitConverter.ToInt64(after.Report.Span[8..16]));
        }

        process.StandardInput.Close();
        Assert.Equal(0, await ExitAsync(process));
        Assert.False(File.Exists(folder.Socket()));
    }

    [Fact]
    public async Task It_stops_on_SIGTERM_although_standard_input_is_open()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        using var process = Start("--listen", $"unix:{folder.Socket()}", "--state", folder.Path);
        await process.StandardInput.WriteAsync(Launch.ToLine());
        await process.StandardInput.FlushAsync();
        await using (await SecureProcessorClient.ConnectAsync(folder.Socket(), Limit, CancellationToken.None)) { }
        using (Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) { }
        Assert.Equal(0, await ExitAsync(process));
        Assert.False(File.Exists(folder.Socket()));
    }

    [Fact]
    public async Task A_bad_launch_line_ends_it_before_any_report()
    {
        using var folder = await StateFolder.CopyOfCompleteAsync();
        using var process = Start("--listen", $"unix:{folder.Socket()}", "--state", folder.Path);
        await process.StandardInput.WriteAsync("{}\n");
        await process.StandardInput.FlushAsync();
        Assert.Equal(78, await ExitAsync(process));
        Assert.Contains("launch refused", await process.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "--listen", "unix:/tmp/x")]
    [InlineData(2, "--listen", "unix:/tmp/x", "--state")]
    [InlineData(2, "--listen", "unix:/tmp/x", "--listen", "unix:/tmp/y", "--state", "/tmp/z")]
    [InlineData(78, "--listen", "x", "--state", "/tmp/z")]
    [InlineData(78, "--listen", "hvsock:/tmp/x:1", "--state", "/tmp/z")]
    [InlineData(0, "--help")]
    public async Task Arguments_are_judged_before_anything_is_touched(int exitCode, params string[] arguments)
    {
        using var process = Start(arguments);
        Assert.Equal(exitCode, await ExitAsync(process));
        Assert.Contains("safeclaw-amdsp", await process.StandardError.ReadToEndAsync() + await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.False(Directory.Exists("/tmp/z"));
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("SAFECLAW_PARENT_PID");
        return Process.Start(start)!;
    }

    private static async Task<int> ExitAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }

        return process.ExitCode;
    }
}
