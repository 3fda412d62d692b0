namespace SafeClaw.Tee.Wire;

/// <summary>What <c>GET /status</c> answers: the guest is up, and which parts of the protocol it speaks.</summary>
/// <param name="Status"><c>ok</c> once the guest serves, <c>starting</c> while the agent does not answer yet.</param>
/// <param name="Tee">True: this is a guest, not a local fallback (A3S Box's field).</param>
/// <param name="Simulated">True if the evidence does not come from AMD hardware. A hint only: the verifier decides.</param>
/// <param name="Version">The guest's version, <c>major.minor.patch</c>.</param>
/// <param name="UptimeMs">Milliseconds since the guest started.</param>
/// <param name="Sessions">Sessions whose last turn the guest remembers.</param>
/// <param name="Protocol">Absent for guests of A3S Box, which then neither dedupe nor attest freshly.</param>
public sealed record StatusReply(string Status, bool Tee, bool Simulated = false, string? Version = null, long UptimeMs = 0, int Sessions = 0, ProtocolFeatures? Protocol = null);

/// <summary>Parts of the protocol that a guest may lack.</summary>
/// <param name="Dedupe">A resent turn has no second effect; without it the host never resends.</param>
/// <param name="Attest"><c>POST /attest</c> answers a fresh challenge.</param>
/// <param name="Stream"><c>POST /process</c> can answer with server-sent events.</param>
public sealed record ProtocolFeatures(bool Dedupe, bool Attest, bool Stream);
