using System.Text.Json;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Project Wycheproof's signatures through the code that judges reports and certificates.</summary>
public sealed class WycheproofSpecs
{
    [VectorFact]
    [Trait("neg", "E13")]
    public void Every_P384_signature_is_judged_rightly_in_the_fields_of_a_report()
    {
        var (judged, otherLength) = (0, 0);
        foreach (var (group, test) in Tests("ecdsa_secp384r1_sha384_p1363_test.json"))
        {
            using var key = LeafKey.Read(Convert.FromHexString(group.GetProperty("publicKeyDer").GetString()!));
            var signature = Bytes(test, "sig");
            if (signature.Length != 96)
            {
                // A length of its own is what makes these invalid; fields of fixed size have none.
                otherLength++;
                continue;
            }

            Assert.NotNull(key);
            var bytes = SimulatedReport.Create(SimulatedProduct.Genoa, 5)
                .Set(ReportField.SignatureR, Reversed(signature.AsSpan(0, 48))).Set(ReportField.SignatureS, Reversed(signature.AsSpan(48))).ToBytes();
            Assert.True(SnpReport.TryParse(bytes, out var report, out _));
            Assert.True(IsValid(test) == report.IsSignatureOf(key, Bytes(test, "msg")), $"test {test.GetProperty("tcId")}");
            judged++;
        }

        Assert.True(judged >= 250 && judged + otherLength == 280, $"{judged} judged, {otherLength} of another length");
    }

    [VectorFact]
    public void Every_RSA_4096_PSS_signature_is_judged_rightly()
    {
        var judged = 0;
        foreach (var (group, test) in Tests("rsa_pss_4096_sha384_mgf1_48_test.json"))
        {
            var key = Convert.FromHexString(group.GetProperty("publicKeyDer").GetString()!);
            var problem = PssSignature.Problem(key, RsaScheme.Amd.AlgorithmIdentifier, Bytes(test, "msg"), Bytes(test, "sig"));
            Assert.True(IsValid(test) == problem is null, $"test {test.GetProperty("tcId")}: {problem}");
            judged++;
        }

        Assert.Equal(141, judged);
    }

    private static IEnumerable<(JsonElement Group, JsonElement Test)> Tests(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Vectors, "wycheproof", file)));
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
            foreach (var test in group.GetProperty("tests").EnumerateArray())
                yield return (group, test);
    }

    private static bool IsValid(JsonElement test) => test.GetProperty("result").GetString() is "valid" or "acceptable";

    private static byte[] Bytes(JsonElement test, string name) => Convert.FromHexString(test.GetProperty(name).GetString()!);

    private static byte[] Reversed(ReadOnlySpan<byte> bytes)
    {
        var reversed = bytes.ToArray();
        Array.Reverse(reversed);
        return reversed;
    }
}
