using System.Diagnostics;
using SafeClaw.Tests;

namespace SafeClaw.Benchmarks;

/// <summary>
/// <c>safeclaw ask</c> with a card number, from nothing to the answer of an attested guest, beside the start and end of an empty Akka host. The first run
/// makes the simulated platform's RSA keys once and is not counted.
/// </summary>
internal static class ColdAsk
{
    private const int Rounds = 7;

    public static async Task<IReadOnlyList<Figure>> MeasureAsync()
    {
        var home = Directory.CreateTempSubdirectory("sc-cold").FullName;
        try
        {
            await RunAsync(home, "ask", "my card is 4111 1111 1111 1111");
            var (empty, local, tee) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                empty.Add(await TimeAsync(new ProcessStartInfo(Environment.ProcessPath!, Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(ColdAsk).Assembly.Location, EmptyHost.Verb] : [EmptyHost.Verb])));
                local.Add(await RunAsync(home, "ask", "hello"));
                tee.Add(await RunAsync(home, "ask", "my card is 4111 1111 1111 1111"));
            }

            return
            [
                new Figure("cold: an empty Akka host, start to end (median)", Median(empty), "s"),
                new Figure("cold: ask answered locally (median)", Median(local), "s"),
                new Figure("cold: ask answered in the TEE, process backend (median)", Median(tee), "s", Median(empty) + 0.7),
            ];
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Task<double> RunAsync(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Executables, "safeclaw"), arguments);
        start.Environment["HOME"] = home;
        start.Environment["XDG_RUNTIME_DIR"] = home;
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        return TimeAsync(start);
    }

    private static async Task<double> TimeAsync(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
        if (process.ExitCode != 0) throw new InvalidOperationException($"{start.FileName} ended with {process.ExitCode}.");
        return watch.Elapsed.TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
