using System.Security.Cryptography;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Authentic reports of the wrong key, the wrong moment, the wrong machine or the wrong chip.</summary>
public sealed class BindingSpecs
{
    private static readonly byte[] Spki = Enumerable.Repeat((byte)9, 32).ToArray();
    private static readonly byte[] Nonce = Enumerable.Repeat((byte)7, 32).ToArray();

    private static VerificationContext Handshake => new() { At = Forge.Now, SpkiSha256 = Spki };

    [Fact]
    [Trait("neg", "E34")]
    public void Another_launch_is_another_machine()
    {
        var expected = Handshake with { HostData = Enumerable.Repeat((byte)3, 32).ToArray() };
        Forge.Genoa.Judge(Bound(Freshness.ReportData(Spki, new byte[32])), context: expected).RefusedOnly(AttestationCodes.InstanceMismatch, "host-data");
        var other = Bound(Freshness.ReportData(Spki, new byte[32])) with { HostData = Enumerable.Repeat((byte)4, 32).ToArray() };
        Forge.Genoa.Judge(other, context: expected).RefusedOnly(AttestationCodes.InstanceMismatch, "host-data");
    }

    [Fact]
    [Trait("neg", "E35")]
    public void A_report_for_another_key_is_refused_whichever_byte_differs()
    {
        for (var at = 0; at < 32; at++)
        {
            var other = (byte[])Spki.Clone();
            other[at] ^= 0x80;
            Forge.Genoa.Judge(Bound(Freshness.ReportData(other, new byte[32])), context: Handshake).RefusedOnly(AttestationCodes.BindingMismatch, "key-binding");
        }
    }

