using System.Net.Sockets;
using System.Runtime.InteropServices;
using SafeClaw.Assistant;

namespace SafeClaw.Agent;

/// <summary>From command line to exit code: 0 stopped, 1 the socket or port is taken, 2 usage, 78 a bad configuration.</summary>
internal static class AgentProgram
{
    private const int Stopped = 0, CannotListen = 1, Usage = 2, BadConfiguration = 78;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        if (args is ["--help" or "-h"])
        {
            await output.WriteLineAsync(AgentCommandLine.Help);
            return Stopped;
        }

        if (!AgentCommandLine.TryParse(args, out var command, out var problem)) return await FailAsync(errors, Usage, problem);
        IAgent agent;
        try
        {
            agent = Agents.Create(command.Options);
        }
        catch (ArgumentException bad)
        {
            return await FailAsync(errors, BadConfiguration, bad.Message);
        }

        try
        {
            // Signals are caught before anybody can see that the agent is there.
            var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
            await using var server = await AgentServer.StartAsync(command.Listen, agent, CancellationToken.None);
            await asked.Task;
            return Stopped;

            void Stop(PosixSignalContext signal)
            {
                signal.Cancel = true; // we stop ourselves, in order
                asked.TrySetResult();
            }
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return await FailAsync(errors, CannotListen, $"Cannot listen on {command.Listen}: {failure.Message}");
        }
    }

    private static async Task<int> FailAsync(TextWriter errors, int code, string message)
    {
        await errors.WriteLineAsync($"safeclaw-agent: {message}");
        return code;
    }
}
