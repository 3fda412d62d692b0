using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Attestation.Tests;

/// <summary>What evidence comes wrapped in, well made and not.</summary>
public sealed class WrapperSpecs
{
    private static readonly string Vcek = "63da758d-e664-4564-adc5-f4b93be8accd", Ask = "4ab7b379-bbac-4fe4-a02f-05aef327c782", Ark = "c0b406a4-a803-4952-9743-3fb6014cd0ae";

    [Fact]
    public void A_table_is_read_in_any_order_as_DER_or_PEM()
    {
        var chain = Forge.Genoa.Make(Forge.Draft).Chain;
        var pem = Encoding.ASCII.GetBytes(PemEncoding.WriteString("CERTIFICATE", chain.Ask.Span) + "\n\0");
        foreach (var entries in new[] { new[] { (Vcek, chain.Vcek.ToArray()), (Ask, pem), (Ark, chain.Ark.ToArray()) }, [(Ark, chain.Ark.ToArray()), (Vcek, chain.Vcek.ToArray()), (Ask, pem)] })
        {
            Assert.True(CertificateTable.TryRead(Table(entries), out var read, out _, out var failure), failure?.Hint);
            Assert.True(read.Vcek.Span.SequenceEqual(chain.Vcek.Span) && read.Ask.Span.SequenceEqual(chain.Ask.Span) && read.Ark.Span.SequenceEqual(chain.Ark.Span));
        }
    }

    [Fact]
    [Trait("neg", "C38")]
    public void A_malformed_table_is_refused()
    {
        byte[] der = [0x30, 0];
        var good = Table((Vcek, der));
        var outside = (byte[])good.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(outside.AsSpan(20), uint.MaxValue);
        var over = (byte[])good.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(over.AsSpan(16), 0);
        var pem = PemEncoding.WriteString("CERTIFICATE", der);
        byte[][] wrong =
        [
            [], new byte[CertificateTable.MaxBytes + 1], good[..24], good[..30], outside, over, Table((Vcek, der), (Vcek, der)), Table((Vcek, [])),
            Table((Vcek, "text"u8.ToArray())), Table((Vcek, Encoding.ASCII.GetBytes(pem + pem))), Table((Vcek, Encoding.Unicode.GetBytes(pem))),
            Table([.. Enumerable.Range(0, 40).Select(_ => (Guid.NewGuid().ToString(), der))]),
        ];
        foreach (var table in wrong)
        {
            Assert.False(CertificateTable.TryRead(table, out _, out _, out var failure));
            Assert.Equal(AttestationCodes.EvidenceMalformed, failure.Code);
        }
    }

    [Fact]
    public void An_answer_of_the_processor_must_say_success_and_the_right_size()
    {
        var report = Forge.Genoa.Make(Forge.Draft).Report;
        var good = new byte[4000];
        BinaryPrimitives.WriteInt32LittleEndian(good.AsSpan(4), SnpReport.Size);
        report.CopyTo(good.AsMemory(0x20));
        Assert.True(ReportWrapper.TryUnwrap(good, out var read, out _, out _));
        Assert.True(read.Span.SequenceEqual(report.Span));
        foreach (var at in new[] { 0, 3, 4, 7, 8, 0x1F, 0x20 + SnpReport.Size, 3999 })
        {
            byte[] wrong = [.. good];
            wrong[at] ^= 0x10;
            Assert.False(ReportWrapper.TryUnwrap(wrong, out _, out _, out var failure), $"byte {at}");
            Assert.Equal(AttestationCodes.EvidenceMalformed, failure.Code);
        }

        foreach (var length in new[] { 0, 1, 4, 7, 0x20, SnpReport.Size - 1, SnpReport.Size + 1, SnpReport.Size + 0x1F, ReportWrapper.MaxBytes + 1 })
            Assert.False(ReportWrapper.TryUnwrap(new byte[length], out _, out _, out _));
    }

    [Fact]
    public void An_Azure_report_has_version_1_or_2()
    {
        var hcl = new byte[2600];
        "HCLA"u8.CopyTo(hcl);
        foreach (var (version, ok) in new[] { (0, false), (1, true), (2, true), (3, false) })
        {
            hcl[4] = (byte)version;
            Assert.Equal(ok, ReportWrapper.TryUnwrap(hcl, out _, out _, out _));
        }
    }

    private static byte[] Table(params (string Id, byte[] Bytes)[] entries)
    {
        var head = (entries.Length + 1) * 24;
        var table = new byte[head + entries.Sum(entry => entry.Bytes.Length)];
        var at = head;
        for (var index = 0; index < entries.Length; index++)
        {
            Guid.Parse(entries[index].Id).TryWriteBytes(table.AsSpan(index * 24), bigEndian: true, out _);
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(index * 24 + 16), at);
            BinaryPrimitives.WriteInt32LittleEndian(table.AsSpan(index * 24 + 20), entries[index].Bytes.Length);
            entries[index].Bytes.CopyTo(table, at);
            at += entries[index].Bytes.Length;
        }

        return table;
    }
}
