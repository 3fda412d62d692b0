namespace SafeClaw.Tee.Wire;

/// <summary>A batch of secrets: all are stored or none is.</summary>
public sealed record SecretsRequest(IReadOnlyList<SecretEntry> Secrets) : IDisposable
{
    /// <summary>Zeroes every value.</summary>
    public void Dispose()
    {
        foreach (var secret in Secrets) secret.Value.Dispose();
    }
}

/// <summary>One secret on its way into the guest.</summary>
/// <param name="Name"><c>[A-Za-z_][A-Za-z0-9_.-]{0,127}</c>.</param>
/// <param name="Value">The bytes of the file it becomes: UTF-8 text, or any bytes with <paramref name="Encoding"/> <c>base64</c>.</param>
/// <param name="SetEnv">Also put it into the agent's environment, which restarts the agent once per batch.</param>
/// <param name="Encoding">Absent: the value is text. <c>base64</c>: the value's text is the canonical base64 of its bytes.</param>
public sealed record SecretEntry(string Name, SecretValue Value, bool SetEnv = false, string? Encoding = null);

/// <summary>What happened to a batch.</summary>
/// <param name="Injected">Number of secrets stored: all of the batch, or 0.</param>
/// <param name="Errors">Why nothing was stored; names secrets, never values. Absent or empty when all were.</param>
/// <param name="Error">The first of <paramref name="Errors"/>; absent when all were stored.</param>
/// <param name="Code"><c>SECRET_REJECTED</c> or <c>TOO_LARGE</c>; absent when all were stored.</param>
public sealed record SecretsReply(int Injected, IReadOnlyList<string>? Errors = null, string? Error = null, string? Code = null);

/// <summary>Takes secrets back: their files are removed. A name that is not there counts as revoked.</summary>
public sealed record RevokeRequest(IReadOnlyList<string> Names);
