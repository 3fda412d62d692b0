using System.ClientModel;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace SafeClaw.Assistant.OpenAI;

/// <summary>Reads the key at each use, bounds each answer's time, and turns the client's failures into ours, which never carry a provider's raw reply.</summary>
internal sealed class OpenAiChatClient(IChatClient inner, ApiKeyCredential credential, AgentOptions options) : DelegatingChatClient(inner)
{
    private const int MaxKeyBytes = 4096;

    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? chatOptions = null, CancellationToken cancellationToken = default)
    {
        using var limit = await BeginAsync(cancellationToken);
        try
        {
            return await base.GetResponseAsync(messages, chatOptions, limit.Token);
        }
        catch (Exception failure) when (Explain(failure, cancellationToken) is { } explained)
        {
            throw explained;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? chatOptions = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var limit = await BeginAsync(cancellationToken);
        await using var updates = base.GetStreamingResponseAsync(messages, chatOptions, limit.Token).GetAsyncEnumerator(limit.Token);
        while (await MoveAsync(updates, cancellationToken)) yield return updates.Current;
    }

    private static async Task<bool> MoveAsync(IAsyncEnumerator<ChatResponseUpdate> updates, CancellationToken callers)
    {
        try
        {
            return await updates.MoveNextAsync();
        }
        catch (Exception failure) when (Explain(failure, callers) is { } explained)
        {
            throw explained;
        }
    }

    private async Task<CancellationTokenSource> BeginAsync(CancellationToken cancellationToken)
    {
        if (options.ApiKeyFile is { } file) credential.Update(await ReadKeyAsync(file, cancellationToken));
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.ProviderTimeout);
        return limit;
    }

    private static async Task<string> ReadKeyAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(file).Length > MaxKeyBytes) throw new AgentException(AgentFailure.ProviderRefused, $"The provider's key file is longer than {MaxKeyBytes} bytes.");
            var key = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            return key.Length > 0 ? key : throw new AgentException(AgentFailure.ProviderRefused, "The provider's key file is empty.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new AgentException(AgentFailure.ProviderRefused, "The provider's key file cannot be read.", unreadable);
        }
    }

    /// <summary>Null for what the caller asked for itself and for what is ours already.</summary>
    private static AgentException? Explain(Exception failure, CancellationToken callers) => failure switch
    {
        AgentException => null,
        OperationCanceledException when callers.IsCancellationRequested => null,
        OperationCanceledException => new AgentException(AgentFailure.ProviderUnavailable, "The provider did not answer within its time.", failure),
        ClientResultException { Status: 0 or 408 or 429 or >= 500 } refused => new AgentException(AgentFailure.ProviderUnavailable, $"The provider is unavailable (status {refused.Status}).", failure),
        ClientResultException refused => new AgentException(AgentFailure.ProviderRefused, $"The provider refused the request (status {refused.Status}); check its key and model.", failure),
        HttpRequestException or IOException or AggregateException => new AgentException(AgentFailure.ProviderUnavailable, "The provider cannot be reached.", failure),
        System.Text.Json.JsonException or FormatException or InvalidOperationException => new AgentException(AgentFailure.ProviderUnavailable, "The provider's answer is not what the protocol promises.", failure),
        _ => null,
    };
}
