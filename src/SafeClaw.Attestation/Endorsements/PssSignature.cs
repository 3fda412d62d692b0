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
    private const string OtherAlgorithm = "it is not signed with RSASSA-PSS, SHA-384 and a salt of 48 bytes";
    private const int ModulusBits = 4096, PublicExponent = 65537, SaltBytes = 48;

    /// <summary>Verifies that <paramref name="issuerKey"/> (DER SubjectPublicKeyInfo) signed <paramref name="signed"/>; null if so, else what is wrong.</summary>
    public static string? Problem(ReadOnlyMemory<byte> issuerKey, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature)
    {
        if (!IsExpectedAlgorithm(algorithm)) return OtherAlgorithm;
        using var key = ReadKey(issuerKey);
        return Explain(key is null ? null : Verifies(key, signed, signature));
    }

    /// <summary>The same, with keys that were read before.</summary>
    public static string? Problem(KeyCache keys, ReadOnlyMemory<byte> issuerKey, ReadOnlyMemory<byte> algorithm, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature) =>
        IsExpectedAlgorithm(algorithm) ? Explain(keys.Use(issuerKey, ReadKey, key => Verifies(key, signed, signature))) : OtherAlgorithm;

    private static bool Verifies(RSA key, ReadOnlyMemory<byte> signed, ReadOnlyMemory<byte> signature) =>
        key.VerifyData(signed.Span, signature.Span, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);

    private static string? Explain(bool? verified) => verified switch
    {
        true => null,
        false => "its signature does not verify under its issuer's key",
        null => "its issuer's key is not RSA-4096 with exponent 65537",
    };

    /// <summary>An RSA-4096 key with exponent 65537 and an odd modulus; null for any other.</summary>
    private static RSA? ReadKey(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        if (!HasExpectedForm(subjectPublicKeyInfo)) return null;
        var key = RSA.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out var read);
            if (read == subjectPublicKeyInfo.Length && key.KeySize == ModulusBits) return key;
        }
        catch (CryptographicException)
        {
            // No key.
        }

        key.Dispose();
        return null;
    }

    /// <summary>RFC 3279 §2.3.1. The numbers are read here, because exporting them from the key costs more than a signature.</summary>
    private static bool HasExpectedForm(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        try
        {
            var info = Sequence(subjectPublicKeyInfo);
            var algorithm = info.ReadSequence();
            if (algorithm.ReadObjectIdentifier() != RsaEncryption) return false;
            if (algorithm.HasData) algorithm.ReadNull();
            var numbers = Sequence(info.ReadBitString(out var unused));
            var modulus = numbers.ReadIntegerBytes().Span;
            return unused == 0 && !algorithm.HasData && !info.HasData && modulus.TrimStart((byte)0).Length == ModulusBits / 8 && (modulus[^1] & 1) == 1
                && numbers.ReadInteger() == PublicExponent && !numbers.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
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
