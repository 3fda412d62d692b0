using System.Security.Cryptography;
using System.Text;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>
/// Secrets named in the configuration, read at each injection from <c>env:NAME</c> or <c>file:/path</c>. The values are also handed to the leak
/// check, which must recognise them in replies.
/// </summary>
internal sealed class ConfiguredSecrets(IReadOnlyList<SecretRef> references, SecretTaints taints) : ISecretSource
{
    private const int MaxBytes = 1024 * 1024;

    public async Task<SecretsRequest> ReadAsync(CancellationToken cancellationToken)
    {
        var entries = new List<SecretEntry>(references.Count);
        var batch = new SecretsRequest(entries);
        try
        {
            foreach (var reference in references)
                entries.Add(new SecretEntry(reference.Name, await ValueAsync(reference, cancellationToken), reference.SetEnv));
            taints.Set(entries.Select(e => (e.Name, e.Value.RevealMemory())));
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private static async Task<SecretValue> ValueAsync(SecretRef reference, CancellationToken cancellationToken)
    {
        var bytes = await BytesAsync(reference, cancellationToken);
        try
        {
            return SecretValue.Copy(bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static async Task<byte[]> BytesAsync(SecretRef reference, CancellationToken cancellationToken)
    {
        var value = reference.Source switch
        {
            _ when reference.Source.StartsWith("env:", StringComparison.Ordinal) => FromEnvironment(reference.Source["env:".Length..]),
            _ when reference.Source.StartsWith("file:", StringComparison.Ordinal) => await FromFileAsync(reference.Source["file:".Length..], cancellationToken),
            _ => null,
        };
        if (value is null or { Length: 0 }) throw new SafeClawException(ErrorCode.SecretMissing, $"The secret '{reference.Name}' has no value at {reference.Source}.", "inject");
        if (value.Length > MaxBytes) throw new SafeClawException(ErrorCode.TooLarge, $"The secret '{reference.Name}' has {value.Length} bytes; at most {MaxBytes}.", "inject");
        return value;
    }

    /// <summary>The environment holds text already; its bytes are copied from there and the copy is zeroed by the caller.</summary>
    private static byte[]? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { } text ? Encoding.UTF8.GetBytes(text) : null;

    private static async Task<byte[]?> FromFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes) return new byte[MaxBytes + 1];
            return TrimEnd(await File.ReadAllBytesAsync(path, cancellationToken));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Files of secrets usually end with the line break of the editor that wrote them.</summary>
    private static byte[] TrimEnd(byte[] bytes)
    {
        var end = bytes.Length;
        while (end > 0 && bytes[end - 1] is (byte)'\n' or (byte)'\r') end--;
        if (end == bytes.Length) return bytes;
        var trimmed = bytes[..end];
        CryptographicOperations.ZeroMemory(bytes);
        return trimmed;
    }
}
