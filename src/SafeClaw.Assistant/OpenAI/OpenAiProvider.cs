using Microsoft.Extensions.AI;

namespace SafeClaw.Assistant.OpenAI;

internal static class OpenAiProvider
{
    public static IChatClient Create(AgentOptions options) => throw new NotImplementedException(options.ToString());
}
