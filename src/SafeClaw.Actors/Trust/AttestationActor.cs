using Akka.Actor;

namespace SafeClaw.Actors;

/// <summary>
/// Every RA-TLS dial goes through here, at most a few at once. The first dial of a generation is challenged and pins the guest's key; the others
/// must show that key. Evidence that is refused ends the generation.
/// </summary>
internal sealed class AttestationActor : ReceiveActor
{
    private readonly IGuestDialer _dialer;
    private readonly int _maxDials;
    private readonly IAudit _audit;
    private readonly Queue<(AttestationProtocol.Open Open, IActorRef From)> _waiting = [];
    private Target? _target;
    private int _dialling;

    public AttestationActor(IGuestDialer dialer, int maxDials, IAudit audit)
    {
        (_dialer, _maxDials, _audit) = (dialer, maxDials, audit);
        Receive<AttestationProtocol.Begin>(Begin);
        Receive<AttestationProtocol.Open>(open => { _waiting.Enqueue((open, Sender)); DialWaiting(); });
        Receive<AttestationProtocol.Forget>(f => { if (_target?.Generation == f.Generation) Forget(); });
        Receive<DialEnded>(Dialled);
    }

    public static Props Props(IGuestDialer dialer, int maxDials, IAudit audit) => Akka.Actor.Props.Create(() => new AttestationActor(dialer, maxDials, audit));

    protected override void PostStop() => Forget();

    private void Begin(AttestationProtocol.Begin begin)
    {
        Forget();
        _target = new Target(begin.Generation, begin.Endpoint, begin.HostData, new CancellationTokenSource());
        var supervisor = Context.Parent;
        Dial(_target, awaitSocket: true, supervisor, phase => supervisor.Tell(new PhasePassed(begin.Generation, phase)));
    }

    private void DialWaiting()
    {
        while (_dialling < _maxDials && _waiting.TryDequeue(out var next))
        {
            if (_target?.Generation == next.Open.Generation && _target.Pinned is not null) Dial(_target, awaitSocket: false, next.From, _ => { });
            else next.From.Tell(new AttestationProtocol.NotOpened(next.Open.Generation, Gone(next.Open.Generation)));
        }
    }

    private void Dial(Target target, bool awaitSocket, IActorRef asker, Action<string> passed)
    {
        _dialling++;
        var dial = new GuestDial(target.Generation, target.Endpoint, target.HostData, target.Pinned, awaitSocket);
        _dialer.OpenAsync(dial, passed, target.Cancel.Token).PipeTo(Self,
            success: outcome => new DialEnded(target.Generation, asker, outcome),
            failure: cause => new DialEnded(target.Generation, asker, new DialOutcome.Refused(Failure.From(cause, "verify", target.Generation.ToString()))));
    }

    private void Dialled(DialEnded done)
    {
        _dialling--;
        if (_target?.Generation != done.Generation) Late(done);
        else if (done.Outcome is DialOutcome.Opened opened) Hand(_target, done, opened.Link);
        else Refuse(done, ((DialOutcome.Refused)done.Outcome).Failure);
        DialWaiting();
    }

    private void Hand(Target target, DialEnded done, GuestLink link)
    {
        _audit.Note("verdict", null, done.Generation.ToString(), ("accepted", "true"), ("by", link.Challenged ? "challenge" : "pinned key"), ("product", link.Evidence.Product),
            ("simulated", link.Evidence.Simulated ? "true" : "false"), ("policy", link.Evidence.PolicyDigest));
        if (target.Pinned is null)
        {
            _target = target with { Pinned = link };
            Context.Parent.Tell(new Verified(done.Generation, link));
        }
        else
        {
            done.Asker.Tell(new AttestationProtocol.Opened(done.Generation, link));
        }
    }

    private static void Refuse(DialEnded done, Failure failure)
    {
        var first = done.Asker.Equals(Context.Parent);
        if (first || ErrorCodes.IsAttackShaped(failure.Code)) Context.Parent.Tell(new StepFailed(done.Generation, failure));
        if (!first) done.Asker.Tell(new AttestationProtocol.NotOpened(done.Generation, failure));
    }

    /// <summary>The generation was given up while this dial was under way.</summary>
    private static void Late(DialEnded done)
    {
        (done.Outcome as DialOutcome.Opened)?.Link.Revoke();
        done.Asker.Tell(new AttestationProtocol.NotOpened(done.Generation, Gone(done.Generation)));
    }

    private void Forget()
    {
        _target?.Cancel.Cancel();
        _target = null;
    }

    private static Failure Gone(VmGeneration generation) =>
        new(ErrorCode.ChannelLost, "That generation of the VM is gone.", "verify", generation.ToString());

    private sealed record Target(VmGeneration Generation, Tee.TeeEndpoint Endpoint, ReadOnlyMemory<byte> HostData, CancellationTokenSource Cancel)
    {
        public GuestLink? Pinned { get; init; }
    }

    private sealed record DialEnded(VmGeneration Generation, IActorRef Asker, DialOutcome Outcome);
}
