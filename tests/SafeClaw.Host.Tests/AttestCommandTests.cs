namespace SafeClaw.Host.Tests;

/// <summary>Attesting a running guest by hand, and carrying what it rested on elsewhere.</summary>
public sealed class AttestCommandTests
{
    [Fact]
    public async Task A_running_guest_is_attested_and_its_proof_judged_again_offline()
    {
        await using var machine = new Machine();
        await machine.ServeAsync();
        Assert.Equal(0, (await machine.RunAsync("ask", "my card is 4111 1111 1111 1111", "--json")).ExitCode);
        var endpoint = "unix:" + Directory.EnumerateFiles(machine.Sockets, "attest.sock", SearchOption.AllDirectories).Single();
        var proof = Path.Combine(machine.Root, "proof.json");

        var attested = await machine.RunAsync("attest", "--endpoint", endpoint, "--allow-simulated", "--proof", proof, "--json");
        Assert.Equal(0, attested.ExitCode);
        Assert.True((bool)attested.Json["accepted"]!);
        Assert.True((bool)attested.Json["simulated"]!);
        foreach (var check in new[] { "signature", "chain", "key-binding", "freshness" })
            Assert.Contains(attested.Json["findings"]!.AsArray(), finding => (string?)finding!["check"] == check && (bool)finding["ok"]!);

        var root = Path.Combine(machine.State, "amdsp", "ark.der");
        var again = await machine.RunAsync("verify", proof, "--simulated-root", root, "--json");
        Assert.Equal((0, true), (again.ExitCode, (bool)again.Json["accepted"]!));

        var refused = await machine.RunAsync("attest", "--endpoint", endpoint, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(refused.Json["findings"]!.AsArray(), finding => (string?)finding!["code"] == "CHAIN_UNTRUSTED");
        Assert.Contains("SIMULATED", (await machine.RunAsync("attest", "--endpoint", endpoint, "--allow-simulated", "--freshness", "handshake")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_and_no_endpoint_are_told()
    {
        await using var machine = new Machine();
        Assert.Equal("CHANNEL_LOST", (await machine.RunAsync("attest", "--endpoint", $"unix:{machine.Root}/none.sock", "--json")).ErrorCode);
        Assert.Equal("INVALID_REQUEST", (await machine.RunAsync("attest", "--endpoint", "http://somewhere/", "--json")).ErrorCode);
        Assert.Equal(2, (await machine.RunAsync("attest", "--json")).ExitCode);
        machine.With("DOTNET_ENVIRONMENT", "Production");
        Assert.Equal(78, (await machine.RunAsync("attest", "--endpoint", "tcp://127.0.0.1:4091", "--json")).ExitCode);
    }
}
