using System.Text.Json.Nodes;

namespace SafeClaw.Host.Tests;

/// <summary>Judging evidence from files, with genuine reports.</summary>
public sealed class VerifyCommandTests
{
    private static string Snp => Path.Combine(Repository.Vectors, "snp");

    private static string Case => Path.Combine(Snp, "genoa", "coco-azure-genoa-v3");

    [VectorFact]
    public async Task A_genuine_report_with_its_certificates_is_accepted_and_every_check_listed()
    {
        await using var machine = new Machine();
        var judged = await machine.RunAsync("verify", Path.Combine(Case, "report.bin"), "--vcek", Path.Combine(Case, "vcek.der"), "--ask", Path.Combine(Snp, "certs/genoa/ask.der"), "--ark", Path.Combine(Snp, "certs/genoa/ark.der"), "--json");
        Assert.Equal(0, judged.ExitCode);
        Assert.True((bool)judged.Json["accepted"]!);
        Assert.False((bool)judged.Json["simulated"]!);
        Assert.Equal("Genoa", (string?)judged.Json["product"]);
        Assert.All(judged.Json["findings"]!.AsArray(), finding => Assert.True((bool)finding!["ok"]!));
        Assert.Contains(judged.Json["findings"]!.AsArray(), finding => ((string?)finding!["check"])!.Contains("signature", StringComparison.OrdinalIgnoreCase));
    }

    [VectorFact]
    public async Task A_changed_report_is_refused_with_a_code_and_a_missing_chain_is_no_verdict()
    {
        await using var machine = new Machine();
        var report = await File.ReadAllBytesAsync(Path.Combine(Case, "report.bin"));
        report[0x90] ^= 1;
        var changed = Path.Combine(machine.Root, "changed.bin");
        await File.WriteAllBytesAsync(changed, report);
        foreach (var name in new[] { "vcek.der", "ask.der", "ark.der" }) File.Copy(name == "vcek.der" ? Path.Combine(Case, name) : Path.Combine(Snp, "certs/genoa", name), Path.Combine(machine.Root, name));
        var refused = await machine.RunAsync("verify", changed, "--certs", machine.Root, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(refused.Json["findings"]!.AsArray(), finding => (string?)finding!["code"] == "SIGNATURE_INVALID");
        Assert.Contains("FAILED", (await machine.RunAsync("verify", changed, "--certs", machine.Root)).Output, StringComparison.Ordinal);

        Assert.NotEqual(0, (await machine.RunAsync("verify", Path.Combine(Case, "report.bin"), "--json")).ExitCode);
    }

    [VectorFact]
    public async Task A_policy_is_applied_and_explained()
    {
        await using var machine = new Machine();
        var policy = Path.Combine(machine.Root, "policy.json");
        await File.WriteAllTextAsync(policy, $$"""{"profile":"development","measurement":["{{new string('a', 96)}}"]}""");
        var refused = await machine.RunAsync("verify", Path.Combine(Case, "report.bin"), "--vcek", Path.Combine(Case, "vcek.der"), "--ask", Path.Combine(Snp, "certs/genoa/ask.der"), "--ark", Path.Combine(Snp, "certs/genoa/ark.der"), "--policy", policy, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(refused.Json["findings"]!.AsArray(), finding => (string?)finding!["code"] == "POLICY_VIOLATION");
        var explained = (await machine.RunAsync("policy", "explain", policy, "--json")).Json;
        Assert.Equal(64, ((string?)explained["digest"])?.Length);
        Assert.Contains("aaaa", (string?)explained["measurement"], StringComparison.Ordinal);
    }

    [VectorFact]
    public async Task The_fields_of_a_report_are_shown()
    {
        await using var machine = new Machine();
        var shown = (await machine.RunAsync("evidence", "show", Path.Combine(Case, "report.bin"), "--json")).Json;
        Assert.Equal(("3", "Genoa"), ((string?)shown["version"], (string?)shown["product"]));
        Assert.Equal(96, ((string?)shown["measurement"])?.Length);
    }

    [Fact]
    public async Task What_is_no_evidence_is_told()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "file");
        await File.WriteAllTextAsync(file, "nonsense");
        foreach (var command in new[] { "verify", "evidence" })
        {
            var refused = await machine.RunAsync(command is "verify" ? ["verify", file, "--json"] : ["evidence", "show", file, "--json"]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("EVIDENCE_MALFORMED", refused.Output, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await machine.RunAsync("verify", "/nowhere/report.bin", "--json")).ExitCode);
        Assert.Equal(1, (await machine.RunAsync("verify", file, "--at", "yesterday", "--json")).ExitCode);
    }
}
