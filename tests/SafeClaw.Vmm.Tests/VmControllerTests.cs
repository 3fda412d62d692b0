using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace SafeClaw.Vmm.Tests;

/// <summary>A shim as a child process, played by scripts.</summary>
public sealed class VmControllerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vmm").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    [Trait("neg", "V01")]
    public async Task A_missing_shim_is_named()
    {
        var missing = await Assert.ThrowsAsync<VmmException>(() => StartAsync(Path.Combine(_folder, "none")));
        Assert.Contains("does not exist", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "V03")]
    public async Task Not_executable_a_directory_and_no_program_are_told_apart()
    {
        var plain = Script("plain", "#!/bin/sh\n", UnixFileMode.UserRead);
        Assert.Contains("not executable", (await Assert.ThrowsAsync<VmmException>(() => StartAsync(plain))).Message, StringComparison.Ordinal);
        var garbage = Script("garbage", "\u007fELF nonsense");
        Assert.Contains("not a program", (await Assert.ThrowsAsync<VmmException>(() => StartAsync(garbage))).Message, StringComparison.Ordinal);
        var none = Script("none", "#!/nowhere/sh\n");
        Assert.Contains("interpreter", (await Assert.ThrowsAsync<VmmException>(() => StartAsync(none))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", 0, null)]
    [InlineData("exit 127", 127, null)]
    [InlineData("kill -9 $$", null, 9)]
    [Trait("neg", "V05")]
    [Trait("neg", "V28")]
    public async Task How_a_shim_ended_is_told_with_its_last_words(string end, int? code, int? signal)
    {
        await using var shim = await StartAsync(Script("shim", $"#!/bin/sh\necho last words >&2\n{end}\n"));
        var exit = await shim.Exited.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal((code, signal), (exit.ExitCode, exit.Signal));
        Assert.Contains("last words", exit.OutputTail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "V22")]
    public async Task A_shim_that_floods_its_output_is_drained_and_remembered_within_bounds()
    {
        await using var shim = await StartAsync(Script("shim", "#!/bin/sh\nhead -c 3000000 /dev/zero | tr '\\0' x\necho end\n"));
        var exit = await shim.Exited.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, exit.ExitCode);
        Assert.EndsWith("end\n", exit.OutputTail, StringComparison.Ordinal);
        Assert.True(exit.OutputTail.Length <= 4096);
        Assert.True(new FileInfo(Path.Combine(_folder, "logs", "box.console.log")).Length <= (1024 * 1024) + 4096);
    }

    [Fact]
    [Trait("neg", "V23")]
    public async Task A_shim_inherits_neither_environment_nor_descriptors()
    {
        Environment.SetEnvironmentVariable("VMM_CANARY", "canary");
        using var secret = File.Open(Path.Combine(_folder, "open"), FileMode.Create);
        await using var shim = await StartAsync(Script("shim", "#!/bin/sh\nenv\nls -l /proc/self/fd\n"));
        var seen = (await shim.Exited.WaitAsync(TimeSpan.FromSeconds(10))).OutputTail;
        Assert.DoesNotContain("canary", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("/open", seen, StringComparison.Ordinal);
        Assert.Contains("SAFECLAW_SHIM_BACKEND=process", seen, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("neg", "V20")]
    public async Task Stopping_ends_the_whole_tree_even_one_that_ignores_the_signal()
    {
        var pids = Path.Combine(_folder, "pids");
        await using var shim = await StartAsync(Script("shim", $"#!/bin/sh\ntrap '' TERM\nsleep 60 &\necho $! > {pids}\necho $$ >> {pids}\nwait\nwait\n"));
        await UntilAsync(() => File.Exists(pids) && File.ReadAllLines(pids).Length == 2);
        var exit = await shim.StopAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(9, exit.Signal);
        foreach (var pid in File.ReadAllLines(pids)) await UntilAsync(() => ProcessIdentity.Of(int.Parse(pid, CultureInfo.InvariantCulture)) is null);
    }

    [Fact]
    public async Task A_shim_that_ends_on_the_signal_is_not_killed()
    {
        var ready = Path.Combine(_folder, "ready");
        await using var shim = await StartAsync(Script("shim", $"#!/bin/sh\ntrap 'exit 7' TERM\ntouch {ready}\nwhile :; do sleep 0.05; done\n"));
        await UntilAsync(() => File.Exists(ready));
        Assert.Equal(7, (await shim.StopAsync(TimeSpan.FromSeconds(10))).ExitCode);
    }

    [Fact]
    [Trait("neg", "V33")]
    public async Task A_successor_of_a_process_id_is_never_signalled()
    {
        using var sleeper = Process.Start("sleep", "30");
        var impostor = ProcessIdentity.Of(sleeper.Id)!.Value with { StartTime = 1 };
        Assert.False(impostor.IsAlive);
        impostor.Signal(9);
        await Task.Delay(100);
        Assert.False(sleeper.HasExited);
        sleeper.Kill();
    }

    [Fact]
    [Trait("neg", "V10")]
    public async Task A_stale_socket_is_removed_before_the_start()
    {
        var path = Path.Combine(_folder, "attest.sock");
        using (var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            dead.Bind(new UnixDomainSocketEndPoint(path));
            dead.Listen();
            // .NET removes the file of a socket it closes; a killed process does not.
            File.Move(path, path + ".kept");
        }

        File.Move(path + ".kept", path);
        await using var shim = await StartAsync(Script("shim", "#!/bin/sh\n"), path);
        Assert.False(Path.Exists(path));
    }

    [Fact]
    [Trait("neg", "V11")]
    public async Task A_socket_somebody_listens_on_is_left_alone()
    {
        var path = Path.Combine(_folder, "attest.sock");
        using var live = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        live.Bind(new UnixDomainSocketEndPoint(path));
        live.Listen();
        var refused = await Assert.ThrowsAsync<VmmException>(() => StartAsync(Script("shim", "#!/bin/sh\n"), path));
        Assert.Contains("in use", refused.Message, StringComparison.Ordinal);
        Assert.True(Path.Exists(path));
    }

    [Fact]
    [Trait("neg", "V09")]
    public async Task A_file_that_is_no_socket_is_left_alone()
    {
        var path = Path.Combine(_folder, "attest.sock");
        await File.WriteAllTextAsync(path, "somebody's");
        await Assert.ThrowsAsync<VmmException>(() => StartAsync(Script("shim", "#!/bin/sh\n"), path));
        Assert.Equal("somebody's", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task Its_figures_cover_the_whole_tree()
    {
        await using var shim = await StartAsync(Script("shim", "#!/bin/sh\nsleep 30 &\nwait\n"));
        await UntilAsync(() => shim.Metrics().ResidentBytes > 0);
        await shim.StopAsync(TimeSpan.Zero);
        Assert.Equal(0, shim.Metrics().ResidentBytes);
    }

    private Task<ShimHandler> StartAsync(string shim, string attest = "")
    {
        var spec = new InstanceSpec { BoxId = "box", Vcpus = 1, MemoryMib = 128, RootfsPath = "/", GrpcSocketPath = "", ExecSocketPath = "", AttestSocketPath = attest, Entrypoint = new Entrypoint("/init", [], []) };
        return new VmController(new VmControllerOptions { ShimPath = shim, LogDirectory = Path.Combine(_folder, "logs") }).StartAsync(spec, CancellationToken.None);
    }

    private string Script(string name, string body, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserExecute)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, body);
        File.SetUnixFileMode(path, mode);
        return path;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var waited = Stopwatch.StartNew(); !condition();)
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(10), "This did not come true within 10 s.");
            await Task.Delay(10);
        }
    }
}
