using SafeClaw.Simulation;
using SafeClaw.Tee;

namespace SafeClaw.Amdsp;

/// <summary>
/// Listens at once, loads the platform meanwhile, launches the guest when the one line arrives on standard input, and ends with that
/// descriptor: whoever launched the guest is gone then, and so is the guest.
/// </summary>
internal static class SecureProcessorProcess
{
    public static async Task RunAsync(AmdspArguments arguments, Stream launches, TextWriter log, CancellationTokenSource stop)
    {
        var launched = new TaskCompletionSource<SimulatedProcessor>(TaskCreationOptions.RunContinuationsAsynchronously);
        var state = new ProcessorState(arguments.State, SimulatedProduct.Genoa, log.WriteLine);
        using var server = new ProcessorServer(arguments.Listen, launched.Task);
        var serving = server.RunAsync(stop.Token);
        try
        {
            using var processor = await state.OpenAsync(settings: null, stop.Token);
            await LaunchAsync(launches, processor, state, launched, log, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // asked to stop
        }
        finally
        {
            await stop.CancelAsync();
            await serving.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    /// <summary>Returns at the end of the stream.</summary>
    private static async Task LaunchAsync(
        Stream launches, SimulatedProcessor processor, ProcessorState state, TaskCompletionSource<SimulatedProcessor> launched, TextWriter log, CancellationToken stop)
    {
        using var lines = new BoundedLines(launches, LaunchRequest.MaxLineBytes);
        // Standard input is read by a blocked thread that no token interrupts; when asked to stop we leave it behind.
        while (await lines.ReadAsync(stop).AsTask().WaitAsync(stop) is { } line)
        {
            if (LaunchRequest.TryParse(line.Span, out var problem) is not { } request) throw new InvalidDataException($"launch refused: {problem}");
            if (processor.Launch(request) is not { } guest)
            {
                await log.WriteLineAsync("launch refused: a guest was launched already");
                continue;
            }

            await state.NoteLaunchAsync(guest, DateTimeOffset.UtcNow, stop);
            launched.TrySetResult(processor);
        }
    }
}