    [Fact]
    [Trait("neg", "E36")]
    public void The_binding_is_over_the_public_key_info_and_nothing_else_of_the_certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var first = Forge.Genoa.Make(Forge.Draft);
        using var certificate = RaTlsCertificate.Create(key, first.Report, first.Chain, Forge.Now);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        byte[][] wrong = [certificate.RawData, [4, .. point.X!, .. point.Y!], [.. point.X!, .. point.Y!], point.X!];
        var context = Handshake with { SpkiSha256 = RaTlsCertificate.SpkiSha256(key) };
        foreach (var bytes in wrong)
            Forge.Genoa.Judge(Bound(Freshness.ReportData(SHA256.HashData(bytes), new byte[32])), context: context).RefusedOnly(AttestationCodes.BindingMismatch, "key-binding");
        Forge.Genoa.Judge(Bound(Freshness.ReportData(RaTlsCertificate.SpkiSha256(key), new byte[32])), context: context).IsAccepted();
    }

    [Fact]
    [Trait("neg", "E37")]
    public void The_second_half_is_zero_at_the_handshake_and_the_answer_after_it()
    {
        var zero = Forge.AnySimulated with { RuntimeBinding = RuntimeBinding.Zero };
        for (var at = 32; at < 64; at++)
        {
            var data = Freshness.ReportData(Spki, new byte[32]);
            data[at] = 1;
            Forge.Genoa.Judge(Bound(data), zero, Handshake).RefusedOnly(AttestationCodes.FreshnessFailed, "freshness");
        }

        var challenged = Handshake with { FreshNonce = Nonce };
        Forge.Genoa.Judge(Bound(Freshness.ReportData(Spki, Freshness.Binding(Nonce, new byte[32]))), zero, challenged).IsAccepted();
        byte[][] stale = [new byte[32], Nonce, Freshness.Binding(new byte[32], new byte[32]), Freshness.Binding(Nonce, Nonce)];
        foreach (var half in stale)
            Forge.Genoa.Judge(Bound(Freshness.ReportData(Spki, half)), zero, challenged).RefusedOnly(AttestationCodes.FreshnessFailed, "freshness");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(33)]
    [Trait("neg", "E38")]
    public void A_demand_of_another_length_is_a_mistake_of_the_caller(int length)
    {
        var evidence = Forge.Genoa.Make(Forge.Draft);
        Assert.Throws<ArgumentException>(() => Forge.Genoa.Judge(evidence, context: Handshake with { FreshNonce = new byte[length] }));
        Assert.Throws<ArgumentException>(() => Forge.Genoa.Judge(evidence, context: Handshake with { SpkiSha256 = new byte[length] }));
        Assert.Throws<ArgumentException>(() => Forge.Genoa.Judge(evidence, context: Handshake with { HostData = new byte[length] }));
        Assert.Throws<ArgumentException>(() => Forge.Genoa.Judge(evidence, context: Handshake with { ReportData = new byte[length] }));
        Assert.Throws<ArgumentException>(() => Freshness.Binding(new byte[length], new byte[32]));
    }

    [Fact]
    [Trait("neg", "E39")]
    public void Another_report_id_measurement_or_host_data_is_another_machine()
    {
        var id = Enumerable.Repeat((byte)5, 32).ToArray();
        var draft = Bound(Freshness.ReportData(Spki, new byte[32])).WithReport(report => report.Set(ReportField.ReportId, id));
        var first = Forge.Genoa.Judge(draft, context: Handshake);
        var then = Handshake with { SameInstanceAs = first.Evidence };
        Forge.Genoa.Judge(draft, context: then).IsAccepted();
        foreach (var field in new[] { ReportField.ReportId, ReportField.Measurement, ReportField.HostData })
            Forge.Genoa.Judge(draft.WithReport(report => report.Flip(field.Offset, 0)), context: then).RefusedOnly(AttestationCodes.InstanceMismatch, "instance");
    }

    [Fact]
    [Trait("neg", "E43")]
    public void Each_byte_of_the_chip_id_is_compared_with_the_leafs()
    {
        foreach (var platform in new[] { Forge.Genoa, Forge.Turin })
            for (var at = 0; at < platform.Product.ChipIdBytes; at++)
            {
                var offset = ReportField.ChipId.Offset + at;
                platform.JudgeReport(report => report.Flip(offset, 3)).RefusedOnly(AttestationCodes.ChainUntrusted, "leaf-extensions");
            }
    }

    [Fact]
    [Trait("neg", "E45")]
    public void Each_component_of_the_reported_tcb_is_compared_with_the_leafs()
    {
        foreach (var platform in new[] { Forge.Genoa, Forge.Turin })
            foreach (var at in platform.Product.HasFmc ? new[] { 0, 1, 2, 3, 7 } : [0, 1, 6, 7])
                foreach (var delta in new[] { -1, 1 })
                {
                    var tcb = platform.Product.CurrentTcb.ToBytes(platform.Product);
                    if (tcb[at] == 0 && delta < 0) continue;
                    tcb[at] = (byte)(tcb[at] + delta);
                    platform.JudgeReport(report => report.Set(ReportField.ReportedTcb, tcb)).Refused(AttestationCodes.ChainUntrusted, "leaf-extensions");
                }
    }

    [VectorFact]
    [Trait("neg", "E48")]
    public void The_tcb_of_a_genuine_Turin_is_read_as_Turin_lays_it_out()
    {
        Assert.True(SnpReport.TryParse(GenuineReports.Report("turin/msft-tav-turin-v5"), out var report, out _));
        Assert.Equal(new TcbVersion(1, 1, 1, 4, 0x51), report.ReportedTcb(report.Product!.Value));
    }

    [Fact]
    [Trait("neg", "E49")]
    public void What_is_reported_was_committed_and_what_is_committed_runs()
    {
        var product = SimulatedProduct.Genoa;
        var lower = (product.CurrentTcb with { Snp = 1 }).ToBytes(product);
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CommittedTcb, lower)).RefusedOnly(AttestationCodes.EvidenceMalformed, "tcb-order");
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CurrentTcb, lower)).RefusedOnly(AttestationCodes.EvidenceMalformed, "tcb-order");
    }

    [VectorFact]
    [Trait("neg", "E56")]
    public void A_Milan_report_under_a_Genoa_chain_is_refused()
    {
        var (milan, genoa) = (GenuineReports.Evidence("milan/dstack-v3-hostdata"), GenuineReports.Evidence("genoa/routex-genoa-v3"));
        var verdict = new SnpVerifier(TrustAnchors.Amd).Verify(milan with { Chain = genoa.Chain }, AttestationPolicy.Any, new VerificationContext { At = GenuineReports.At("milan/") });
        verdict.Refused(AttestationCodes.ChainUntrusted, "product");
    }

    [Fact]
    [Trait("neg", "E56")]
    public void A_report_of_another_products_cpu_is_refused_even_well_signed() =>
        Forge.Genoa.JudgeReport(report => report.Set(ReportField.CpuModel, 0x01)).RefusedOnly(AttestationCodes.ChainUntrusted, "product");

    [Fact]
    [Trait("neg", "E59")]
    public void The_report_of_another_machine_or_another_day_is_refused()
    {
        var theirs = Enumerable.Repeat((byte)8, 32).ToArray();
        var challenged = Handshake with { FreshNonce = Nonce };
        Forge.Genoa.Judge(Bound(Freshness.ReportData(theirs, Freshness.Binding(Nonce, new byte[32]))), context: challenged).RefusedOnly(AttestationCodes.BindingMismatch, "key-binding");
        var yesterday = Freshness.Binding(Enumerable.Repeat((byte)6, 32).ToArray(), new byte[32]);
        Forge.Genoa.Judge(Bound(Freshness.ReportData(Spki, yesterday)), context: challenged).RefusedOnly(AttestationCodes.FreshnessFailed, "freshness");
    }

    private static EvidenceDraft Bound(byte[] reportData) => Forge.Draft with { ReportData = reportData };
}
