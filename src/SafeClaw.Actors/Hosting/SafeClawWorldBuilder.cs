using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SafeClaw.Assistant;
using SafeClaw.Attestation;
using SafeClaw.Privacy;
using SafeClaw.Vmm;

namespace SafeClaw.Actors;

/// <summary>Builds from the options everything the actors touch outside themselves.</summary>
internal static partial class SafeClawWorldBuilder
{
    public static SafeClawWorld Build(SafeClawOptions options, IServiceProvider services)
    {
        var taints = new SecretTaints();
        var sessions = new SessionWorld
        {
            Classifier = new Classifier(options.Privacy.Classification),
            Routing = options.Privacy.Routing,
            WhenTeeIsDown = options.Privacy.WhenTeeIsDown,
            LeakCheck = new LeakCheck(new LeakCheckOptions { Action = options.Privacy.LeakAction }),
            SecretTaints = taints,
            LocalAgent = services.GetRequiredService<IAgent>(),
            Vm = null,
            Options = options.Sessions,
        };
        return new SafeClawWorld(sessions, options.Tee.Lifecycle, options.Tee.IsOn ? Machine(options, services, taints) : null) { AuditFiles = new AuditFiles(options.Host.DataDirectory) };
    }

    private static VmWorld Machine(SafeClawOptions options, IServiceProvider services, SecretTaints taints)
    {
        var image = new GuestImage(options);
        var policy = AppraisalPolicy.From(options.Tee, image);
        var simulator = Path.Combine(options.Host.StateDirectory, "amdsp");
        var genuine = services.GetService<ITeeExtension>() ?? Snp(options, services);
        var world = new VmWorld
        {
            Host = services.GetService<IGuestHost>() ?? Shim(options, image, simulator),
            Dialer = new RaTlsDialer(new DialOptions
            {
                Policy = policy,
                Tee = () => AppraisalPolicy.Extension(options.Tee, genuine, simulator),
                Freshness = options.Tee.Attestation.Freshness,
                HandshakeLimit = options.Tee.Lifecycle.PhaseLimits[BootPhases.Handshake],
                ChallengeLimit = options.Tee.Lifecycle.PhaseLimits[BootPhases.Verify],
                Clock = services.GetRequiredService<TimeProvider>(),
            }),
            Secrets = new ConfiguredSecrets(options.Tee.Secrets, taints),
            PolicyDigest = policy.Digest,
            Channels = options.Tee.Pool,
        };
        return services.GetService<IPhaseObserver>() is { } observer ? world with { Phases = observer } : world;
    }

    private static ShimGuestHost Shim(SafeClawOptions options, GuestImage image, string simulator) => new(new ShimGuestOptions
    {
        Controller = new VmControllerOptions { ShimPath = options.Tee.ShimPath, Backend = options.Tee.ShimBackend.ToString().ToLowerInvariant(), LogDirectory = Path.Combine(options.Host.StateDirectory, "logs") },
        SocketRoot = options.Tee.SocketDir ?? RuntimeDirectory.Path,
        Specify = (launch, folder) => image.Specify(launch, folder, simulator),
    });

    private static SnpTeeExtension Snp(SafeClawOptions options, IServiceProvider services)
    {
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger("SafeClaw.Collateral");
        return new SnpTeeExtension(new CollateralOptions
        {
            Anchors = TrustAnchors.Amd,
            Store = options.Tee.Attestation.Collateral.Store(options.Host),
            Kds = services.GetRequiredService<CollateralService>().Client,
            Budget = options.Tee.Attestation.Collateral.Budget,
            Time = services.GetRequiredService<TimeProvider>(),
            Notice = notice => LogNotice(log, notice),
        });
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Collateral: {Notice}")]
    private static partial void LogNotice(ILogger logger, string notice);
}
