using System.Diagnostics.CodeAnalysis;
using SafeClaw.Assistant;

namespace SafeClaw.Agent;

/// <summary>What the command line says.</summary>
/// <param name="Listen">Where to listen.</param>
/// <param name="Options">Which assistant to serve.</param>
internal sealed record AgentCommandLine(AgentEndpoint Listen, AgentOptions Options)
{
    public const string Help =
        """
        safeclaw-agent --listen URI [--provider local|openai] [--base-url URL] [--model NAME] [--api-key-file FILE]

          --listen URI         unix:/path (mode 0600) or http://127.0.0.1:port; default http://127.0.0.1:8080
          --provider NAME      local (default: offline, no language model) or openai (any compatible server)
          --base-url URL       the server of provider openai, as https://host/v1
          --model NAME         its model
          --api-key-file FILE  its key, read at each use, so that a rotated key is taken up

        Exit codes: 0 stopped, 1 cannot listen, 2 usage, 78 bad configuration.
        """;

    public static bool TryParse(string[] args, [NotNullWhen(true)] out AgentCommandLine? command, [NotNullWhen(false)] out string? problem)
    {
        command = null;
        problem = null;
        AgentEndpoint? listen = new AgentEndpoint.Loopback(8080);
        var options = new AgentOptions();
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
                case "--listen": _ = AgentEndpoint.TryParse(value, out listen, out problem); break;
                case "--provider" when value is "local": options = options with { Provider = AgentProvider.Local }; break;
                case "--provider" when value is "openai": options = options with { Provider = AgentProvider.OpenAi }; break;
                case "--provider": problem = "--provider is local or openai."; break;
                case "--base-url" when Uri.TryCreate(value, UriKind.Absolute, out var url): options = options with { BaseUrl = url }; break;
                case "--base-url": problem = "--base-url is an absolute URL, as https://host/v1."; break;
                case "--model": options = options with { Model = value }; break;
                case "--api-key-file": options = options with { ApiKeyFile = value }; break;
                default: problem = $"Unknown option {args[i]}; see --help."; break;
            }
        }

        if (problem is null) command = new AgentCommandLine(listen!, options);
        return command is not null;
    }
}
