using System.Text;

namespace SafeClaw.Scenarios.Tests;

/// <summary>The main job, with the shipped executables: a sensitive message is answered from an attested guest, a harmless one is not sent there.</summary>
public sealed class TheWalk
{
    private const string Card = "4111 1111 1111 1111";

    [Fact]
    [Trait("neg", "L15")]
    public async Task A_message_with_a_card_number_is_answered_from_the_attested_guest_and_leaves_nothing_behind()
    {
        await using var machine = new Machine();
        var answer = await machine.RunAsync("ask", $"Please pay my bill with card {Card}", "--json");
        Assert.Equal(0, answer.ExitCode);
        Assert.True((bool)answer.Json["tee"]!);
        Assert.True((bool)answer.Json["simulated"]!);
        Assert.Equal("accepted", (string?)answer.Json["verdict"]);
        Assert.Equal("HighlySensitive", (string?)answer.Json["level"]);
        Assert.Matches("^[0-9a-f]{32}-1$", (string?)answer.Json["generation"]);
        Assert.DoesNotContain("4111", ((string?)answer.Json["reply"])!.Replace("****1111", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Empty(answer.Error);
        await machine.AssertNothingLeftAsync(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_harmless_question_is_answered_here_and_starts_no_process()
    {
        await using var machine = new Machine();
        var shim = machine.Script("shim", $"#!/bin/sh\ntouch {machine.Root}/started\n");
        var answer = await machine.With("SafeClaw__Tee__ShimPath", shim).RunAsync("ask", "What time is it in Oslo?", "--json");
        Assert.Equal(0, answer.ExitCode);
        Assert.False((bool)answer.Json["tee"]!);
        Assert.Equal("local", (string?)answer.Json["route"]);
        Assert.Null(answer.Json["generation"]);
        Assert.False(File.Exists(Path.Combine(machine.Root, "started")));
    }

    [StraceFact]
    public async Task The_kernel_confirms_that_a_harmless_question_executes_no_program()
    {
        await using var machine = new Machine();
        var trace = Path.Combine(machine.Root, "trace");
        using var traced = machine.Start(StraceFactAttribute.Strace, ["-f", "-qq", "-e", "trace=execve", "-o", trace, Path.Combine(Repository.Executables, "safeclaw"), "ask", "What time is it in Oslo?"]);
        var output = await traced.StandardOutput.ReadToEndAsync();
        await traced.WaitForExitAsync();
        Assert.Equal(0, traced.ExitCode);
        Assert.NotEmpty(output);
        var executed = File.ReadAllLines(trace).Where(line => line.Contains("execve(", StringComparison.Ordinal)).ToList();
        Assert.Single(executed);
        Assert.Contains("safeclaw\", [", executed[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("my password is correct-horse-battery")]
    [InlineData("use the key AKIAIOSFODNN7EXAMPLE please")]
    [InlineData("my ssn is 536-90-4399")]
    public async Task Passwords_keys_and_numbers_of_persons_go_the_same_way(string message)
    {
        await using var machine = new Machine();
        var answer = await machine.RunAsync("ask", message, "--json");
        Assert.True((bool)answer.Json["tee"]!, answer.Output);
    }

    [Fact]
    [Trait("neg", "L08")]
    public async Task A_secret_reaches_the_guest_and_neither_it_nor_any_text_reaches_disk_or_log()
    {
        await using var machine = new Machine();
        const string secret = "canary-secret-5e6f7a8b9c";
        const string word = "canaryword";
        machine.With("MY_SECRET", secret).With("SafeClaw__Tee__Secrets__0__Name", "API_KEY").With("SafeClaw__Tee__Secrets__0__Source", "env:MY_SECRET");
        var host = await machine.ServeAsync();
        var reply = await host.SayAsync($"{word}: my card is {Card}");
        Assert.True((bool?)reply["tee"], reply.ToJsonString());
        var folder = Assert.Single(Directory.GetDirectories(machine.Sockets));
        Assert.Equal(secret, File.ReadAllText(Path.Combine(folder, "secrets", "API_KEY")));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(folder, "secrets", "API_KEY")));

        foreach (var (pid, line) in machine.Processes())
        {
            Assert.DoesNotContain(secret, line, StringComparison.Ordinal);
            if (pid != host.Pid) Assert.DoesNotContain(secret, File.ReadAllText($"/proc/{pid}/environ"), StringComparison.Ordinal);
        }

        Assert.Equal(0, (await machine.RunAsync("shutdown")).ExitCode);
        await host.EndedAsync(TimeSpan.FromSeconds(10));
        foreach (var file in machine.Files())
        {
            var content = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            foreach (var canary in new[] { secret, word, Card, "4111111111111111" }) Assert.False(content.Contains(canary, StringComparison.Ordinal), $"{file} contains {canary}");
        }

        var log = await host.Error;
        foreach (var canary in new[] { secret, word, "4111 1111" }) Assert.DoesNotContain(canary, log, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "V14")]
    public async Task Sockets_are_for_their_owner_only()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        await host.SayAsync($"my card is {Card}");
        const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(owner, File.GetUnixFileMode(machine.ControlSocket));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(machine.Sockets));
        var folder = Assert.Single(Directory.GetDirectories(machine.Sockets));
        Assert.Equal(owner | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        var sockets = Directory.GetFiles(folder, "*.sock");
        Assert.NotEmpty(sockets);
        Assert.All(sockets, socket => Assert.Equal(owner, File.GetUnixFileMode(socket)));
    }

    [OtherUserFact]
    public async Task Another_user_of_this_machine_reaches_neither_host_nor_guest()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        await host.SayAsync($"my card is {Card}");
        var attest = Path.Combine(Assert.Single(Directory.GetDirectories(machine.Sockets)), "attest.sock");
        // Even with every folder open, the socket itself is closed to others.
        foreach (var folder in new[] { machine.Root, machine.Home, machine.Runtime, machine.Sockets, Path.GetDirectoryName(attest)!, Path.Combine(machine.Home, ".local"), Path.Combine(machine.Home, ".local/state"), machine.State })
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        foreach (var socket in new[] { attest, machine.ControlSocket })
        {
            using var other = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(OtherUserFactAttribute.SetPriv,
                ["--reuid", "65534", "--clear-groups", "curl", "-sS", "--max-time", "5", "--unix-socket", socket, "http://localhost/v1/tee"])
            { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var (output, error) = (await other.StandardOutput.ReadToEndAsync(), await other.StandardError.ReadToEndAsync());
            await other.WaitForExitAsync();
            Assert.NotEqual(0, other.ExitCode);
            Assert.Empty(output);
            Assert.Contains("connect", error, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Trait("neg", "L13")]
    public async Task One_machine_serves_all_sessions_and_each_remembers_only_its_own()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        await host.SayAsync($"My name is Ada and my card is {Card}", "ada:test:1");
        await host.SayAsync("My name is Bob and my card is 5555 5555 5555 4444", "bob:test:1");
        var ada = await host.SayAsync("What is my name?", "ada:test:1");
        var bob = await host.SayAsync("What is my name?", "bob:test:1");
        Assert.Contains("Ada", (string?)ada["reply"], StringComparison.Ordinal);
        Assert.Contains("Bob", (string?)bob["reply"], StringComparison.Ordinal);
        Assert.DoesNotContain("Ada", (string?)bob["reply"], StringComparison.Ordinal);
        Assert.True((bool)ada["tee"]!);
        Assert.Equal((string?)ada["generation"], (string?)bob["generation"]);
        Assert.Single(host.Of("safeclaw-shim"));
    }

    [Fact]
    [Trait("neg", "V24")]
    public async Task A_hundred_first_messages_at_once_boot_one_machine()
    {
        await using var machine = new Machine();
        var host = await machine.ServeAsync();
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => host.SayAsync($"my card is {Card}", $"user{n}:test:1")));
        Assert.All(replies, reply => Assert.True((bool?)reply["tee"] ?? false, reply.ToJsonString()));
        Assert.EndsWith("-1", Assert.Single(replies.Select(r => (string?)r["generation"]).Distinct()), StringComparison.Ordinal);
        Assert.Single(host.Of("safeclaw-shim"));
    }
}

/// <summary>A fact that needs strace; skipped, and counted as skipped, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StraceFactAttribute : FactAttribute
{
    public const string Strace = "/usr/bin/strace";

    public StraceFactAttribute() { if (!File.Exists(Strace)) Skip = "needs strace"; }
}

/// <summary>A fact that becomes another user; needs root, setpriv and curl, and is counted as skipped without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OtherUserFactAttribute : FactAttribute
{
    public const string SetPriv = "/usr/bin/setpriv";

    public OtherUserFactAttribute() { if (Environment.UserName != "root" || !File.Exists(SetPriv) || !File.Exists("/usr/bin/curl")) Skip = "needs root, setpriv and curl"; }
}
