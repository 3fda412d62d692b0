namespace SafeClaw.Scenarios.Tests;

/// <summary>A production host leaves no window into its memory.</summary>
public sealed class ProductionHardening
{
    [Fact]
    [Trait("neg", "L14")]
    public async Task No_diagnostics_port_is_open_in_production()
    {
        await using var machine = new Machine();
        machine.With("DOTNET_ENVIRONMENT", "Production").With("SafeClaw__Tee__Enabled", "false").With("TMPDIR", machine.Root);
        var host = await machine.ServeAsync();
        Assert.Empty(Directory.GetFiles(machine.Root, $"dotnet-diagnostic-{host.Pid}-*"));
        Assert.Contains("DOTNET_EnableDiagnostics=0", await File.ReadAllTextAsync($"/proc/{host.Pid}/environ"), StringComparison.Ordinal);
        Assert.Equal("completed", (string?)(await host.SayAsync("hello"))["outcome"]);
    }

    [Fact]
    [Trait("neg", "L14")]
    public async Task No_diagnostics_port_is_open_in_what_belongs_to_a_machine()
    {
        await using var machine = new Machine();
        machine.With("TMPDIR", machine.Root);
        var host = await machine.ServeAsync();
        await host.SayAsync("my card is 4111 1111 1111 1111");
        foreach (var program in new[] { "safeclaw-shim", "safeclaw-guest", "safeclaw-agent", "safeclaw-amdsp" })
            foreach (var pid in host.Of(program)) Assert.Empty(Directory.GetFiles(machine.Root, $"dotnet-diagnostic-{pid}-*"));
        Assert.NotEmpty(host.Of("safeclaw-guest"));
    }

    [Fact]
    [Trait("neg", "L10")]
    public async Task A_production_host_that_crashes_leaves_no_core_file()
    {
        await using var machine = new Machine();
        machine.With("DOTNET_ENVIRONMENT", "Production").With("SafeClaw__Tee__Enabled", "false").With("TMPDIR", machine.Root);
        var host = await machine.ServeAsync();
        await host.SayAsync("the canary sings at dawn");
        Signal.Send(host.Pid, 31); // SIGSYS: .NET handles the other signals that dump core itself
        await host.EndedAsync(TimeSpan.FromSeconds(10));
        foreach (var file in machine.Files())
            Assert.False(System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)).Contains("canary sings", StringComparison.Ordinal), file);
        Assert.Empty(Directory.GetFiles(machine.Root, "core*"));
    }
}
