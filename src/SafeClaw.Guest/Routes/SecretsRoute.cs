using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary><c>POST /secrets</c>: a batch goes in as a whole or not at all; variables reach the agent by one restart, before the answer.</summary>
internal sealed class SecretsRoute(SecretStore store, IAgentHost agent) : IRoute
{
    public string Path => "/secrets";

    public string Method => "POST";

    /// <summary>A megabyte of values as JSON strings, some of it escaped.</summary>
    public int MaxBody => 4 << 20;

    public async Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!RouteJson.TryRead(body, WireJson.Default.SecretsRequest, out var request, out var refusal)) return refusal;
        if (request.Secrets.Any(secret => secret is null)) return Answer.Invalid("secrets holds a null.");
        using (request)
        {
            if (await store.PutAsync(request.Secrets, cancellationToken) is { } problem)
                return Answer.Of(problem.Status, new SecretsReply(0, [problem.Message], problem.Message, problem.Code), WireJson.Default.SecretsReply);
            if (request.Secrets.Any(secret => secret.SetEnv)) await agent.RestartAsync(cancellationToken);
            return Answer.Ok(new SecretsReply(request.Secrets.Count), WireJson.Default.SecretsReply);
        }
    }
}

/// <summary><c>POST /secrets/revoke</c>: takes secrets back. The answer is 200 whether they were there or not.</summary>
internal sealed class RevokeRoute(SecretStore store, IAgentHost agent) : IRoute
{
    public string Path => "/secrets/revoke";

    public string Method => "POST";

    public int MaxBody => 64 << 10;

    public async Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!RouteJson.TryRead(body, WireJson.Default.RevokeRequest, out var request, out var refusal)) return refusal;
        if (request.Names.Any(name => name is null)) return Answer.Invalid("names holds a null.");
        if (await store.RevokeAsync(request.Names, cancellationToken)) await agent.RestartAsync(cancellationToken);
        return Answer.Ok(new SecretsReply(0), WireJson.Default.SecretsReply);
    }
}
