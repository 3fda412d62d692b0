using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using SafeClaw.Assistant.Tools;
using SafeClaw.Privacy;

namespace SafeClaw.Assistant.Sessions;

/// <summary>A chat client that remembers: each turn sees its own session's history and nothing else.</summary>
internal sealed class ChatAgent(IChatClient client, SessionMemories memories, AgentOptions options) : IAgent
{
    private readonly Classifier _classifier = new(new ClassifierOptions());
    private readonly ToolInterceptor _interceptor = new(options.ToolsForSensitiveValues);

    /// <summary>Longest answer kept from a provider, in characters: a runaway stream ends here.</summary>
    private const int MaxAnswerCharacters = 1 << 20;

    public async Task<string> ProcessAsync(AgentTurn turn, CancellationToken cancellationToken)
    {
        var answer = new StringBuilder();
        await foreach (var piece in StreamAsync(turn, cancellationToken)) answer.Append(piece);
        return answer.ToString();
    }

    public async IAsyncEnumerable<string> StreamAsync(AgentTurn turn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var memory = await EnterAsync(turn.SessionId, cancellationToken);
        try
        {
            var answer = new StringBuilder();
            var messages = memory.With(new ChatMessage(ChatRole.User, turn.Content));
            await foreach (var update in client.GetStreamingResponseAsync(messages, Chat(memory, turn), cancellationToken))
            {
                if (update.Text.Length == 0) continue;
                answer.Append(update.Text);
                if (answer.Length > MaxAnswerCharacters) throw new AgentException(AgentFailure.TooLarge, "The provider's answer is longer than 1,048,576 characters.");
                yield return update.Text;
            }

            memories.Change(memory, m =>
            {
                m.Add(ChatRole.User, turn.Content);
                m.Add(ChatRole.Assistant, answer.ToString());
            });
        }
        finally
        {
            memory.OneTurn.Release();
        }
    }

    public async Task InitSessionAsync(string sessionId, IReadOnlyList<AgentExchange> history, CancellationToken cancellationToken)
    {
        var memory = await EnterAsync(sessionId, cancellationToken);
        try
        {
            memories.Change(memory, m =>
            {
                m.Clear();
                foreach (var said in history) m.Add(said.Role == AgentExchange.Assistant ? ChatRole.Assistant : ChatRole.User, said.Content);
            });
        }
        finally
        {
            memory.OneTurn.Release();
        }
    }

    public Task TerminateSessionAsync(string sessionId, CancellationToken cancellationToken) => memories.ForgetAsync(sessionId, cancellationToken);

    /// <summary>The tools for this turn, which know what the session's person has said that no tool may be told.</summary>
    private ChatOptions? Chat(SessionMemory memory, AgentTurn turn)
    {
        if (options.Tools.Count == 0) return null;
        if (UserText.TryCreate(turn.Content, out _) is { } text) memory.Taints.Add(_classifier.Classify(text));
        return new ChatOptions { Tools = [.. options.Tools.Select(tool => new InterceptedTool(tool, _interceptor, memory.Taints))] };
    }

    /// <summary>Takes the session's turn; looks again afterwards, for it may have been forgotten while we waited.</summary>
    private async Task<SessionMemory> EnterAsync(string sessionId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var memory = memories.Of(sessionId);
            await memory.OneTurn.WaitAsync(cancellationToken);
            if (ReferenceEquals(memory, memories.Of(sessionId))) return memory;
            memory.OneTurn.Release();
        }
    }
}
