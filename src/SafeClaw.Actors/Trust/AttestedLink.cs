using System.Text.Json;
using SafeClaw.Attestation;
using SafeClaw.Tee;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Actors;

/// <summary>The production link: an <see cref="AttestedConnection"/> seen by the actors.</summary>
internal sealed class AttestedLink(AttestedConnection connection, string generation) : GuestLink
{
    public override VerifiedEvidence Evidence => connection.Evidence;

    public override bool Challenged => connection.Challenged;

    public override Task Closed => connection.Closed;

    public override Task<StatusReply> StatusAsync(CancellationToken cancellationToken) => Mapped(connection.StatusAsync(cancellationToken), "first-answer");

    public override async Task InjectAsync(SecretsRequest secrets, CancellationToken cancellationToken)
    {
        try
        {
            await new SecretInjector(connection).InjectAsync(secrets, cancellationToken);
        }
        catch (SecretRejectedException rejected)
        {
            throw new SafeClawException(ErrorCode.SecretRejected, rejected.Message, "inject", generation);
        }
        catch (GuestExchangeException failure)
        {
            throw ToException(failure, "inject");
        }
    }

    public override async Task<GuestAnswer> ProcessAsync(ProcessRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Read(request, await connection.ProcessAsync(request, cancellationToken));
        }
        catch (GuestExchangeException failure)
        {
            return new GuestAnswer.Lost(failure.Sent, new Failure(CodeOf(failure), failure.Message, "channel", generation))
            {
                // A guest that breaks the protocol would break it again; only a lost connection is worth another try.
                Final = failure.Code != "CHANNEL_LOST",
            };
        }
    }

    public override void Revoke() => connection.Dispose();

    /// <summary>The reply must be for the session that asked: an answer for another one is not an accident.</summary>
    private GuestAnswer Read(ProcessRequest request, GuestResponse response)
    {
        ProcessReply? reply;
        try
        {
            reply = JsonSerializer.Deserialize(response.Body.Span, WireJson.Default.ProcessReply);
        }
        catch (JsonException)
        {
            reply = null;
        }

        if (reply?.SessionId is null) return Declined(ErrorCode.ProtocolViolation, $"The guest's answer ({(int)response.Status}) is not what the route promises.");
        if (!string.Equals(reply.SessionId, request.SessionId, StringComparison.Ordinal))
            return Lost(ErrorCode.InstanceMismatch, "The guest answered for another session.");
        if (response.IsSuccess && reply.Success) return new GuestAnswer.Replied(reply.Content ?? "");
        return (int)response.Status switch
        {
            409 => Declined(ErrorCode.SessionConflict, "The guest knows this turn with other content."),
            413 => Declined(ErrorCode.TooLarge, "The guest found the message too large."),
            429 or 503 => Declined(ErrorCode.Overloaded, "The guest has no room for this turn."),
            _ => Declined(ErrorCode.ProtocolViolation, $"The assistant inside the guest failed ({(int)response.Status})."),
        };
    }

    private GuestAnswer.Declined Declined(ErrorCode code, string detail) => new(new Failure(code, detail, "guest", generation));

    private GuestAnswer.Lost Lost(ErrorCode code, string detail) => new(Sent: true, new Failure(code, detail, "guest", generation)) { Final = true };

    private async Task<T> Mapped<T>(Task<T> exchange, string stage)
    {
        try
        {
            return await exchange;
        }
        catch (GuestExchangeException failure)
        {
            throw ToException(failure, stage);
        }
    }

    private SafeClawException ToException(GuestExchangeException failure, string stage) =>
        new(CodeOf(failure), failure.Message, stage, generation, failure);

    private static ErrorCode CodeOf(GuestExchangeException failure) =>
        ErrorCodes.TryParse(failure.Code, out var code) ? code : ErrorCode.ChannelLost;
}
