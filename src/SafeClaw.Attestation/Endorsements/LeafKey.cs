using System.Formats.Asn1;
using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>A leaf's key: an uncompressed point on the named curve P-384, and nothing else that a SubjectPublicKeyInfo could hold.</summary>
internal static class LeafKey
{
    private const string EcPublicKey = "1.2.840.10045.2.1", Secp384r1 = "1.3.132.0.34";
    private const int PointBytes = 97;

    /// <summary>The key, or null if it is of another kind, or no point of the curve.</summary>
    public static ECDsa? Read(ReadOnlyMemory<byte> subjectPublicKeyInfo)
    {
        if (!HasExpectedForm(subjectPublicKeyInfo)) return null;
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(subjectPublicKeyInfo.Span, out var read);
            if (read == subjectPublicKeyInfo.Length) return key;
        }
        catch (CryptographicException)
        {
            // No point of the curve.
        }

        key.Dispose();
        return null;
    }

    private static bool HasExpectedForm(ReadOnlyMemory<byte> info)
    {
        try
        {
            var outer = new AsnReader(info, AsnEncodingRules.DER);
            var sequence = outer.ReadSequence();
            var algorithm = sequence.ReadSequence();
            var point = sequence.ReadBitString(out var unused);
            return !outer.HasData && !sequence.HasData && unused == 0 && point is [4, ..] && point.Length == PointBytes
                && algorithm.ReadObjectIdentifier() == EcPublicKey && algorithm.ReadObjectIdentifier() == Secp384r1 && !algorithm.HasData;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
