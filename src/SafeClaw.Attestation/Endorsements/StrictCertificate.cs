using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>
/// An X.509 certificate (RFC 5280 §4.1) read as strict DER, nothing left over. Parsers differ about duplicates, trailing bytes and BER, and a verifier
/// must not see another certificate than its peers, so all of that is refused. Serial number 0, which AMD uses, is accepted.
/// </summary>
internal sealed class StrictCertificate
{
    /// <summary>Largest certificate read, in bytes; AMD's have at most 1.7 KB.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxExtensions = 64;
    private const string BasicConstraintsOid = "2.5.29.19", KeyUsageOid = "2.5.29.15";

    private static readonly HashSet<string> KnownCritical = [BasicConstraintsOid, KeyUsageOid];

    private StrictCertificate(ReadOnlyMemory<byte> der) => Der = der;

    public ReadOnlyMemory<byte> Der { get; }

    /// <summary>The signed part.</summary>
    public ReadOnlyMemory<byte> Tbs { get; private init; }

    /// <summary>The signature's AlgorithmIdentifier, the same inside and outside of the signed part.</summary>
    public ReadOnlyMemory<byte> SignatureAlgorithm { get; private init; }

    public ReadOnlyMemory<byte> Signature { get; private init; }

    public BigInteger Serial { get; private init; }

    /// <summary>Name, DER; compared byte by byte.</summary>
    public ReadOnlyMemory<byte> Issuer { get; private init; }

    /// <summary>Name, DER.</summary>
    public ReadOnlyMemory<byte> Subject { get; private init; }

    public DateTimeOffset NotBefore { get; private init; }

    public DateTimeOffset NotAfter { get; private init; }

    /// <summary>SubjectPublicKeyInfo, DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; private init; }

    /// <summary>extnValue contents by OID; a repeated OID is refused.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Extensions { get; private init; } = new Dictionary<string, ReadOnlyMemory<byte>>();

    /// <summary>SHA-256 of the DER.</summary>
    public byte[] Fingerprint => SHA256.HashData(Der.Span);

    /// <summary>True if basicConstraints says CA and keyUsage, if present, allows signing certificates.</summary>
    public bool MaySignCertificates => IsAuthority && HasKeyUsage(5);

    /// <summary>True if keyUsage is absent or allows signing revocation lists.</summary>
    public bool MaySignRevocationLists => IsAuthority && HasKeyUsage(6);

    /// <summary>basicConstraints cA.</summary>
    public bool IsAuthority { get; private init; }

    /// <summary>basicConstraints pathLenConstraint; null if absent.</summary>
    public int? PathLength { get; private init; }

    /// <summary>The subject's common name; null if there is not exactly one.</summary>
    public string? CommonName => CommonNameOf(Subject);

    /// <summary>Reads a certificate; says in one phrase what is wrong with anything else.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> der, [NotNullWhen(true)] out StrictCertificate? certificate, [NotNullWhen(false)] out string? problem) =>
        TryParse(der, MaxBytes, out certificate, out problem);

    /// <summary>As above, for certificates that carry evidence and are larger.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> der, int maxBytes, [NotNullWhen(true)] out StrictCertificate? certificate, [NotNullWhen(false)] out string? problem)
    {
        certificate = null;
        problem = der.Length > maxBytes ? $"it has more than {maxBytes} bytes" : null;
        if (problem is not null) return false;
        try
        {
            certificate = Parse(der);
            return true;
        }
        catch (Exception malformed) when (malformed is AsnContentException or CryptographicException or OverflowException or ArgumentException)
        {
            problem = malformed is FormException ? malformed.Message : "it is not strict DER";
            return false;
        }
    }

