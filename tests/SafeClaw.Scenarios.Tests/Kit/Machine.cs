using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace SafeClaw.Scenarios.Tests;

/// <summary>
/// A machine of a user: folders of its own, the shipped executables, and every process that runs because of them, known by these folders' path in their
/// command lines.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);

    private readonly List<Process> _hosts = [];

    public Machine()
    {
        Root = Path.Combine(Path.GetTempPath(), $"sc-{Guid.NewGuid().ToString("n")[..8]}");
        foreach (var folder in new[] { Root, Home, Runtime }) Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Environment = new Dictionary<string, string?>
        {
            ["HOME"] = Home,
            ["XDG_RUNTIME_DIR"] = Runtime,
            ["XDG_DATA_HOME"] = null,
            ["XDG_STATE_HOME"] = null,
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = null,
            ["SAFECLAW_PARENT_PID"] = null,
        };
    }

    public string Root { get; }

    public string Home => Path.Combine(Root, "home");

    public string Runtime => Path.Combine(Root, "run");

    public string Sockets => Path.Combine(Runtime, "safeclaw");

    public string State => Path.Combine(Home, ".local/state/safeclaw");

    public string ControlSocket => Path.Combine(State, "control.sock");

    /// <summary>Variables of every command; null removes one.</summary>
    public Dictionary<string, string?> Environment { get; }

    public Machine With(string variable, string? value)
    {
        Environment[variable] = value;
        return this;
    }

    /// <summary>Runs a command of <c>safeclaw</c> to its end.</summary>
    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync(standardInput: null, arguments);

    public async Task<Outcome> RunAsync(byte[]? standardInput, params string[] arguments)
    {
        using var process = Start("safeclaw", arguments);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            if (standardInput is not null) await process.StandardInput.BaseStream.WriteAsync(standardInput);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command has read enough.
        }

        using var limit = new CancellationTokenSource(CommandLimit);
        await process.WaitForExitAsync(limit.Token);
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Starts <c>safeclaw serve</c> and waits until it answers.</summary>
    public async Task<RunningHost> ServeAsync()
    {
        var port = FreePort();
        var process = Start("safeclaw", ["serve", "--urls", $"http://127.0.0.1:{port}"]);
        _hosts.Add(process);
        var host = new RunningHost(this, process, new Uri($"http://127.0.0.1:{port}"));
        await host.AwaitReadyAsync();
        return host;
    }

    /// <summary>Starts one of the executables with this machine's environment.</summary>
    public Process Start(string executable, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Executables, executable))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Root,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment)
        {
            if (value is null) start.Environment.Remove(name);
            else start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{executable} did not start.");
    }

    /// <summary>A script that plays a shim.</summary>
    public string Script(string name, string body, bool executable = true)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, body);
        var mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(path, executable ? mode | UnixFileMode.UserExecute : mode);
        return path;
    }

    /// <summary>Live processes below this machine's hosts: their command lines name its folders. Zombies have no command line.</summary>
    public IReadOnlyList<(int Pid, string CommandLine)> Processes()
    {
        var found = new List<(int, string)>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)) continue;
            try
            {
                var line = File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' ');
                if (line.Contains(Root, StringComparison.Ordinal)) found.Add((pid, line));
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }

    /// <summary>Waits until nothing of this machine runs and no socket or generation folder is left.</summary>
    public async Task AssertNothingLeftAsync(TimeSpan within)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < within && (Processes().Count > 0 || Leftovers().Count > 0)) await Task.Delay(20);
        Assert.Empty(Processes());
        Assert.Empty(Leftovers());
    }

    /// <summary>Sockets anywhere, and anything below the sockets' folder.</summary>
    public IReadOnlyList<string> Leftovers()
    {
        var sockets = Directory.EnumerateFileSystemEntries(Home, "*.sock", SearchOption.AllDirectories);
        return [.. sockets, .. Directory.Exists(Sockets) ? Directory.EnumerateFileSystemEntries(Sockets) : []];
    }

    /// <summary>Everything this machine wrote to disk, for looking for what must not be there.</summary>
    public IEnumerable<string> Files() => Directory.EnumerateFiles(Root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .Where(file => new FileInfo(file).UnixFileMode.HasFlag(UnixFileMode.UserRead) && !file.EndsWith(".sock", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            if (!host.HasExited) host.Kill();
            host.Dispose();
        }

        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(3) && Processes().Count > 0) await Task.Delay(20);
        foreach (var (pid, _) in Processes()) Signal.Send(pid, Signal.Kill);
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A process being killed may still write.
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>How a command ended.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Error)
{
    /// <summary>The one JSON document on standard output.</summary>
    public JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException("No JSON was printed.");

    /// <summary>The error code of a failed <c>--json</c> command.</summary>
    public string? ErrorCode => (string?)Json["error"]?["code"];
}

/// <summary>A host that serves.</summary>
internal sealed class RunningHost(Machine machine, Process process, Uri address)
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };
    private readonly Task<string> _output = process.StandardOutput.ReadToEndAsync();
    private readonly Task<string> _error = process.StandardError.ReadToEndAsync();

    public int Pid => process.Id;

    public Process Process => process;

    public HttpClient Http => _http;

    public Task<string> Error => _error;

    public async Task AwaitReadyAsync()
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(30))
        {
            if (process.HasExited) throw new InvalidOperationException($"The host ended with {process.ExitCode}: {await _error} {await _output}");
            try
            {
                using var response = await _http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (response.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(20);
            }
        }

        throw new TimeoutException("The host did not become ready.");
    }

    public async Task<JsonNode> SayAsync(string content, string session = "ada:test:1")
    {
        using var response = await _http.PostAsJsonAsync(new Uri($"/v1/sessions/{session}/messages", UriKind.Relative), new { content });
        return JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
    }

    public async Task<JsonNode> TeeAsync() => JsonNode.Parse(await _http.GetStringAsync(new Uri("/v1/tee", UriKind.Relative)))!;

    /// <summary>Process ids of one of the machine's programs.</summary>
    public IReadOnlyList<int> Of(string program) => [.. machine.Processes().Where(p => p.CommandLine.Split(' ')[0].EndsWith(program, StringComparison.Ordinal)).Select(p => p.Pid)];

    public async Task<int> EndedAsync(TimeSpan within)
    {
        using var limit = new CancellationTokenSource(within);
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }
}
