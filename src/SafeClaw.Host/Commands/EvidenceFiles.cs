using System.Security.Cryptography;
using System.Text;
using SafeClaw.Actors;
using SafeClaw.Attestation;

namespace SafeClaw.Host;

/// <summary>Reads reports, certificates, policies and proofs from files, bounded.</summary>
internal static class EvidenceFiles
{
    public const int MaxBytes = 1024 * 1024;

    private static readonly string[] Endings = [".der", ".crt", ".cer", ".pem"];

    /// <exception cref="SafeClawException">INVALID_REQUEST: missing or too large.</exception>
    public static async Task<byte[]> ReadAsync(FileInfo file, int maxBytes, CancellationToken cancellationToken)
    {
        if (!file.Exists) throw new SafeClawException(ErrorCode.InvalidRequest, $"There is no file {file.FullName}.", "verify");
        if (file.Length > maxBytes) throw new SafeClawException(ErrorCode.TooLarge, $"{file.FullName} has more than {maxBytes} bytes.", "verify");
        return await File.ReadAllBytesAsync(file.FullName, cancellationToken);
    }

    /// <summary>A certificate as DER; empty if no file is named.</summary>
    public static async Task<ReadOnlyMemory<byte>> CertificateAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is null) return default;
        var bytes = await ReadAsync(file, MaxBytes, cancellationToken);
        if (bytes is not [(byte)'-', ..]) return bytes;
        var text = Encoding.ASCII.GetString(bytes);
        if (!PemEncoding.TryFind(text, out var block)) throw new SafeClawException(ErrorCode.InvalidRequest, $"{file.FullName} is not a PEM certificate.", "verify");
        return Convert.FromBase64String(text[block.Base64Data]);
    }

    /// <summary>The folder's file of one of these names; null if there is none.</summary>
    public static FileInfo? Find(DirectoryInfo? folder, string[] names) => folder is null ? null
        : names.SelectMany(name => Endings.Select(ending => new FileInfo(Path.Combine(folder.FullName, name + ending)))).FirstOrDefault(file => file.Exists);

    /// <summary>The policy of a file; the profile <c>any</c> without one.</summary>
    public static async Task<AttestationPolicy> PolicyAsync(FileInfo? file, CancellationToken cancellationToken)
    {
        if (file is null) return AttestationPolicy.Any;
        try
        {
            return AttestationPolicy.Parse(await ReadAsync(file, AttestationPolicy.MaxFileBytes, cancellationToken));
        }
        catch (FormatException wrong)
        {
            throw new SafeClawException(ErrorCode.ConfigInvalid, $"{file.FullName} is not a usable policy: {wrong.Message}", "verify", cause: wrong);
        }
    }

    public static Proof Proof(byte[] json)
    {
        try
        {
            return Attestation.Proof.Parse(json);
        }
        catch (FormatException wrong)
        {
            throw new SafeClawException(ErrorCode.InvalidRequest, wrong.Message, "verify", cause: wrong);
        }
    }
}
