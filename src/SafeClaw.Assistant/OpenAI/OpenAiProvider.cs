using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace SafeClaw.Assistant.OpenAI;

/// <summary>Any server that speaks OpenAI's chat completions, through the official client.</summary>
internal static class OpenAiProvider
{
    /// <summary>Servers without keys still want the header's form.</summary>
    private const string NoKey = "none";

    /// <exception cref="ArgumentException">The base address or the model is missing.</exception>
    public static IChatClient Create(AgentOptions options)
    {
        if (options.BaseUrl is not { IsAbsoluteUri: true, Scheme: "http" or "https" } address) throw new ArgumentException("The provider openai needs --base-url, as https://host/v1.");
        if (string.IsNullOrWhiteSpace(options.Model)) throw new ArgumentException("The provider openai needs --model.");
        // Message text must not reach telemetry, whatever the environment says.
        AppContext.SetSwitch("OpenAI.Experimental.EnableOpenTelemetry", false);
        var credential = new ApiKeyCredential(NoKey);
        var client = new ChatClient(options.Model, credential, new OpenAIClientOptions
        {
            Endpoint = address,
            NetworkTimeout = options.ProviderTimeout,
            RetryPolicy = new ClientRetryPolicy(maxRetries: 1),
        });
        return new OpenAiChatClient(client.AsIChatClient(), credential, options);
    }
}
