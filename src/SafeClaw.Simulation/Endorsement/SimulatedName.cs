using System.Formats.Asn1;

namespace SafeClaw.Simulation;

/// <summary>
/// Names with AMD's structure and AMD's common names, so that every name rule of a verifier is exercised, under an organisation that says
/// what they are. Trust never comes from a name: what counts is the root's fingerprint.
/// </summary>
public static class SimulatedName
{
    /// <summary>Organisation of everything the simulation issues.</summary>
    public const string Organization = "SafeClaw simulation";

    /// <summary>The organisation in AMD's own certificates; only for forgeries that a verifier must refuse.</summary>
    public const string AmdOrganization = "Advanced Micro Devices";

    /// <summary>DER of OU, C, L, ST, O, CN in AMD's order: one RDN each, UTF8String but for the country.</summary>
    public static byte[] Encode(string commonName, string organization = Organization)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            Write(writer, "2.5.4.11", "Engineering");
            Write(writer, "2.5.4.6", "US", UniversalTagNumber.PrintableString);
            Write(writer, "2.5.4.7", "Santa Clara");
            Write(writer, "2.5.4.8", "CA");
            Write(writer, "2.5.4.10", organization);
            Write(writer, "2.5.4.3", commonName);
        }

        return writer.Encode();
    }

    private static void Write(AsnWriter writer, string oid, string value, UniversalTagNumber type = UniversalTagNumber.UTF8String)
    {
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteCharacterString(type, value);
        }
    }
}
