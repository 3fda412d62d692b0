using System.Text;
using Microsoft.Extensions.AI;
using SafeClaw.Privacy;

namespace SafeClaw.Assistant.Sessions;

/// <summary>What one session remembers: the last 50 turns (question and answer) within 64 KiB of UTF-8.</summary>
internal sealed class SessionMemory
{
    public const int MaxTurns = 50, MaxBytes = 64 << 10;

    private readonly LinkedList<(ChatMessage Message, int Bytes)> _messages = [];

    /// <summary>Held while a turn runs: a session's turns do not overtake each other.</summary>
    public SemaphoreSlim OneTurn { get; } = new(1, 1);

    /// <summary>What the session's person has said that no tool may be told.</summary>
    public TaintRegistry Taints { get; } = new();

    /// <summary>Bytes remembered now.</summary>
    public int Bytes { get; private set; }

    /// <summary>What was said, oldest first, followed by <paramref name="next"/>.</summary>
    public List<ChatMessage> With(ChatMessage next) => [.. _messages.Select(m => m.Message), next];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _messages.Clear();
        Bytes = 0;
    }

    /// <summary>Remembers a message, dropping the oldest ones that no longer fit.</summary>
    public void Add(ChatRole role, string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        _messages.AddLast((new ChatMessage(role, text), bytes));
        Bytes += bytes;
        while (_messages.Count > 2 * MaxTurns || Bytes > MaxBytes)
        {
            Bytes -= _messages.First!.Value.Bytes;
            _messages.RemoveFirst();
        }
    }

}
