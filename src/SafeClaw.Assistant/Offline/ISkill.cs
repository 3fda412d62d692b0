namespace SafeClaw.Assistant.Offline;

/// <summary>Something the offline assistant can do.</summary>
internal interface ISkill
{
    /// <summary>The answer, or null if the request is not one for this skill.</summary>
    string? TryAnswer(Conversation conversation);
}
