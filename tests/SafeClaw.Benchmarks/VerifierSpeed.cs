using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SafeClaw.Attestation;
using SafeClaw.Simulation;

namespace SafeClaw.Benchmarks;

/// <summary>
/// What a verdict costs, beside the three signature checks that it cannot do without: one ECDSA P-384 and two RSA-4096 PSS, with keys that are there
/// already.
/// </summary>
internal static class VerifierSpeed
{
    private const int Rounds = 60, PerRound = 10;

    public static IReadOnlyList<Figure> Measure()
    {
        using var platform = new SimulatedPlatform(new SimulatedAuthority(SimulatedProduct.Genoa));
        var anchors = TrustAnchors.Amd.WithSimulated(platform.Authority.Ark);
        var policy = AttestationPolicy.Any with { AllowSimulated = true };
        var context = new VerificationContext { At = DateTimeOffset.UtcNow, SpkiSha256 = new byte[32] };
        var evidence = platform.Make(new EvidenceDraft());
        var warm = new SnpVerifier(anchors);
        var accepted = warm.Verify(evidence, policy, context).Evidence!;
        var cache = new VerdictCache(TimeSpan.FromMinutes(10));
        cache.Keep("generation", accepted);
        using var bare = new BareSignatures(evidence);

        // Interleaved, and the median of each: what disturbs the machine disturbs all of them.
        var rows = new Dictionary<string, List<double>> { ["bare"] = [], ["cold"] = [], ["warm"] = [], ["cached"] = [] };
        for (var round = 0; round < Rounds; round++)
        {
            rows["bare"].Add(Time(bare.Verify));
            rows["cold"].Add(Time(() => new SnpVerifier(anchors).Verify(evidence, policy, context)));
            rows["warm"].Add(Time(() => warm.Verify(evidence, policy, context)));
            rows["cached"].Add(Time(() => cache.TryGet("generation", accepted.SpkiSha256.Span, policy, context.At, out _)));
        }

        double Median(string name) => rows[name].Order().ElementAt(Rounds / 2);
        return
        [
            new Figure("verify: one P-384 and two RSA-4096 signatures", Median("bare"), "us"),
            new Figure("verify: a verdict, keys known, in times of that", Median("warm") / Median("bare"), "x", 1.3),
            new Figure("verify: a verdict, nothing known, in times of that", Median("cold") / Median("bare"), "x", 3),
            new Figure("verify: evidence accepted before", Median("cached"), "us", 50),
        ];
    }

    /// <summary>Microseconds of one call.</summary>
    private static double Time(Action action)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < PerRound; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / PerRound;
    }

    /// <summary>The signatures of a piece of evidence and nothing else, taken apart beforehand.</summary>
    private sealed class BareSignatures : IDisposable
    {
        private readonly ECDsa _leaf;
        private readonly RSA _ask, _ark;
        private readonly byte[] _report, _reportSignature;
        private readonly (byte[] Signed, byte[] Signature) _leafSignature, _askSignature;

        public BareSignatures(Evidence evidence)
        {
            using var vcek = X509CertificateLoader.LoadCertificate(evidence.Chain.Vcek.Span);
            using var ask = X509CertificateLoader.LoadCertificate(evidence.Chain.Ask.Span);
            using var ark = X509CertificateLoader.LoadCertificate(evidence.Chain.Ark.Span);
            (_leaf, _ask, _ark) = (vcek.GetECDsaPublicKey()!, ask.GetRSAPublicKey()!, ark.GetRSAPublicKey()!);
            _report = evidence.Report[..0x2A0].ToArray();
            var (r, s) = (evidence.Report.Slice(0x2A0, 48).ToArray(), evidence.Report.Slice(0x2E8, 48).ToArray());
            Array.Reverse(r);
            Array.Reverse(s);
            _reportSignature = [.. r, .. s];
            (_leafSignature, _askSignature) = (Split(vcek), Split(ask));
        }

        public void Verify()
        {
            var all = _leaf.VerifyData(_report, _reportSignature, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                & _ask.VerifyData(_leafSignature.Signed, _leafSignature.Signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pss)
                & _ark.VerifyData(_askSignature.Signed, _askSignature.Signature, HashAlgorithmName.SHA384, RSASignaturePadding.Pss);
            if (!all) throw new InvalidOperationException("The signatures do not verify.");
        }

        public void Dispose()
        {
            _leaf.Dispose();
            _ask.Dispose();
            _ark.Dispose();
        }

        private static (byte[], byte[]) Split(X509Certificate2 certificate)
        {
            var reader = new System.Formats.Asn1.AsnReader(certificate.RawDataMemory, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
            var signed = reader.ReadEncodedValue().ToArray();
            reader.ReadEncodedValue();
            return (signed, reader.ReadBitString(out _));
        }
    }
}
