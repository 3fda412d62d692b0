using System.Diagnostics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SafeClaw.Actors;
using SafeClaw.Attestation;
using SafeClaw.Simulation;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;
using Xunit.Abstractions;

namespace SafeClaw.Sample.Tests;

/// <summary>
/// A whole runtime in the test's process: probes play the shim and the assistant inside the guest, and everything between them is real, the attestation
/// and the TLS included.
/// </summary>
public sealed class AssistantSpecs : TestKit
{
    /// <summary>One simulated processor for all tests: its RSA-4096 keys take a second or two to make.</summary>
    private static readonly Lazy<SimulatedPlatform> Platform = new(() =>
    {
        var platform = new SimulatedPlatform(new SimulatedAuthority(SimulatedProduct.Genoa));
        platform.Make(new EvidenceDraft());
        return platform;
    });

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sc-sample-");
    private readonly TestProbe _shim;
    private readonly TestProbe _guest;

    private readonly ITestOutputHelper _output;

    public AssistantSpecs(ITestOutputHelper output)
        : base(output: output) => (_shim, _guest, _output) = (CreateTestProbe("shim"), CreateTestProbe("guest"), output);

    [Fact]
    public async Task A_sensitive_message_boots_a_guest_and_is_answered_by_it()
    {
        _ = Platform.Value;
        var started = Stopwatch.StartNew();
        using var host = await StartAsync();
        var asked = Ask(host, "Please pay with card 4111 1111 1111 1111");

        var launch = await _shim.ExpectMsgAsync<GuestLaunch>();
        await using var guest = Guest(launch);
        _shim.Reply(new ProbedMachine(guest.Endpoint, guest.DisposeAsync));
        var turn = await _guest.ExpectMsgAsync<ProcessRequest>();
        _guest.Reply(new ProcessReply(turn.SessionId, "Paid.", Success: true));

        var reply = await asked;
        Assert.Equal("Paid.", reply.Reply.Text);
        Assert.True(reply.Tee);
        Assert.True(reply.Simulated);
        _output.WriteLine($"From nothing to the answer: {started.Elapsed.TotalMilliseconds:0} ms");
        await host.StopAsync();
    }

    [Fact]
    public async Task A_guest_with_debugging_on_is_refused_and_hears_nothing()
    {
        using var host = await StartAsync();
        var asked = Ask(host, "my password is hunter2-and-more");

        var launch = await _shim.ExpectMsgAsync<GuestLaunch>();
        const ulong smtAllowed = 1UL << 16, alwaysOne = 1UL << 17, debugAllowed = 1UL << 19; // AMD 56860, GUEST_POLICY
        await using var guest = Guest(launch, draft => draft.WithReport(report => report.Set(ReportField.Policy, smtAllowed | alwaysOne | debugAllowed)));
        _shim.Reply(new ProbedMachine(guest.Endpoint, guest.DisposeAsync));

        var refused = await Assert.ThrowsAsync<SafeClawException>(() => asked);
        Assert.Equal(ErrorCode.VmQuarantined, refused.Code);
        await _guest.ExpectNoMsgAsync(TimeSpan.Zero);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_is_not_sensitive_starts_no_machine()
    {
        using var host = await StartAsync();
        Assert.False((await Ask(host, "What can you do?")).Tee);
        await _shim.ExpectNoMsgAsync(TimeSpan.Zero);
        await host.StopAsync();
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _folder.Delete(recursive: true);
    }

    private async Task<IHost> StartAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["SafeClaw:Host:DataDirectory"] = Path.Combine(_folder.FullName, "data"),
            ["SafeClaw:Host:StateDirectory"] = Path.Combine(_folder.FullName, "state"),
            ["SafeClaw:Tee:AllowSimulated"] = "true",
            ["SafeClaw:Tee:Attestation:Profile"] = "Development",
            ["SafeClaw:Tee:Attestation:ExpectedMeasurements:0"] = Convert.ToHexStringLower(EvidenceDraft.DefaultMeasurement.Span),
        });
        builder.Services.AddSingleton<IGuestHost>(new ProbedShim(_shim.Ref));
        builder.Services.AddSingleton<ITeeExtension>(new SimulatedTeeExtension(Platform.Value.Authority.Ark, new SnpTeeExtension()));
        builder.Services.AddSafeClaw(SafeClawOptions.Load(builder.Configuration, "Development"));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    /// <summary>What runs on the machine the shim was asked for: its turns are questions to the guest's probe.</summary>
    private SimulatedGuest Guest(GuestLaunch launch, Func<EvidenceDraft, EvidenceDraft>? change = null)
    {
        var draft = new EvidenceDraft { HostData = launch.HostData };
        return new SimulatedGuest(Platform.Value, new TeeEndpoint.Unix(Path.Combine(_folder.FullName, $"{launch.Generation.Number}.sock")), change?.Invoke(draft) ?? draft)
        {
            OnProcess = turn => _guest.Ref.Ask<ProcessReply>(turn, TimeSpan.FromSeconds(30)),
        };
    }

    private static Task<TurnReply> Ask(IHost host, string text) =>
        host.Services.GetRequiredService<ISafeClaw>().ProcessAsync(TurnRequest.Of("anna:sample:1", text), CancellationToken.None);
}
