using System.Text;

namespace SafeClaw.Scenarios.Tests;

/// <summary>What goes wrong outside is told with its code and what to do, and leaves nothing behind.</summary>
public sealed class BadInput
{
    private const string Message = "my card is 4111 1111 1111 1111";

    [Fact]
    [Trait("neg", "V01")]
    public async Task A_missing_shim_is_named()
    {
        await using var machine = new Machine();
        var answer = await machine.With("SafeClaw__Tee__ShimPath", "/nowhere/shim").RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 1, "BOOT_FAILED", "/nowhere/shim");
    }

    [Fact]
    [Trait("neg", "V03")]
    public async Task A_shim_that_is_not_executable_is_named()
    {
        await using var machine = new Machine();
        var shim = machine.Script("shim", "#!/bin/sh\n", executable: false);
        var answer = await machine.With("SafeClaw__Tee__ShimPath", shim).RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 1, "BOOT_FAILED", "execut");
    }

    [Fact]
    [Trait("neg", "V02")]
    public async Task A_shim_whose_interpreter_is_missing_is_not_called_missing_itself()
    {
        await using var machine = new Machine();
        var shim = machine.Script("shim", "#!/nowhere/interpreter\n");
        var answer = await machine.With("SafeClaw__Tee__ShimPath", shim).RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 1, "BOOT_FAILED", "interpreter");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [Trait("neg", "V05")]
    public async Task A_shim_that_exits_at_once_is_told_with_its_status_and_last_words(int code)
    {
        await using var machine = new Machine();
        var shim = machine.Script("shim", $"#!/bin/sh\necho the disk is on fire >&2\nexit {code}\n");
        var answer = await machine.With("SafeClaw__Tee__ShimPath", shim).RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 1, "BOOT_FAILED", $"exit code {code}", "the disk is on fire");
    }

    [Fact]
    [Trait("neg", "V07")]
    public async Task A_socket_that_never_appears_is_a_timeout_of_that_phase()
    {
        await using var machine = new Machine();
        var shim = machine.Script("shim", "#!/bin/sh\nexec sleep 30\n");
        var answer = await machine.With("SafeClaw__Tee__ShimPath", shim).With("SafeClaw__Tee__Phases__Socket", "0.5").RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 1, "TIMEOUT", "socket");
    }

    [Fact]
    [Trait("neg", "V30")]
    public async Task A_guest_that_measures_something_else_is_quarantined_and_gets_neither_secret_nor_message()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Tee__Attestation__ExpectedMeasurements__0", new string('0', 96)).With("MY_SECRET", "canary-secret-77")
            .With("SafeClaw__Tee__Secrets__0__Name", "KEY").With("SafeClaw__Tee__Secrets__0__Source", "env:MY_SECRET");
        var host = await machine.ServeAsync();
        var refused = await host.SayAsync(Message);
        Assert.Equal("VM_QUARANTINED", (string?)refused["code"]);
        Assert.Contains("POLICY_VIOLATION", (string?)refused["detail"], StringComparison.Ordinal);
        Assert.Contains("measurement", (string?)refused["detail"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal("Quarantined", (string?)(await host.TeeAsync())["state"]);
        Assert.Equal("VM_QUARANTINED", (string?)(await host.SayAsync(Message, "bob:test:1"))["code"]);
        Assert.EndsWith("-1", (string?)(await host.TeeAsync())["generation"], StringComparison.Ordinal);
        await machine.RunAsync("shutdown");
        await host.EndedAsync(TimeSpan.FromSeconds(10));
        await machine.AssertNothingLeftAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_released_machine_is_tried_again_and_judged_again()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Tee__Attestation__ExpectedMeasurements__0", new string('0', 96));
        var host = await machine.ServeAsync();
        await host.SayAsync(Message);
        Assert.Equal(0, (await machine.RunAsync("release")).ExitCode);
        Assert.Equal("VM_QUARANTINED", (string?)(await host.SayAsync(Message))["code"]);
        Assert.EndsWith("-2", (string?)(await host.TeeAsync())["generation"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_secret_stops_the_boot_and_is_named()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Tee__Secrets__0__Name", "API_KEY").With("SafeClaw__Tee__Secrets__0__Source", "env:NOT_SET_ANYWHERE");
        var answer = await machine.RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 1, "SECRET_MISSING", "API_KEY", "env:NOT_SET_ANYWHERE");
    }

    [Fact]
    [Trait("neg", "O08")]
    public async Task A_port_in_use_ends_the_host_at_once()
    {
        await using var machine = new Machine();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        var ended = await machine.RunAsync("serve", "--urls", $"http://127.0.0.1:{port}", "--json");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains($"{port}", (string?)ended.Json["error"]!["message"], StringComparison.Ordinal);
        await machine.AssertNothingLeftAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_second_owner_is_told_whose_the_data_is()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        var second = await machine.RunAsync("serve", "--json");
        Assert.Equal(1, second.ExitCode);
        Assert.Equal("DATA_IN_USE", second.ErrorCode);
        Assert.Contains($"{host.Pid}", second.Output, StringComparison.Ordinal);
        Assert.Equal("0", (await machine.RunAsync("status", "--json")).Json["tee"]!["sessions"]!.ToString());
    }

    [Fact]
    public async Task Ask_uses_the_running_host()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        var first = await host.SayAsync(Message);
        // As from another terminal, where nobody said which environment it is.
        var second = await machine.With("DOTNET_ENVIRONMENT", null).RunAsync("ask", Message, "--json");
        Assert.Equal((string?)first["generation"], (string?)second.Json["generation"]);
    }

    [Theory]
    [InlineData("", "INVALID_REQUEST", "empty")]
    [InlineData("big", "TOO_LARGE", "262144")]
    [InlineData("invalid", "INVALID_REQUEST", "UTF-8")]
    public async Task A_message_that_is_no_text_is_refused_before_anything_starts(string kind, string code, string word)
    {
        await using var machine = new Machine();
        var bytes = kind switch { "big" => new byte[1024 * 1024].Select(_ => (byte)'a').ToArray(), "invalid" => [(byte)'a', 0xFF, 0xFE], _ => [] };
        var answer = await machine.RunAsync(bytes, "ask", "-", "--json");
        await RefusedAsync(machine, answer, 1, code, word);
    }

    [Fact]
    [Trait("neg", "V13")]
    public async Task A_socket_path_that_no_socket_can_have_is_refused_at_start()
    {
        await using var machine = new Machine();
        var answer = await machine.With("SafeClaw__Tee__SocketDir", "/tmp/" + new string('d', 100)).RunAsync("ask", Message, "--json");
        await RefusedAsync(machine, answer, 78, "CONFIG_INVALID", "SafeClaw:Tee:SocketDir", "107");
    }

    [Fact]
    [Trait("neg", "O01")]
    public async Task Simulation_in_production_is_refused()
    {
        await using var machine = new Machine();
        machine.With("DOTNET_ENVIRONMENT", "Production").With("SafeClaw__Tee__AllowSimulated", "true");
        foreach (var command in new[] { "serve", "ask" })
        {
            var answer = await machine.RunAsync(command is "ask" ? ["ask", Message, "--json"] : [command, "--json"]);
            await RefusedAsync(machine, answer, 78, "CONFIG_INVALID", "SafeClaw:Tee:AllowSimulated");
        }
    }

    [Fact]
    [Trait("neg", "O02")]
    public async Task Simulation_in_development_is_said_at_every_start_and_in_every_answer()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        Assert.True((bool)(await host.SayAsync(Message))["simulated"]!);
        Assert.True((bool)(await host.TeeAsync())["simulated"]!);
        Assert.Contains("SIMULATED", (await machine.RunAsync("status")).Output, StringComparison.Ordinal);
        Assert.Contains("SIMULATED", (await machine.RunAsync("ask", Message)).Error, StringComparison.Ordinal);
        await machine.RunAsync("shutdown");
        Assert.Contains("Simulated evidence is accepted", await host.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_the_tee_off_a_sensitive_message_is_refused_and_a_harmless_one_answered()
    {
        await using var machine = new Machine();
        machine.With("SafeClaw__Tee__Real", "false");
        await RefusedAsync(machine, await machine.RunAsync("ask", Message, "--json"), 1, "TEE_DISABLED");
        Assert.Equal(0, (await machine.RunAsync("ask", "hello")).ExitCode);
        await machine.ServeAsync();
        var status = (await machine.RunAsync("status", "--json")).Json;
        Assert.Equal((false, false), ((bool)status["tee_real"]!, (bool)status["tee"]!["enabled"]!));
        Assert.Contains("SafeClaw:Tee:Real is false", (await machine.RunAsync("status")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_command_line_is_usage()
    {
        await using var machine = new Machine();
        Assert.Equal(2, (await machine.RunAsync("aks", "hello")).ExitCode);
        Assert.Equal(2, (await machine.RunAsync("ask")).ExitCode);
        Assert.Equal(2, (await machine.RunAsync("ask", "hello", "--session", "nobody", "--json")).ExitCode);
        Assert.Contains("ask", (await machine.RunAsync("--help")).Output, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(Machine machine, Outcome answer, int exitCode, string code, params string[] words)
    {
        Assert.True(exitCode == answer.ExitCode, $"exit {answer.ExitCode}: {answer.Output} {answer.Error}");
        Assert.Equal(code, answer.ErrorCode);
        Assert.False((bool)answer.Json["ok"]!);
        foreach (var word in words) Assert.Contains(word, (string?)answer.Json["error"]!["message"], StringComparison.Ordinal);
        await machine.AssertNothingLeftAsync(TimeSpan.FromSeconds(1));
    }
}
