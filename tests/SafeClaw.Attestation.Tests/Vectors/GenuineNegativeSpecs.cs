namespace SafeClaw.Attestation.Tests;

/// <summary>Genuine reports nobody can check, edited certificates, leaked chips, and wrappers as they are met in the wild.</summary>
public sealed class GenuineNegativeSpecs
{
    private static string Folder => Path.Combine(Repository.Vectors, "snp");

    [VectorFact]
    public void Every_report_whose_key_is_unknown_is_at_least_read_or_refused_by_one_typed_finding()
    {
        var (read, refused) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Folder, "unverified"), "report.bin", SearchOption.AllDirectories))
            if (SnpReport.TryParse(File.ReadAllBytes(file), out _, out var failure)) read++;
            else
            {
                Assert.NotNull(failure.Code);
                refused++;
            }

        Assert.True(read >= 14, $"{read} read, {refused} refused");
    }

    [VectorTheory]
    [InlineData("trustee-vcek-invalid-legacy")]
    [InlineData("trustee-vcek-invalid-new")]
    [InlineData("routex-vcek-relabelled-turin")]
    [Trait("neg", "C08")]
    public void An_edited_leaf_leads_to_no_root(string name)
    {
        var leaf = Directory.EnumerateFiles(Path.Combine(Folder, "negative", name), "*.der").Single();
        foreach (var product in new[] { "milan", "genoa", "turin" })
        {
            var chain = new EndorsementChain { Vcek = File.ReadAllBytes(leaf), Ask = GenuineReports.Read($"certs/{product}/ask.der"), Ark = GenuineReports.Read($"certs/{product}/ark.der") };
            var evidence = new Evidence(GenuineReports.Report("genoa/routex-genoa-v3"), chain);
            new SnpVerifier(TrustAnchors.Amd).Verify(evidence, AttestationPolicy.Any, new VerificationContext { At = GenuineReports.At("") }).Refused(AttestationCodes.ChainUntrusted, "chain");
        }
    }

    [VectorTheory]
    [InlineData("lit-bad-sig", "guest_report_bad_sig.bin")]
    [InlineData("lit-corrupt", "guest_report_corrupt.bin")]
    [InlineData("aci-fake-v1-a", "report.bin")]
    [InlineData("aci-fake-v1-b", "report.bin")]
    public void A_broken_report_is_none(string name, string file) => Assert.False(SnpReport.TryParse(GenuineReports.Read($"negative/{name}/{file}"), out _, out _));

    [VectorTheory]
    [MemberData(nameof(GenuineReports.Verified), MemberType = typeof(GenuineReports))]
    [Trait("neg", "E08")]
    public void One_bit_of_every_sixteenth_byte_of_a_genuine_report_is_missed_by_nobody(string name)
    {
        var whole = GenuineReports.Evidence(name);
        for (var at = 0; at < SnpReport.Size; at += 16)
        {
            var bytes = whole.Report.ToArray();
            bytes[at] ^= (byte)(1 << (at / 16 % 8));
            var verdict = new SnpVerifier(TrustAnchors.Amd).Verify(whole with { Report = bytes }, AttestationPolicy.Any, new VerificationContext { At = GenuineReports.At(name) });
            Assert.False(verdict.Accepted, $"byte 0x{at:x}");
            Assert.NotNull(verdict.FirstFailure!.Code);
        }
    }

    [VectorFact]
    public void The_processors_answer_is_unwrapped()
    {
        var answer = Directory.EnumerateFiles(Path.Combine(Folder, "unverified", "lit-v2-msg-report-rsp"), "*", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes).First(bytes => bytes.Length == 4000);
        Assert.True(ReportWrapper.TryUnwrap(answer, out var report, out var form, out _));
        Assert.Equal(ReportForm.Response, form);
        Assert.True(SnpReport.TryParse(report.Span, out _, out _));
    }

    [VectorFact]
    public void Azures_report_is_unwrapped()
    {
        var wrapped = Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Where(file => new FileInfo(file).Length is > SnpReport.Size and < 8192)
            .Select(File.ReadAllBytes).Where(bytes => bytes.AsSpan().StartsWith("HCLA"u8)).ToList();
        Assert.NotEmpty(wrapped);
        foreach (var bytes in wrapped)
        {
            Assert.True(ReportWrapper.TryUnwrap(bytes, out var report, out var form, out _));
            Assert.Equal(ReportForm.AzureHcl, form);
            Assert.True(SnpReport.TryParse(report.Span, out _, out _));
        }
    }

    [VectorFact]
    public void A_genuine_certificate_table_leads_to_acceptance()
    {
        const string name = "milan/veraison-evcli-v3-certtable";
        Assert.True(CertificateTable.TryRead(GenuineReports.Read($"{name}/certtable.bin"), out var chain, out var crl, out var failure), failure?.Hint);
        Assert.True(crl.IsEmpty);
        new SnpVerifier(TrustAnchors.Amd).Verify(new Evidence(GenuineReports.Report(name), chain), AttestationPolicy.Any, new VerificationContext { At = GenuineReports.At(name) }).IsAccepted();
    }
}
