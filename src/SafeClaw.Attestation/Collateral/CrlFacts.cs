using System.Formats.Asn1;

namespace SafeClaw.Attestation;

/// <summary>When a revocation list was made and until when it speaks, and whose it is (RFC 5280 §5).</summary>
internal sealed record CrlFacts(ReadOnlyMemory<byte> Der, ReadOnlyMemory<byte> Issuer, DateTimeOffset ThisUpdate, DateTimeOffset? NextUpdate, SignedDer Signed)
{
    /// <summary>Null for anything that is not exactly one DER revocation list.</summary>
    public static CrlFacts? TryRead(ReadOnlyMemory<byte> der)
    {
        try
        {
            if (SignedDer.TryRead(der) is not { } signed) return null;
            var body = new AsnReader(signed.Body, AsnEncodingRules.DER).ReadSequence();
            if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) body.ReadIntegerBytes(); // version
            body.ReadEncodedValue(); // signature algorithm
            var issuer = body.ReadEncodedValue();
            var thisUpdate = ReadTime(body);
            var next = body.HasData && IsTime(body.PeekTag()) ? ReadTime(body) : (DateTimeOffset?)null;
            return new CrlFacts(der, issuer, thisUpdate, next, signed);
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    /// <summary>Why the list cannot be used now, or null. A list without nextUpdate would speak for ever and is refused.</summary>
    public string? Problem(CertificateFacts root, DateTimeOffset now)
    {
        if (!Issuer.Span.SequenceEqual(root.Subject.Span)) return "is not the root's";
        if (!Signed.IsSignedBy(root.PublicKey)) return "is not signed by the root";
        if (ThisUpdate > now) return "begins in the future";
        return NextUpdate is not { } next ? "has no end" : next <= now ? $"ended on {next:yyyy-MM-dd}" : null;
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader body) => body.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? body.ReadUtcTime() : body.ReadGeneralizedTime();
}
