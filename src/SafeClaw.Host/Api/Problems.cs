using SafeClaw.Actors;

namespace SafeClaw.Host;

/// <summary>Turns refusals into problem details (RFC 9457).</summary>
internal static class Problems
{
    public static IResult From(SafeClawException refused)
    {
        var status = StatusOf(refused.Code);
        var name = ErrorCodes.Name(refused.Code);
        return Results.Json(new ProblemDocument($"urn:safeclaw:error:{name}", name, status, refused.Message, name, refused.Stage, refused.Generation, refused.CorrelationId),
            HostJson.Default.ProblemDocument, "application/problem+json", status);
    }

    public static IResult Invalid(string detail, ErrorCode code = ErrorCode.InvalidRequest) => From(new SafeClawException(code, detail, "api"));

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.InvalidRequest => StatusCodes.Status400BadRequest,
        ErrorCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        ErrorCode.Forbidden or ErrorCode.RejectedByPolicy => StatusCodes.Status403Forbidden,
        ErrorCode.SessionUnknown => StatusCodes.Status404NotFound,
        ErrorCode.SessionConflict or ErrorCode.ConfirmationRequired or ErrorCode.DataInUse => StatusCodes.Status409Conflict,
        ErrorCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        ErrorCode.Busy or ErrorCode.RateLimited => StatusCodes.Status429TooManyRequests,
        ErrorCode.Cancelled => 499,
        ErrorCode.Internal => StatusCodes.Status500InternalServerError,
        ErrorCode.LeakBlocked or ErrorCode.OutcomeUnknown or ErrorCode.ProtocolViolation => StatusCodes.Status502BadGateway,
        ErrorCode.Timeout => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status503ServiceUnavailable,
    };
}
