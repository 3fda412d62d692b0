using System.Diagnostics.CodeAnalysis;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace SafeClaw.Attestation;

/// <summary>A certificate revocation list of an ARK. .NET has no reader for them; BouncyCastle reads the form, .NET verifies the signature.</summary>
internal sealed class RevocationList
{
    /// <summary>Largest list read, in bytes; AMD's have about 1 KB.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The problem of a list that belongs to another root.</summary>
    public const string OtherIssuer = "another authority issued it";

    private readonly X509Crl _crl;

    private RevocationList(X509Crl crl) => _crl = crl;

    /// <summary>Until when it counts; a list without a next update never becomes usable.</summary>
    public DateTimeOffset? NextUpdate => _crl.NextUpdate is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;

    public DateTimeOffset ThisUpdate => new(_crl.ThisUpdate, TimeSpan.Zero);

    /// <summary>Reads and verifies a list of <paramref name="root"/>; says what is wrong with anything else.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> der, StrictCertificate root, DateTimeOffset at, [NotNullWhen(true)] out RevocationList? list, [NotNullWhen(false)] out string? problem)
    {
        list = null;
        X509Crl? crl = null;
        problem = der.Length is 0 or > MaxBytes ? $"it is empty or has more than {MaxBytes} bytes" : Parse(der, out crl) ?? Judge(crl!, root, at);
        if (problem is not null) return false;
        list = new RevocationList(crl!);
        return true;
    }

    /// <summary>True if the list names this certificate.</summary>
    public bool Revokes(StrictCertificate certificate) =>
        _crl.GetRevokedCertificate(new Org.BouncyCastle.Math.BigInteger(1, certificate.Serial.ToByteArray(isUnsigned: true, isBigEndian: true))) is not null;

    private static string? Parse(ReadOnlyMemory<byte> der, out X509Crl? crl)
    {
        crl = null;
        try
        {
            crl = new X509CrlParser().ReadCrl(der.ToArray());
            return crl is null || !crl.GetEncoded().AsSpan().SequenceEqual(der.Span) ? "it is not strict DER" : null;
        }
        catch (Exception malformed) when (malformed is GeneralSecurityException or IOException or ArgumentException or InvalidOperationException or FormatException)
        {
            return "it is not a revocation list";
        }
    }

    private static string? Judge(X509Crl crl, StrictCertificate root, DateTimeOffset at) => 0 switch
    {
        _ when !crl.IssuerDN.GetDerEncoded().AsSpan().SequenceEqual(root.Subject.Span) => OtherIssuer,
        _ when !root.MaySignRevocationLists => "the root may not sign revocation lists",
        _ when crl.NextUpdate is null => "it has no next update",
        _ when at < new DateTimeOffset(crl.ThisUpdate, TimeSpan.Zero) => "it is from the future; check this machine's clock",
        _ when at > new DateTimeOffset(crl.NextUpdate.Value, TimeSpan.Zero) => $"it is out of date since {crl.NextUpdate:u}",
        _ => PssSignature.Problem(root.PublicKey, crl.CertificateList().SignatureAlgorithm.GetDerEncoded(), crl.GetTbsCertList(), crl.GetSignature()),
    };
}

file static class BouncyCastleForms
{
    public static Org.BouncyCastle.Asn1.X509.CertificateList CertificateList(this X509Crl crl) =>
        Org.BouncyCastle.Asn1.X509.CertificateList.GetInstance(crl.GetEncoded());
}