    private static StrictCertificate Parse(ReadOnlyMemory<byte> der)
    {
        var outer = Only(der);
        var tbs = outer.PeekEncodedValue();
        var inner = outer.ReadSequence();
        var algorithm = outer.ReadEncodedValue();
        var signature = outer.ReadBitString(out var unused);
        Must(unused == 0 && !outer.HasData, "its signature is not whole bytes, or something follows it");

        var version = inner.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0));
        Must(version.ReadInteger() == 2 && !version.HasData, "it is not version 3");
        var serial = inner.ReadInteger();
        Must(serial.Sign >= 0 && serial.GetByteCount() <= 20, "its serial number is negative or longer than 20 bytes");
        Must(inner.ReadEncodedValue().Span.SequenceEqual(algorithm.Span), "its two signature algorithms differ");
        var issuer = inner.ReadEncodedValue();
        var validity = inner.ReadSequence();
        var (notBefore, notAfter) = (ReadTime(validity), ReadTime(validity));
        Must(!validity.HasData, "something follows its validity");
        var subject = inner.ReadEncodedValue();
        var publicKey = inner.ReadEncodedValue();
        var extensions = ReadExtensions(inner);
        var (isAuthority, pathLength) = ReadBasicConstraints(extensions);
        return new StrictCertificate(der)
        {
            Tbs = tbs,
            SignatureAlgorithm = algorithm,
            Signature = signature,
            Serial = serial,
            Issuer = issuer,
            Subject = subject,
            NotBefore = notBefore,
            NotAfter = notAfter,
            PublicKey = publicKey,
            Extensions = extensions,
            IsAuthority = isAuthority,
            PathLength = pathLength,
        };
    }

    private static Dictionary<string, ReadOnlyMemory<byte>> ReadExtensions(AsnReader inner)
    {
        var extensions = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        if (!inner.HasData) return extensions;
        var wrapper = inner.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3));
        Must(!inner.HasData, "something follows its extensions");
        var list = wrapper.ReadSequence();
        Must(!wrapper.HasData, "something follows its extensions");
        while (list.HasData)
        {
            Must(extensions.Count < MaxExtensions, $"it has more than {MaxExtensions} extensions");
            var extension = list.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            Must(!critical || KnownCritical.Contains(oid), $"it has the unknown critical extension {oid}");
            var value = extension.ReadOctetString();
            Must(!extension.HasData, "something follows an extension's value");
            Must(extensions.TryAdd(oid, value), $"it has the extension {oid} twice");
        }

        return extensions;
    }

    private static (bool IsAuthority, int? PathLength) ReadBasicConstraints(Dictionary<string, ReadOnlyMemory<byte>> extensions)
    {
        if (!extensions.TryGetValue(BasicConstraintsOid, out var value)) return (false, null);
        var sequence = Only(value);
        var isAuthority = sequence.HasData && sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && sequence.ReadBoolean();
        int? pathLength = sequence.HasData ? (int)sequence.ReadInteger() : null;
        Must(!sequence.HasData, "its basicConstraints have something left over");
        return (isAuthority, pathLength);
    }

    private bool HasKeyUsage(int bit)
    {
        if (!Extensions.TryGetValue(KeyUsageOid, out var value)) return true;
        try
        {
            var bits = new AsnReader(value, AsnEncodingRules.DER).ReadBitString(out _);
            return bits.Length > bit / 8 && (bits[bit / 8] & (0x80 >> (bit % 8))) != 0;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static DateTimeOffset ReadTime(AsnReader validity) => validity.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime)
        ? validity.ReadUtcTime() : validity.ReadGeneralizedTime();

    /// <summary>The one SEQUENCE that makes up <paramref name="der"/>.</summary>
    private static AsnReader Only(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        Must(!reader.HasData, "something follows it");
        return sequence;
    }

    private static string? CommonNameOf(ReadOnlyMemory<byte> name)
    {
        string? found = null;
        try
        {
            var names = Only(name);
            while (names.HasData)
            {
                var set = names.ReadSetOf();
                while (set.HasData)
                {
                    var attribute = set.ReadSequence();
                    if (attribute.ReadObjectIdentifier() != "2.5.4.3") continue;
                    if (found is not null) return null;
                    found = attribute.ReadCharacterString((UniversalTagNumber)attribute.PeekTag().TagValue);
                }
            }
        }
        catch (Exception malformed) when (malformed is AsnContentException or ArgumentException)
        {
            return null;
        }

        return found;
    }

    private static void Must(bool holds, string otherwise)
    {
        if (!holds) throw new FormException(otherwise);
    }

    private sealed class FormException(string message) : AsnContentException(message);
}
