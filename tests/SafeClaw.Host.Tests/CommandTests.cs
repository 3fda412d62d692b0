using System.Text;
using System.Text.Json.Nodes;

namespace SafeClaw.Host.Tests;

/// <summary>The commands that need no host.</summary>
public sealed class CommandTests
{
    [Fact]
    public async Task Explain_says_what_to_do()
    {
        await using var machine = new Machine();
        Assert.Contains("VM", (await machine.RunAsync("explain", "BOOT_FAILED")).Output, StringComparison.Ordinal);
        Assert.Equal(39, (await machine.RunAsync("explain", "--json")).Json.AsObject().Count);
        Assert.Equal(1, (await machine.RunAsync("explain", "NO_SUCH_CODE")).ExitCode);
    }

    [Fact]
    [Trait("neg", "O04")]
    public async Task Every_mistake_in_the_configuration_is_told_at_once()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Tee__alow_simulated", "true").With("SafeClaw__Tee__MemoryMb", "-1").With("SafeClaw__Tee__VsockPort", "4089").With("SafeClaw__Sessions__MaxWaiting", "many");
        var invalid = await machine.RunAsync("config", "validate", "--json");
        Assert.Equal(78, invalid.ExitCode);
        var message = (string)invalid.Json["error"]!["message"]!;
        foreach (var part in new[] { "SafeClaw:Tee:alow_simulated", "AllowSimulated", "SafeClaw:Tee:MemoryMb", "128 to 1048576", "SafeClaw:Tee:VsockPort", "exec", "SafeClaw:Sessions:MaxWaiting", "1 to 10000" })
            Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "O05")]
    public async Task The_environment_wins_over_the_file_and_the_file_over_the_built_in()
    {
        await using var machine = new Machine();
        var file = Path.Combine(machine.Root, "my.json");
        await File.WriteAllTextAsync(file, """{"SafeClaw":{"Tee":{"MemoryMb":512,"CpuCores":3}}}""");
        machine.With("SafeClaw__Tee__CpuCores", "4");
        var shown = (await machine.RunAsync("config", "show", "--json", "--config", file)).Json;
        Assert.Equal(("512", "4", "Process"), ((string?)shown["SafeClaw:Tee:MemoryMb"], (string?)shown["SafeClaw:Tee:CpuCores"], (string?)shown["SafeClaw:Tee:ShimBackend"]));
    }

    [Fact]
    public async Task A_configuration_file_that_is_missing_or_broken_is_a_configuration_error()
    {
        await using var machine = new Machine();
        Assert.Equal(78, (await machine.RunAsync("config", "show", "--config", "/nowhere.json")).ExitCode);
        var file = Path.Combine(machine.Root, "broken.json");
        await File.WriteAllTextAsync(file, "{");
        Assert.Equal(78, (await machine.RunAsync("ask", "hi", "--config", file)).ExitCode);
    }

    [Fact]
    public async Task Every_key_is_described_and_every_value_shown()
    {
        await using var machine = new Machine();
        var schema = (await machine.RunAsync("config", "schema", "--json")).Json.AsArray();
        Assert.All(schema, key => Assert.All(new[] { "key", "form", "meaning" }, member => Assert.NotEqual("", (string?)key![member])));
        foreach (var field in new[] { "Enabled", "Backend", "BoxImage", "MemoryMb", "CpuCores", "VsockPort", "ShimPath", "AllowSimulated", "WorkspaceDir", "SocketDir", "Real" })
            Assert.Contains(schema, key => (string?)key!["key"] == $"SafeClaw:Tee:{field}");
    }

    [Fact]
    public async Task The_documents_list_every_key_and_every_command()
    {
        await using var machine = new Machine();
        var documented = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "configuration.md"));
        foreach (var key in (await machine.RunAsync("config", "schema", "--json")).Json.AsArray())
        {
            var row = $"| `{(string?)key!["key"]}` | {(string?)key["form"]} |";
            Assert.True(documented.Contains(row, StringComparison.Ordinal), $"docs/configuration.md lacks {row}");
        }

        var commands = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "cli.md"));
        var help = (await machine.RunAsync("--help")).Output;
        foreach (var line in help[help.IndexOf("Commands:", StringComparison.Ordinal)..].Split('\n').Skip(1).Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line.Length > 2 && line[2] != ' '))
            Assert.Contains($"| `{line.Trim().Split(' ')[0]}", commands, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classify_answers_each_line_with_one()
    {
        await using var machine = new Machine();
        var lines = "{\"id\":\"1\",\"text\":\"hello\"}\n{\"id\":\"2\",\"text\":\"card 4111 1111 1111 1111\"}\n";
        var judged = await machine.RunAsync(Encoding.UTF8.GetBytes(lines), "classify", "--explain");
        Assert.Equal(0, judged.ExitCode);
        var output = judged.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["1", "2"], output.Select(line => (string?)line["id"]));
        Assert.Equal(("Normal", "local"), ((string?)output[0]["level"], (string?)output[0]["route"]));
        var finding = output[1]["findings"]![0]!;
        Assert.Equal(("payment-card", 5, 24, "HighlySensitive"), ((string?)finding["type"], (int)finding["start"]!, (int)finding["end"]!, (string?)finding["level"]));
        Assert.Equal(1, (await machine.RunAsync(Encoding.UTF8.GetBytes("nonsense\n"), "classify")).ExitCode);
    }

    [Theory]
    [InlineData("classify")]
    [InlineData("leakcheck")]
    [InlineData("audit")]
    [InlineData("audit", "verify")]
    [InlineData("explain")]
    public async Task What_needs_no_machine_needs_no_measurement(params string[] command)
    {
        await using var machine = new Machine();
        var done = await machine.With("DOTNET_ENVIRONMENT", "Production").RunAsync([], command);
        Assert.True(done.ExitCode == 0, done.Error);
    }

    [Fact]
    public async Task Leakcheck_finds_values_in_their_encodings()
    {
        await using var machine = new Machine();
        var checkedLine = await machine.RunAsync(Encoding.UTF8.GetBytes("{\"id\":\"1\",\"reply\":\"it is aHVudGVyMjItYW5kLW1vcmU= ok\",\"taints\":[\"hunter22-and-more\"]}\n"), "leakcheck");
        Assert.Equal(("1", 1, false), ((string?)checkedLine.Json["id"], (int)checkedLine.Json["redactions"]!, (bool)checkedLine.Json["blocked"]!));
        Assert.DoesNotContain("aHVudGVyMjIt", checkedLine.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_rules_regulations_and_policies_come_from_the_configuration()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Privacy__Rules__0__Type", "employee").With("SafeClaw__Privacy__Rules__0__Pattern", "EMP-[0-9]{4}").With("SafeClaw__Privacy__Rules__0__Level", "Critical")
            .With("SafeClaw__Privacy__RuleSets__0", "GDPR").With("SafeClaw__Privacy__Policy", "cautious").With("SafeClaw__Privacy__Allowed__0", "desk@example.com");
        var lines = "{\"id\":\"1\",\"text\":\"EMP-1234\"}\n{\"id\":\"2\",\"text\":\"ada@example.com\"}\n{\"id\":\"3\",\"text\":\"desk@example.com\"}\n";
        var judged = (await machine.RunAsync(Encoding.UTF8.GetBytes(lines), "classify", "--explain")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["reject", "confirm", "local"], judged.Select(line => (string?)line["route"]));
        machine.With("SafeClaw__Privacy__Rules__0__Pattern", "(").With("SafeClaw__Privacy__RuleSets__0", "SOX").With("SafeClaw__Privacy__Policy", "lax");
        var refused = await machine.RunAsync("config", "validate", "--json");
        Assert.Equal(78, refused.ExitCode);
        foreach (var part in new[] { "Privacy:Rules:0:Pattern", "there are PCI-DSS, HIPAA, GDPR", "always-tee" }) Assert.Contains(part, refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_says_what_happened_without_content_and_shows_when_it_was_touched()
    {
        await using var machine = new Machine();
        await machine.RunAsync("ask", "my card is 4111 1111 1111 1111", "--session", "zelda:cli:1", "--json");
        var log = (await machine.RunAsync("audit")).Output;
        foreach (var kind in new[] { "classified", "routed", "verdict", "injected" }) Assert.Contains($"\"kind\":\"{kind}\"", log, StringComparison.Ordinal);
        foreach (var content in new[] { "1111 1111", "my card", "zelda" }) Assert.DoesNotContain(content, log, StringComparison.Ordinal);
        Assert.True((bool)(await machine.RunAsync("audit", "verify", "--json")).Json["ok"]!);

        var file = Directory.GetFiles(machine.Home, "audit.jsonl", SearchOption.AllDirectories).Single();
        var lines = await File.ReadAllLinesAsync(file);
        await File.WriteAllTextAsync(file, string.Join('\n', lines.Skip(1)) + "\n");
        var touched = await machine.RunAsync("audit", "verify", "--json");
        Assert.Equal(1, touched.ExitCode);
        Assert.Contains("dropped", (string?)touched.Json["problem"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("shutdown")]
    [InlineData("release")]
    public async Task Without_a_host_the_commands_for_one_say_so(string command)
    {
        await using var machine = new Machine();
        var refused = await machine.RunAsync(command, "--json");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("safeclaw serve", refused.Output, StringComparison.Ordinal);
    }
}
