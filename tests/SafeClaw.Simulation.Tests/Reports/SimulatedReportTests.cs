using System.Security.Cryptography;

namespace SafeClaw.Simulation.Tests;

public sealed class SimulatedReportTests
{
    [Fact]
    public void The_fields_are_the_whole_report_without_gap_or_overlap()
    {
        var next = 0;
        foreach (var field in ReportField.All)
        {
            Assert.Equal(next, field.Offset);
            next += field.Size;
        }

        Assert.Equal(SimulatedReport.Size, next);
        Assert.Same(ReportField.HostData, ReportField.Named("host_data"));
        Assert.Throws<KeyNotFoundException>(() => ReportField.Named("HOST_DATE"));
    }

    [Fact]
    public void R_and_S_are_little_endian_and_zero_extended_to_72_bytes()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var report = SimulatedReport.Create(SimulatedProduct.Genoa, 3).Sign(key);

        byte[] bigEndian = [.. report[0x2A0..0x2D0].Reverse(), .. report[0x2E8..0x318].Reverse()];
        Assert.True(key.VerifyData(report.AsSpan(0, 0x2A0), bigEndian, HashAlgorithmName.SHA384, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
        Assert.Equal(-1, report.AsSpan(0x2D0, 24).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, report.AsSpan(0x318, 24).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, report.AsSpan(0x330).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_value_too_long_for_its_field_is_refused_and_a_short_one_leaves_no_rest()
    {
        var report = SimulatedReport.Create(SimulatedProduct.Milan, 5);
        Assert.Throws<ArgumentException>(() => report.Set(ReportField.HostData, new byte[33]));
        Assert.Throws<ArgumentException>(() => report.Set(ReportField.Vmpl, 1UL << 32));
        report.Set(ReportField.HostData, [1, 2, 3]).Set(ReportField.HostData, [9]);
        Assert.Equal([9, 0, 0], report.Get(ReportField.HostData)[..3].ToArray());
    }

    [VectorTheory]
    [InlineData("genoa/routex-genoa-v5", "Genoa", 5u)]
    [InlineData("milan/teekit-gcp-v5", "Milan", 5u)]
    [InlineData("milan/dstack-v3-hostdata", "Milan", 3u)]
    [InlineData("milan/virtee-v2-bare", "Milan", 2u)]
    [InlineData("turin/msft-tav-turin-v5", "Turin", 5u)]
    public void A_simulated_report_has_the_shape_of_a_genuine_one(string vector, string productName, uint version)
    {
        var product = SimulatedProduct.All.Single(p => p.Name == productName);
        var genuine = SimulatedReport.From(File.ReadAllBytes(Path.Combine(Repository.Vectors, "snp", vector, "report.bin")));
        var ours = SimulatedReport.Create(product, version);
        foreach (var field in new[]
                 {
                     ReportField.Version, ReportField.SignatureAlgo, ReportField.ReportIdMa, ReportField.CpuFamily, ReportField.CpuModel,
                     ReportField.CpuStepping, ReportField.ReservedAfterCpuid, ReportField.ReservedTail, ReportField.Vmpl, ReportField.KeyInfo,
                 })
            Assert.Equal(genuine.Get(field).ToArray(), ours.Get(field).ToArray());
        Assert.Equal(genuine.Get(ReportField.LaunchMitigations).IndexOfAnyExcept((byte)0) < 0, ours.Get(ReportField.LaunchMitigations).IndexOfAnyExcept((byte)0) < 0);
    }

    [Fact]
    public void The_TCB_layout_follows_the_product()
    {
        var tcb = new SimulatedTcb(Fmc: 1, BootLoader: 2, Tee: 3, Snp: 4, Microcode: 0x51);
        Assert.Equal([1, 2, 3, 4, 0, 0, 0, 0x51], tcb.ToBytes(SimulatedProduct.Turin));
        Assert.Equal([2, 3, 0, 0, 0, 0, 4, 0x51], tcb.ToBytes(SimulatedProduct.Genoa));
        foreach (var product in new[] { SimulatedProduct.Turin, SimulatedProduct.Genoa })
        {
            var readable = product.HasFmc ? tcb : tcb with { Fmc = 0 };
            Assert.Equal(readable, SimulatedTcb.FromBytes(readable.ToBytes(product), product));
        }
    }
}
