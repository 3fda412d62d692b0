using Microsoft.Extensions.AI;
using SafeClaw.Assistant.Offline;
using SafeClaw.Assistant.OpenAI;
using SafeClaw.Assistant.Sessions;

namespace SafeClaw.Assistant;

/// <summary>Makes assistants. Every provider is an <see cref="IChatClient"/> behind the same session memory.</summary>
public static class Agents
{
    /// <summary>Rounds of tool calls in one turn.</summary>
    private const int MaxToolRounds = 8;

    /// <summary>Makes an assistant; nothing is dialled before the first turn.</summary>
    /// <exception cref="ArgumentException">An option is missing or out of range; the message names it.</exception>
    public static IAgent Create(AgentOptions options)
    {
        Check(options.MaxSessions is >= 1 and <= 100_000, "MaxSessions is 1 to 100,000.");
        Check(options.MaxMemoryBytes is >= 64 << 10 and <= 1L << 30, "MaxMemoryBytes is 64 KiB to 1 GiB.");
        Check(options.ProviderTimeout >= TimeSpan.FromSeconds(1) && options.ProviderTimeout <= TimeSpan.FromHours(1), "ProviderTimeout is 1 s to 1 h.");
        return Create(NewClient(options), options);
    }

    /// <summary>The same memory in front of a given client; for embedders with a provider of their own.</summary>
    public static IAgent Create(IChatClient client, AgentOptions options) =>
        new ChatAgent(options.Tools.Count == 0 ? client : new FunctionInvokingChatClient(client) { MaximumIterationsPerRequest = MaxToolRounds },
            new SessionMemories(options.MaxSessions, options.MaxMemoryBytes), options);

    private static IChatClient NewClient(AgentOptions options) => options.Provider switch
    {
        AgentProvider.Local => new OfflineChatClient(options.Clock),
        AgentProvider.OpenAi => OpenAiProvider.Create(options),
        _ => throw new ArgumentException("The provider is local or openai.", nameof(options)),
    };

    private static void Check(bool holds, string message)
    {
        if (!holds) throw new ArgumentException(message);
    }
}
