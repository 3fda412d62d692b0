using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>
/// RSASSA-PSS as AMD signs certificates: RSA-4096, SHA-384, MGF1 with SHA-384, salt of 48 bytes. The parameters are parsed, not assumed: absent ones
/// mean SHA-1 (RFC 4055 §3.1).
/// </summary>
internal static class PssSignature
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1", RsassaPss = "1.2.840.113549.1.1.10", Mgf1 = "1.2.840.113549.1.1.8", Sha384 = "2.16.840.1.101.3.4.2.2";
    private const int ModulusBits = 4096, SaltBytes = 48;

    /// <summary>Verifies that <paramref name="issuerKey"/> (DER SubjectPublicKeyInfo) signed <paramref name="signed"/>; null if so, else what is wrong.</summary>
    public static string? Problem(ReadOnlyMemory<byte> issuerKey, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature)
    {
        if (!IsExpectedAlgorithm(algorithm)) return "it is not signed with RSASSA-PSS, SHA-384 and a salt of 48 bytes";
        try
        {
            using var key = RSA.Create();
            key.ImportSubjectPublicKeyInfo(issuerKey.Span, out var read);
            if (read != issuerKey.Length || !IsExpectedKey(key)) return "its issuer's key is not RSA-4096 with exponent 65537";
            return key.VerifyData(signed.Span, signature.Span, HashAlgorithmName.SHA384, RSASignaturePadding.Pss) ? null : "its signature does not verify under its issuer's key";
        }
        catch (CryptographicException)
        {
            return "its issuer's key cannot be read";
        }
    }

    private static bool IsExpectedKey(RSA key)
    {
        if (key.KeySize != ModulusBits) return false;
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return parameters.Exponent is [1, 0, 1] && (parameters.Modulus![^1] & 1) == 1;
    }

    private static bool IsExpectedAlgorithm(ReadOnlyMemory<byte> algorithm)
    {
        try
        {
            var identifier = Sequence(algorithm);
            if (identifier.ReadObjectIdentifier() != RsassaPss) return false;
            var parameters = identifier.ReadSequence();
            return !identifier.HasData && IsHash(Tagged(parameters, 0)) && IsMgf(Tagged(parameters, 1)) && Tagged(parameters, 2).ReadInteger() == SaltBytes
                && (!parameters.HasData || Tagged(parameters, 3).ReadInteger() == 1) && !parameters.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsMgf(AsnReader reader)
    {
        var identifier = reader.ReadSequence();
        return identifier.ReadObjectIdentifier() == Mgf1 && IsHash(identifier);
    }

    private static bool IsHash(AsnReader reader)
    {
        var identifier = reader.ReadSequence();
        if (identifier.ReadObjectIdentifier() != Sha384) return false;
        if (identifier.HasData) identifier.ReadNull();
        return !identifier.HasData && !reader.HasData;
    }

    private static AsnReader Tagged(AsnReader parameters, int tag) => parameters.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, tag));

    private static AsnReader Sequence(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        return reader.HasData ? throw new AsnContentException() : sequence;
    }
}
