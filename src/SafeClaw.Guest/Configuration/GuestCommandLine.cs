using System.Diagnostics.CodeAnalysis;
using SafeClaw.Tee;

namespace SafeClaw.Guest;

/// <summary>Where the guest's evidence comes from.</summary>
internal enum EvidenceKind
{
    /// <summary>The hardware's device or the kernel's report interface.</summary>
    Hardware,

    /// <summary>A software secure processor beside the guest (development).</summary>
    Signed,

    /// <summary>A3S Box's own marker, without a signature (development).</summary>
    A3s,
}

/// <summary>What the command line says.</summary>
internal sealed record GuestCommandLine
{
    /// <summary>Where the attestation server listens.</summary>
    public required TeeEndpoint Listen { get; init; }

    /// <summary>Where exec listens, if it is allowed.</summary>
    public TeeEndpoint? Exec { get; init; }

    /// <summary>Where PTY listens, if it is allowed.</summary>
    public TeeEndpoint? Pty { get; init; }

    /// <summary>An agent that already runs; absent: the guest starts its own.</summary>
    public string? Agent { get; init; }

    public EvidenceKind Evidence { get; init; } = EvidenceKind.Hardware;

    public string? SecretsDirectory { get; init; }

    /// <summary>The simulated secure processor.</summary>
    public TeeEndpoint? SecureProcessor { get; init; }

    public const string Help =
        """
        safeclaw-guest --listen URI [--exec URI] [--pty URI] [--agent URL] [--simulate signed|a3s] [--secrets-dir DIR] [--amdsp SOCKET]

          --listen URI       RA-TLS attestation server: unix:/path (mode 0600), vsock://cid:port or tcp://127.0.0.1:port (debugging)
          --exec URI         run commands for the host; only where the measured guest configuration allows it
          --pty URI          terminals for the host; likewise
          --agent URL        an agent that already runs, as http://127.0.0.1:8080 or unix:/path; else safeclaw-agent beside this file is started
          --simulate KIND    signed (a software secure processor) or a3s (A3S Box's marker); not in production builds
          --secrets-dir DIR  where secrets become files; default: secrets beside the listen socket, /run/secrets as PID 1
          --amdsp SOCKET     the software secure processor; default: amdsp.sock beside the listen socket

        Exit codes: 0 stopped, 1 cannot listen, 2 usage, 3 no evidence, 78 bad configuration.
        """;

    public static bool TryParse(string[] args, [NotNullWhen(true)] out GuestCommandLine? command, [NotNullWhen(false)] out string? problem)
    {
        (command, problem) = (null, null);
        TeeEndpoint? listen = null, exec = null, pty = null, processor = null;
        string? agent = null, secrets = null;
        var evidence = EvidenceKind.Hardware;
        for (var i = 0; i < args.Length && problem is null; i += 2)
        {
            if (i + 1 == args.Length)
            {
                problem = $"{args[i]} needs a value; see --help.";
                break;
            }

            var value = args[i + 1];
            switch (args[i])
            {
                case "--listen": _ = TeeEndpoint.TryParse(value, out listen, out problem); break;
                case "--exec": _ = TeeEndpoint.TryParse(value, out exec, out problem); break;
                case "--pty": _ = TeeEndpoint.TryParse(value, out pty, out problem); break;
                case "--amdsp": _ = TeeEndpoint.TryParse(value.StartsWith('/') ? "unix:" + value : value, out processor, out problem); break;
                case "--agent": agent = value; break;
                case "--secrets-dir" when value.StartsWith('/'): secrets = value; break;
                case "--secrets-dir": problem = "--secrets-dir is an absolute path."; break;
                case "--simulate" when value is "signed": evidence = EvidenceKind.Signed; break;
                case "--simulate" when value is "a3s": evidence = EvidenceKind.A3s; break;
                case "--simulate": problem = "--simulate is signed or a3s."; break;
                default: problem = $"Unknown option {args[i]}; see --help."; break;
            }
        }

        if (problem is null && listen is null) problem = "--listen is needed, as unix:/run/guest/attest.sock.";
        if (problem is null && new[] { listen, exec, pty }.Any(e => e is TeeEndpoint.HybridVsock)) problem = "A guest listens on unix:, vsock:// or tcp://; hvsock: is the host's side.";
        if (problem is not null) return false;
        command = new GuestCommandLine { Listen = listen!, Exec = exec, Pty = pty, Agent = agent, Evidence = evidence, SecretsDirectory = secrets, SecureProcessor = processor };
        return true;
    }

    /// <summary>A file beside the listen socket, or in <paramref name="otherwise"/> where there is none.</summary>
    public string Beside(string name, string otherwise) =>
        Path.Combine(Listen is TeeEndpoint.Unix unix ? Path.GetDirectoryName(unix.Path)! : otherwise, name);
}
