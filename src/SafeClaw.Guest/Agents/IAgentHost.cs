using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>The assistant's process as the routes see it.</summary>
internal interface IAgentHost
{
    /// <summary>
    /// Runs one request to its end, telling each piece of the answer as it comes. An agent that answers in one piece tells none.
    /// Never throws for what the agent does; a failure is a reply without success.
    /// </summary>
    Task<ProcessReply> RunAsync(ProcessRequest request, Action<string> onChunk, CancellationToken cancellationToken);

    /// <summary>Replaces the process by one with the present environment and returns when it answers; does nothing for an agent that is not ours.</summary>
    Task RestartAsync(CancellationToken cancellationToken);
}
