using System.Collections.Frozen;

namespace SafeClaw.Guest;

/// <summary>One route of the attestation server. It sees a whole body of valid UTF-8 within its limit, or is not called.</summary>
internal interface IRoute
{
    /// <summary>The request target, compared byte by byte.</summary>
    string Path { get; }

    /// <summary><c>GET</c> or <c>POST</c>.</summary>
    string Method { get; }

    /// <summary>Largest body in bytes.</summary>
    int MaxBody { get; }

    Task<Answer> AnswerAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}

/// <summary>A route that can answer with server-sent events.</summary>
internal interface IStreamRoute : IRoute
{
    /// <summary>The events, or null if this request does not ask for a stream.</summary>
    IAsyncEnumerable<StreamEvent>? Open(ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}

/// <summary>One server-sent event, or a refusal before the first one. Prints sizes only.</summary>
internal sealed record StreamEvent(string Name, byte[] Json, Answer? Refusal = null)
{
    public static StreamEvent Refused(Answer answer) => new("", [], answer);

    public override string ToString() => $"StreamEvent({Name}, {Json.Length} bytes)";
}

/// <summary>The routes, by exact request target.</summary>
internal sealed class RouteTable(IEnumerable<IRoute> routes)
{
    private readonly FrozenDictionary<string, IRoute> _routes = routes.ToFrozenDictionary(route => route.Path, StringComparer.Ordinal);

    public IRoute? At(string rawTarget) => _routes.GetValueOrDefault(rawTarget);
}
