using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Engines;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Security;

namespace SafeClaw.Simulation;

/// <summary>How a certificate or CRL is signed and how it says so; only <see cref="Amd"/> and <see cref="AmdOldStyle"/> are what AMD does.</summary>
public sealed class RsaScheme
{
    private const string RsassaPss = "1.2.840.113549.1.1.10", Mgf1 = "1.2.840.113549.1.1.8", Sha384WithRsa = "1.2.840.113549.1.1.12";
    private const string Sha1 = "1.3.14.3.2.26", Sha256 = "2.16.840.1.101.3.4.2.1", Sha384 = "2.16.840.1.101.3.4.2.2";

    private readonly Func<RSA, byte[], byte[]> _sign;

    private RsaScheme(string name, Func<RSA, byte[], byte[]> sign, byte[] algorithm) => (Name, _sign, AlgorithmIdentifier) = (name, sign, algorithm);

    public string Name { get; }

    /// <summary>DER AlgorithmIdentifier.</summary>
    public byte[] AlgorithmIdentifier { get; }

    /// <summary>RSASSA-PSS, SHA-384, MGF1 with SHA-384, salt 48; the default trailer field left out (leaves since 2024-11).</summary>
    public static RsaScheme Amd { get; } = new("PSS SHA-384 salt 48", Pss(HashAlgorithmName.SHA384), PssParameters(Sha384, Sha384, 48));

    /// <summary>The same with the default trailer field written out, as every ARK, ASK and ASVK and all older leaves have it.</summary>
    public static RsaScheme AmdOldStyle { get; } =
        new("PSS SHA-384 salt 48, trailer written", Pss(HashAlgorithmName.SHA384), PssParameters(Sha384, Sha384, 48, trailer: 1));

    /// <summary>What a verifier has to refuse.</summary>
    public static IReadOnlyList<RsaScheme> Wrong { get; } =
    [
        new("PKCS#1 v1.5 SHA-384", (key, data) => key.SignData(data, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1), Algorithm(Sha384WithRsa, writer => writer.WriteNull())),
        new("PSS SHA-1 by default", Pss(HashAlgorithmName.SHA1), Algorithm(RsassaPss, writer => { using (writer.PushSequence()) { } })),
        new("PSS SHA-256", Pss(HashAlgorithmName.SHA256), PssParameters(Sha256, Sha256, 32)),
        new("PSS SHA-384, MGF1 said to be SHA-1", Pss(HashAlgorithmName.SHA384), PssParameters(Sha384, Sha1, 48)),
        new("PSS salt 20", PssSha384(salt: 20), PssParameters(Sha384, Sha384, 20)),
        new("PSS salt 0", PssSha384(salt: 0), PssParameters(Sha384, Sha384, 0)),
        new("PSS salt 64", PssSha384(salt: 64), PssParameters(Sha384, Sha384, 64)),
        new("PSS salt 48 said, 20 used", PssSha384(salt: 20), PssParameters(Sha384, Sha384, 48)),
        new("PSS trailer 2", Pss(HashAlgorithmName.SHA384), PssParameters(Sha384, Sha384, 48, trailer: 2)),
    ];

    public byte[] Sign(RSA key, byte[] data) => _sign(key, data);

    public override string ToString() => Name;

    /// <summary>The framework's PSS: the salt is as long as the hash.</summary>
    private static Func<RSA, byte[], byte[]> Pss(HashAlgorithmName hash) => (key, data) => key.SignData(data, hash, RSASignaturePadding.Pss);

    private static Func<RSA, byte[], byte[]> PssSha384(int salt) => (key, data) =>
    {
        var signer = new PssSigner(new RsaBlindedEngine(), new Sha384Digest(), salt);
        signer.Init(forSigning: true, DotNetUtilities.GetRsaKeyPair(key).Private);
        signer.BlockUpdate(data, 0, data.Length);
        return signer.GenerateSignature();
    };

    private static byte[] PssParameters(string hash, string mgfHash, int salt, int? trailer = null) => Algorithm(RsassaPss, writer =>
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) WriteHash(writer, hash);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Mgf1);
                WriteHash(writer, mgfHash);
            }

            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 2))) writer.WriteInteger(salt);
            if (trailer is { } field)
                using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 3))) writer.WriteInteger(field);
        }
    });

    private static void WriteHash(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteNull();
        }
    }

    private static byte[] Algorithm(string oid, Action<AsnWriter> parameters)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            parameters(writer);
        }

        return writer.Encode();
    }
}
