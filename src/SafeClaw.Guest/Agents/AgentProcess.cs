using System.Diagnostics;
using SafeClaw.Lifelines;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest;

/// <summary>
/// The assistant as a supervised child: started at once, started again when it dies (after 0.1 s, doubling to 5 s while it keeps dying), and
/// replaced when its environment changes. Its environment is ours to give, not inherited.
/// </summary>
internal sealed class AgentProcess : IAgentHost, IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100), LastRetry = TimeSpan.FromSeconds(5), Steady = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>What a .NET program needs of its surroundings; everything else stays ours.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "TMPDIR", "TZ", "DOTNET_ROOT", "DOTNET_BUNDLE_EXTRACT_BASE_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR"];

    private readonly string _executable, _socket;
    private readonly IReadOnlyList<string> _arguments;
    private readonly Func<IReadOnlyList<KeyValuePair<string, string>>> _secrets;
    private readonly AgentClient _client;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Turnstile _oneRestart = new();
    private readonly Task _supervision;
    private volatile Process? _process;

    /// <param name="executable">Absolute path of <c>safeclaw-agent</c>.</param>
    /// <param name="socket">Where it listens.</param>
    /// <param name="arguments">Its other arguments.</param>
    /// <param name="secrets">The secrets of its environment, asked at each start.</param>
    public AgentProcess(string executable, string socket, IReadOnlyList<string> arguments, Func<IReadOnlyList<KeyValuePair<string, string>>> secrets)
    {
        (_executable, _socket, _secrets) = (executable, socket, secrets);
        _arguments = ["--listen", $"unix:{socket}", .. arguments];
        _client = AgentClient.For($"unix:{socket}", Patience);
        _supervision = Task.Run(SuperviseAsync);
    }

    public Task<ProcessReply> RunAsync(ProcessRequest request, Action<string> onChunk, CancellationToken cancellationToken) =>
        _client.RunAsync(request, onChunk, cancellationToken);

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        using var turn = await _oneRestart.EnterAsync(cancellationToken);
        var old = _process;
        Kill(old); // supervision starts the next one, with the environment of then
        while ((old is not null && ReferenceEquals(_process, old)) || _process is null || !await _client.IsHealthyAsync(cancellationToken))
            await Task.Delay(TimeSpan.FromMilliseconds(10), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Kill(_process);
        await _supervision;
        _client.Dispose();
        File.Delete(_socket); // a killed child leaves it behind
    }

    private static void Kill(Process? process)
    {
        try
        {
            process?.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // it went by itself, and supervision has let go of it
        }
    }

    private async Task SuperviseAsync()
    {
        var retry = FirstRetry;
        while (!_stopping.IsCancellationRequested)
        {
            var started = Stopwatch.GetTimestamp();
            await LiveAsync();
            if (Stopwatch.GetElapsedTime(started) > Steady) retry = FirstRetry;
            var wait = _oneRestart.Busy ? TimeSpan.Zero : retry; // a wanted restart does not wait
            await Task.Delay(wait, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            retry = TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, LastRetry.Ticks));
        }
    }

    /// <summary>One life of the child. No memory or no processes: tried again after the wait.</summary>
    private async Task LiveAsync()
    {
        try
        {
            using var child = await ChildStarter.StartAsync(StartInfo());
            _process = child;
            if (_stopping.IsCancellationRequested) Kill(child);
            await child.WaitForExitAsync(CancellationToken.None);
        }
        catch (System.ComponentModel.Win32Exception)
        {
        }
        finally
        {
            _process = null;
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(_executable, _arguments) { WorkingDirectory = Path.GetDirectoryName(_executable)! };
        var inherited = Inherited.Select(name => (name, value: Environment.GetEnvironmentVariable(name))).Where(v => v.value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in inherited) start.Environment[name] = value;
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // no debugger or trace socket beside a process that holds messages
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in _secrets()) start.Environment[name] = value;
        return start;
    }
}
