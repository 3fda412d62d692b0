using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>Where the configured secrets come from.</summary>
internal interface ISecretSource
{
    /// <summary>Reads every configured secret afresh. Disposing the batch zeroes the values.</summary>
    /// <exception cref="SafeClawException"><see cref="ErrorCode.SecretMissing"/>, naming the secret and its source.</exception>
    Task<SecretsRequest> ReadAsync(CancellationToken cancellationToken);
}
