using System.Net.Sockets;
using System.Runtime.InteropServices;
using SafeClaw.Amdsp;
using SafeClaw.Lifelines;
using SafeClaw.Simulation;

Lifeline.Attach(readsStandardInput: true); // standard input carries the launch; its end ends the process

if (!AmdspArguments.TryParse(args, out var arguments, out var answer))
{
    (answer.ExitCode == 0 ? Console.Out : Console.Error).WriteLine(answer.Text);
    return answer.ExitCode;
}

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopInstead);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopInstead);
try
{
    await SecureProcessorProcess.RunAsync(arguments, Console.OpenStandardInput(), Console.Error, stop);
    return ExitCodes.Ok;
}
catch (SocketException failure)
{
    Console.Error.WriteLine($"safeclaw-amdsp: cannot listen on {arguments.Listen}: {failure.SocketErrorCode}.");
    return ExitCodes.Failed;
}
catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or TimeoutException)
{
    Console.Error.WriteLine($"safeclaw-amdsp: {failure.Message}");
    return ExitCodes.BadConfiguration;
}

void StopInstead(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
