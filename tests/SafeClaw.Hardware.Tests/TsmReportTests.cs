using System.Security.Cryptography;
using SafeClaw.Attestation;

namespace SafeClaw.Hardware.Tests;

/// <summary>Inside a real SEV-SNP guest, as root. Everywhere else these are skipped and counted: no verdict about hardware is claimed then.</summary>
public sealed class TsmReportTests
{
    [HardwareFact]
    public void The_kernel_gives_a_report_over_our_data()
    {
        var data = RandomNumberGenerator.GetBytes(64);
        Assert.True(SnpReport.TryParse(Report(data), out var report, out var failure), failure?.Check);
        Assert.Equal(data, report!.ReportData.ToArray());
    }

    [HardwareFact]
    public void Two_reports_come_from_the_same_machine()
    {
        Assert.True(SnpReport.TryParse(Report(new byte[64]), out var first, out _));
        Assert.True(SnpReport.TryParse(Report(new byte[64]), out var second, out _));
        Assert.Equal(first!.ReportId.ToArray(), second!.ReportId.ToArray());
        Assert.Equal(first.Measurement.ToArray(), second.Measurement.ToArray());
    }

    /// <summary>configfs-tsm, Documentation/ABI/testing/configfs-tsm-report: write inblob, read outblob.</summary>
    private static byte[] Report(byte[] data)
    {
        var entry = Path.Combine(HardwareFactAttribute.Tsm, $"safeclaw-{Guid.NewGuid():n}");
        Directory.CreateDirectory(entry);
        try
        {
            File.WriteAllBytes(Path.Combine(entry, "inblob"), data);
            return File.ReadAllBytes(Path.Combine(entry, "outblob"))[..SnpReport.Size];
        }
        finally
        {
            Directory.Delete(entry);
        }
    }
}

/// <summary>A fact for SEV-SNP guests.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HardwareFactAttribute : FactAttribute
{
    public const string Tsm = "/sys/kernel/config/tsm/report";

    public HardwareFactAttribute() { if (!File.Exists("/dev/sev-guest") || !Directory.Exists(Tsm)) Skip = "needs SEV-SNP hardware (/dev/sev-guest, configfs-tsm)"; }
}
