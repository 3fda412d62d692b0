using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace SafeClaw.Assistant.Offline;

/// <summary>
/// An assistant without a language model and without a network: it recognises a handful of requests and says plainly what it is when it
/// does not. Stateless; what it knows of a session is in the messages it is given.
/// </summary>
internal sealed class OfflineChatClient(TimeProvider clock) : IChatClient
{
    /// <summary>The first skill that recognises a request answers it; the most specific ones come first.</summary>
    private static readonly ISkill[] Skills =
    [
        new AboutSkill(), new RepeatSkill(), new SummarySkill(), new ClockSkill(), new ArithmeticSkill(), new DraftSkill(), new MemorySkill(), new CourtesySkill(),
    ];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, Answer(messages))));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var piece in Pieces(Answer(messages)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new ChatResponseUpdate(ChatRole.Assistant, piece);
            await Task.Yield(); // a long answer does not keep its thread to itself
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private string Answer(IEnumerable<ChatMessage> messages)
    {
        var conversation = Conversation.From(messages, clock);
        foreach (var skill in Skills)
            if (skill.TryAnswer(conversation) is { } answer) return answer;
        return AboutSkill.Shrug(conversation);
    }

    /// <summary>Runs of at least 24 characters that end at a space, so that a stream looks like one and words stay whole.</summary>
    private static IEnumerable<string> Pieces(string answer)
    {
        for (var start = 0; start < answer.Length;)
        {
            var space = start + 24 < answer.Length ? answer.IndexOf(' ', start + 24) : -1;
            var end = space < 0 ? answer.Length : space + 1;
            yield return answer[start..end];
            start = end;
        }
    }
}
