using System.Security.Cryptography;
using SafeClaw.Attestation;

namespace SafeClaw.Simulation.Tests;

public sealed class EndorsementKeyIdTests
{
    [VectorTheory]
    [InlineData("milan/coco-trustee-v2", "vcek/v1/Milan/{0}?blSPL=03&teeSPL=00&snpSPL=08&ucodeSPL=115", "vcek/{0}/bl03_tee00_snp08_ucode115_vcek.der")] // reported 73h, not current CEh
    [InlineData("genoa/routex-genoa-v5", "vcek/v1/Genoa/{0}?blSPL=10&teeSPL=00&snpSPL=27&ucodeSPL=88", "vcek/{0}/bl10_tee00_snp27_ucode88_vcek.der")]
    [InlineData("genoa/lunal-bergamo-v5-raw", "vcek/v1/Genoa/{0}?blSPL=10&teeSPL=00&snpSPL=27&ucodeSPL=27", "vcek/{0}/bl10_tee00_snp27_ucode27_vcek.der")] // Zen4c, CPUID model A0h
    [InlineData("turin/msft-tav-turin-v5", "vcek/v1/Turin/{0}?fmcSPL=01&blSPL=01&teeSPL=01&snpSPL=04&ucodeSPL=81", "vcek/{0}/bl01_tee01_snp04_ucode81_fmc01_vcek.der")]
    public void A_genuine_report_asks_for_its_own_VCEK(string vector, string path, string file)
    {
        var report = File.ReadAllBytes(Path.Combine(Repository.Vectors, "snp", vector, "report.bin"));
        Assert.True(EndorsementKeyId.TryRead(report, SnpProduct.Milan, out var id, out var problem), problem);
        var chip = Convert.ToHexStringLower(report.AsSpan(0x1A0, id.Product is SnpProduct.Turin ? 8 : 64));
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, path, chip), id.KdsPath);
        Assert.Equal(string.Format(System.Globalization.CultureInfo.InvariantCulture, file, chip), id.StorePath);
    }

    [Theory]
    [Trait("neg", "C45")]
    [MemberData(nameof(HostileReports))]
    public void Whatever_a_report_says_addresses_and_paths_have_one_form(byte[] report)
    {
        if (!EndorsementKeyId.TryRead(report, SnpProduct.Milan, out var id, out var problem))
        {
            Assert.False(string.IsNullOrEmpty(problem));
            return;
        }

        if (id.Kind is KdsKeyKind.Vlek)
        {
            Assert.Throws<InvalidOperationException>(() => id.KdsPath);
            Assert.Throws<InvalidOperationException>(() => id.StorePath);
            return;
        }

        Assert.Matches("^vcek/v1/(Milan|Genoa|Turin)/([0-9a-f]{128}|[0-9a-f]{16})\\?(fmcSPL=[0-9]{2,3}&)?blSPL=[0-9]{2,3}&teeSPL=[0-9]{2,3}&snpSPL=[0-9]{2,3}&ucodeSPL=[0-9]{2,3}$", id.KdsPath);
        Assert.Matches("^vcek/([0-9a-f]{128}|[0-9a-f]{16})/bl[0-9]{2,3}_tee[0-9]{2,3}_snp[0-9]{2,3}_ucode[0-9]{2,3}(_fmc[0-9]{2,3})?_vcek.der$", id.StorePath);
    }

    public static TheoryData<byte[]> HostileReports()
    {
        var data = new TheoryData<byte[]> { Array.Empty<byte>(), new byte[1183], new byte[1185], new byte[1184], Enumerable.Repeat((byte)0xFF, 1184).ToArray() };
        var random = new Random(4711);
        for (var i = 0; i < 60; i++)
        {
            var product = SimulatedProduct.All[i % 3];
            var chip = new byte[64];
            random.NextBytes(chip.AsSpan(0, product.ChipIdBytes));
            if (i % 4 == 0) "../../etc/passwd?a=b#\r\n"u8[..Math.Min(23, product.ChipIdBytes)].CopyTo(chip);
            var tcb = new SimulatedTcb((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256));
            data.Add(SimulatedReport.Create(product, (uint)(2 + i % 4)).SetAllTcbs(tcb, product).Set(ReportField.ChipId, chip)
                .Set(ReportField.KeyInfo, i % 7 == 0 ? 1u << 2 : 0).ToBytes());
        }

        return data;
    }

    [Fact]
    public void Most_of_those_reports_do_have_an_id()
    {
        var read = Enumerable.Count<object[]>(HostileReports(), row => EndorsementKeyId.TryRead((byte[])row[0], SnpProduct.Milan, out _, out _));
        Assert.True(read >= 50, $"only {read}");
    }

    [Theory]
    [InlineData(0u, true)]
    [InlineData(1u, true)]
    [InlineData(2u, false)]
    [InlineData(7u, false)]
    public void Only_a_VCEK_or_a_VLEK_can_be_looked_for(uint signingKey, bool known)
    {
        var report = SimulatedReport.Create(SimulatedProduct.Genoa, 5).Set(ReportField.KeyInfo, signingKey << 2).Set(ReportField.ChipId, RandomNumberGenerator.GetBytes(64));
        Assert.Equal(known, EndorsementKeyId.TryRead(report.ToBytes(), SnpProduct.Milan, out _, out _));
    }

    [Fact]
    public void A_masked_chip_id_is_said_to_be_the_cause()
    {
        Assert.False(EndorsementKeyId.TryRead(SimulatedReport.Create(SimulatedProduct.Genoa, 5).ToBytes(), SnpProduct.Milan, out _, out var problem));
        Assert.Contains("masked", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://kdsintf.amd.com/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("https://kdsintf.amd.com/x")]
    [InlineData("https://user@kdsintf.amd.com/")]
    [InlineData("https://kdsintf.amd.com/?a=b")]
    public void An_unsafe_base_address_is_refused_at_once(string address) =>
        Assert.Throws<ArgumentException>(() => new KdsClient(new KdsOptions { BaseAddress = new Uri(address) }));

    [Fact]
    public void Chip_and_levels_are_shown_short()
    {
        var id = EndorsementKeyId.Vcek(SnpProduct.Turin, [1, 2, 3, 4, 5, 6, 7, 8], new TcbVersion(1, 1, 1, 4, 0x51));
        Assert.Equal("Turin VCEK 01020304… fmc=1 bl=1 tee=1 snp=4 ucode=81", id.ToString());
        Assert.Throws<ArgumentException>(() => EndorsementKeyId.Vcek(SnpProduct.Turin, new byte[64], default));
    }
}
