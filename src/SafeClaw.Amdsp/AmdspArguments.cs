using System.Diagnostics.CodeAnalysis;
using SafeClaw.Tee;

namespace SafeClaw.Amdsp;

/// <summary>The command line.</summary>
internal sealed record AmdspArguments(TeeEndpoint Listen, string State)
{
    private const string Help = """
        safeclaw-amdsp --listen URI --state DIR

        A software AMD secure processor beside a guest, for development and tests. Its evidence is simulated: a verifier
        accepts it only if told to trust DIR/ark.der.

          --listen URI   unix:/path (0600), vsock://cid:port or tcp://127.0.0.1:port
          --state DIR    root, chip secret and launches (0700); made at the first start, about three seconds

        Standard input: one line {"measurement":"hex96","host_data":"hex64","policy":196608} launches the guest; a second
        one is refused; its end stops the process.
        """;

    /// <summary>False: print the text and exit with the code.</summary>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out AmdspArguments? arguments, out (string Text, int ExitCode) answer)
    {
        arguments = null;
        answer = (Help, ExitCodes.Ok);
        if (args is ["--help"] or ["-h"]) return false;
        string? listen = null, state = null;
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            if (value is not null && args[i] == "--listen" && listen is null) listen = value;
            else if (value is not null && args[i] == "--state" && state is null) state = value;
            else return Fail($"safeclaw-amdsp: {args[i]} is unknown, twice there, or lacks its value.\n\n{Help}", ExitCodes.Usage, out answer);
        }

        if (listen is null || string.IsNullOrEmpty(state)) return Fail($"safeclaw-amdsp: --listen and --state are both needed.\n\n{Help}", ExitCodes.Usage, out answer);
        if (!TeeEndpoint.TryParse(listen, out var endpoint, out var problem)) return Fail($"safeclaw-amdsp: {problem}", ExitCodes.BadConfiguration, out answer);
        if (endpoint is TeeEndpoint.HybridVsock) return Fail("safeclaw-amdsp: the hypervisor listens on a hybrid vsock; give unix: or vsock:.", ExitCodes.BadConfiguration, out answer);
        arguments = new AmdspArguments(endpoint, state);
        return true;
    }

    private static bool Fail(string text, int exitCode, out (string, int) answer)
    {
        answer = (text, exitCode);
        return false;
    }
}
