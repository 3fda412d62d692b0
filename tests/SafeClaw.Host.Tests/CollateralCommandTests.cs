using System.Text.Json.Nodes;

namespace SafeClaw.Host.Tests;

/// <summary>AMD's certificates on hosts with and without network.</summary>
public sealed class CollateralCommandTests
{
    private static string Snp => Path.Combine(Repository.Vectors, "snp");

    [VectorFact]
    public async Task Certificates_are_imported_shown_exported_and_imported_elsewhere()
    {
        await using var machine = new Machine();
        var imported = await machine.RunAsync("collateral", "import", Path.Combine(Snp, "certs", "turin", "ask.der"), Path.Combine(Snp, "certs", "turin", "ark.der"), "--json");
        Assert.Equal(0, imported.ExitCode);
        var shown = (await machine.RunAsync("collateral", "show", "--json")).Json.AsArray();
        Assert.Equal("ca/Turin/vcek_cert_chain.pem", (string?)Assert.Single(shown)!["name"]);

        var carried = Path.Combine(machine.Root, "carried");
        Assert.Equal(0, (await machine.RunAsync("collateral", "export", carried, "--json")).ExitCode);
        await using var elsewhere = new Machine();
        Assert.Equal(0, (await elsewhere.RunAsync("collateral", "import", carried, "--json")).ExitCode);
        Assert.Contains("authorities of Turin (VCEK)", (await elsewhere.RunAsync("collateral", "show")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_had_is_exit_3_and_no_verdict()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Tee__Attestation__Collateral__KdsUrl", $"http://127.0.0.1:{Machine.FreePort()}/").With("SafeClaw__Tee__Attestation__Collateral__Budget", "1");
        var missing = await machine.RunAsync("collateral", "fetch", "--product", "Genoa", "--json");
        Assert.Equal((3, "COLLATERAL_UNAVAILABLE"), (missing.ExitCode, missing.ErrorCode));
        Assert.Equal("INVALID_REQUEST", (await machine.RunAsync("collateral", "fetch", "--json")).ErrorCode);
        machine.With("SafeClaw__Tee__Attestation__Collateral__KdsUrl", "http://example.org/");
        Assert.Equal(78, (await machine.RunAsync("collateral", "show", "--json")).ExitCode);
    }

    [Fact]
    public async Task Files_that_lead_to_no_root_of_AMDs_are_not_taken()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "ark.der");
        await File.WriteAllBytesAsync(file, [0x30, 0x00]);
        var refused = await machine.RunAsync("collateral", "import", file, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.NotNull((string?)refused.Json[0]!["problem"]);
        Assert.Empty((JsonArray)(await machine.RunAsync("collateral", "show", "--json")).Json);
    }
}
