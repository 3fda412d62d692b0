using System.Globalization;

namespace SafeClaw.Attestation.Tests;

/// <summary>The genuine reports beside the repository, by their case names.</summary>
internal static class GenuineReports
{
    private static string Folder => Path.Combine(Repository.Vectors, "snp");

    /// <summary>The cases whose signature and chain two independent implementations have verified.</summary>
    public static IEnumerable<object[]> Verified() => !Directory.Exists(Folder) ? [["none"]]
        : File.ReadLines(Path.Combine(Folder, "VERIFY.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(row => row[5] == "OK" && !row[0].StartsWith("negative", StringComparison.Ordinal) && !row[0].StartsWith("unverified", StringComparison.Ordinal))
            .Select(row => new object[] { row[0] });

    public static byte[] Report(string name) => Read($"{name}/report.bin");

    public static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Folder, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Folder, path));

    /// <summary>Report, leaf, and the product's intermediate and root.</summary>
    public static Evidence Evidence(string name)
    {
        var product = name.Split('/')[0];
        var vlek = Exists($"{name}/vlek.der");
        return new Evidence(Report(name), new EndorsementChain
        {
            Vcek = vlek ? default : Read($"{name}/vcek.der"),
            Vlek = vlek ? Read($"{name}/vlek.der") : default,
            Ask = Read($"certs/{product}/{(vlek ? "asvk" : "ask")}.der"),
            Ark = Read($"certs/{product}/ark.der"),
        });
    }

    /// <summary>When the case's certificates are valid: now, or for one-year VLEKs while they were.</summary>
    public static DateTimeOffset At(string name) => name.Contains("vlek-v2", StringComparison.Ordinal) ? Time("2024-06-01") : name.Contains("vlek-v3", StringComparison.Ordinal) ? Time("2025-06-01") : Time("2026-11-22");

    public static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
