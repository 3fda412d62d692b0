using SafeClaw.Attestation;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors.Tests;

/// <summary>A link whose far end is the test. The evidence in it is real: a simulated report that the real verifier accepted.</summary>
internal sealed class FakeLink : GuestLink
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override VerifiedEvidence Evidence => SomeEvidence.Accepted;

    public override bool Challenged => true;

    public override Task Closed => _closed.Task;

    /// <summary>What <c>GET /status</c> answers.</summary>
    public Func<Task<StatusReply>> OnStatus { get; set; } = () => Task.FromResult(SomeEvidence.Status);

    /// <summary>What an injection does.</summary>
    public Func<SecretsRequest, Task> OnInject { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a turn answers.</summary>
    public Func<ProcessRequest, Task<GuestAnswer>> OnProcess { get; set; } = request => Task.FromResult<GuestAnswer>(new GuestAnswer.Replied($"echo {request.Content}"));

    /// <summary>How many batches of secrets arrived.</summary>
    public int Injections { get; private set; }

    public bool IsRevoked => _closed.Task.IsCompleted;

    public override Task<StatusReply> StatusAsync(CancellationToken cancellationToken) => OnStatus();

    public override Task InjectAsync(SecretsRequest secrets, CancellationToken cancellationToken)
    {
        Injections++;
        return OnInject(secrets);
    }

    public override Task<GuestAnswer> ProcessAsync(ProcessRequest request, CancellationToken cancellationToken) => OnProcess(request);

    public override void Revoke() => _closed.TrySetResult();

    /// <summary>The peer goes away.</summary>
    public void Break() => _closed.TrySetResult();
}
