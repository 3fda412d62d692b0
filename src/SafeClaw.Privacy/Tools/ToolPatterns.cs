using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>The patterns of <see cref="ToolInterceptor"/>, each with the name that a refusal gives.</summary>
internal static partial class ToolPatterns
{
    public static string? Dangerous(string text) => First(text,
        ("delete-everything", DeleteEverything()), ("overwrite-device", OverwriteDevice()), ("fork-bomb", ForkBomb()), ("run-from-network", RunFromNetwork()), ("open-permissions", OpenPermissions()),
        ("drop-data", DropData()), ("stop-machine", StopMachine()), ("account-files", AccountFiles()));

    public static string? Exfiltrating(string text) => First(text, ("upload", Upload()), ("raw-socket", RawSocket()), ("encoded-pipe", EncodedPipe()), ("paste-site", PasteSite()), ("long-name-lookup", LongNameLookup()));

    public static string? Injecting(string text) => First(text, ("ignore-instructions", IgnoreInstructions()), ("new-role", NewRole()), ("reveal-prompt", RevealPrompt()), ("fake-turn", FakeTurn()), ("markdown-beacon", MarkdownBeacon()));

    private static string? First(string text, params ReadOnlySpan<(string Name, Regex Pattern)> patterns)
    {
        foreach (var (name, pattern) in patterns)
            if (pattern.IsMatch(text)) return name;
        return null;
    }

    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\brm\s+(?:-[a-z-]+\s+)*-[a-z]*[rf][a-z]*\s+(?:-[a-z-]+\s+)*(?:/|~|\*|\$HOME|\.\.?)(?:\s|/?\*|$|[""';&|])|\bfind\s+/\S*\s.*-delete\b|\b(?:del|rmdir)\s+/[sq]\b|\bformat\s+[a-z]:|\bshred\s", Options)]
    private static partial Regex DeleteEverything();

    [GeneratedRegex(@"\bdd\s.*\bof=/dev/|\bmkfs(?:\.[a-z0-9]+)?\s|>\s*/dev/(?:sd|nvme|vd|hd|mmcblk)|\bwipefs\b", Options)]
    private static partial Regex OverwriteDevice();

    [GeneratedRegex(@":\s*\(\s*\)\s*\{\s*:\s*\|\s*:\s*&\s*\}", Options)]
    private static partial Regex ForkBomb();

    [GeneratedRegex(@"\b(?:curl|wget|fetch|iwr|invoke-webrequest)\b[^|\n]*\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b|\b(?:curl|wget)\b[^|\n]*\|\s*(?:sudo\s+)?(?:python|perl|ruby|node)|\b(?:iex|invoke-expression)\b|\beval\s+[""$(`].*(?:curl|wget)", Options)]
    private static partial Regex RunFromNetwork();

    [GeneratedRegex(@"\bchmod\s+(?:-[a-z]+\s+)*(?:0?777|a\+rwx)\b|\bchown\s+-R\s+\S+\s+/(?:\s|$)|\bsetenforce\s+0", Options)]
    private static partial Regex OpenPermissions();

    [GeneratedRegex(@"\bdrop\s+(?:table|database|schema)\b|\btruncate\s+table\b|\bdelete\s+from\s+\w+\s*(?:;|$|[""'])|\bgit\s+push\s+.*--force\b", Options)]
    private static partial Regex DropData();

    [GeneratedRegex(@"\b(?:shutdown|reboot|halt|poweroff)\b\s*(?:-|now|/s|/r|$|;|[""'])|\bkill\s+-9\s+(?:-1|1)\b|\bsystemctl\s+(?:stop|disable|mask)\s", Options)]
    private static partial Regex StopMachine();

    [GeneratedRegex(@"/etc/(?:shadow|sudoers|passwd)\b|\.ssh/(?:id_[a-z0-9]+|authorized_keys)|\.aws/credentials|/run/secrets/|\.netrc\b|\.kube/config|/proc/(?:self|[0-9]+)/(?:environ|mem)", Options)]
    private static partial Regex AccountFiles();

    [GeneratedRegex(@"\bcurl\b.*(?:\s-(?:d|F|T)\s*@?\S*|--data(?:-binary|-raw|-urlencode)?[ =]@|--upload-file\b|--form\b)|\bwget\b.*--post-(?:file|data)|\b(?:scp|rsync|sftp|ftp)\s+\S+.*[\w.-]+@?[\w.-]+:|\baws\s+s3\s+cp\s|\bgsutil\s+cp\s", Options)]
    private static partial Regex Upload();

    [GeneratedRegex(@"\b(?:nc|ncat|netcat|socat)\s+(?:-[a-z]+\s+)*[\w.-]+\s+[0-9]{2,5}\b|/dev/tcp/|\bbash\s+-i\b|\btelnet\s+\S+\s+[0-9]+", Options)]
    private static partial Regex RawSocket();

    [GeneratedRegex(@"\b(?:base64|xxd|gzip|openssl\s+enc)\b[^\n]*\|\s*(?:curl|wget|nc|ncat|mail|ssh)\b", Options)]
    private static partial Regex EncodedPipe();

    [GeneratedRegex(@"\b(?:pastebin\.com|paste\.ee|transfer\.sh|0x0\.st|file\.io|webhook\.site|requestbin|ngrok\.io|burpcollaborator|interact\.sh|pipedream\.net)\b", Options)]
    private static partial Regex PasteSite();

    [GeneratedRegex(@"\b(?:dig|nslookup|host|ping)\s+(?:-[a-z]+\s+\S*\s*)*[a-z0-9]{30,}\.", Options)]
    private static partial Regex LongNameLookup();

    [GeneratedRegex(@"\b(?:ignore|disregard|forget|override|bypass)\s+(?:all\s+|any\s+|the\s+|your\s+|my\s+)*(?:previous|prior|above|earlier|preceding|existing|system)?\s*(?:instructions|rules|directions|guidelines|prompts?|safety)\b|(?:忽略|无视|忘记)(?:之前|以上|所有|先前)的?(?:所有)?(?:指令|指示|规则|提示)|\bignorier(?:e|en)\s+(?:alle\s+)?(?:vorherigen\s+)?(?:anweisungen|regeln)|\bignor(?:ez|e)\s+(?:toutes\s+)?les\s+instructions|\bignora\s+(?:todas\s+)?las\s+instrucciones", Options)]
    private static partial Regex IgnoreInstructions();

    [GeneratedRegex(@"\byou\s+are\s+now\s+(?:a|an|in|the|no longer)\b|\b(?:pretend|act)\s+(?:to be|as if you|as an?)\s+.{0,40}\b(?:unrestricted|no rules|without|developer|admin|jailbreak|dan)\b|\bdeveloper mode\b|\bDAN mode\b|\bnew (?:system )?(?:instructions|prompt)\s*:", Options)]
    private static partial Regex NewRole();

    [GeneratedRegex(@"\b(?:reveal|print|repeat|show|output|send|leak)\s+(?:me\s+)?(?:your|the|all)\s+(?:hidden\s+|full\s+|entire\s+)?(?:system prompt|instructions|secrets?|api keys?|passwords?|credentials|environment variables)\b|(?:显示|输出|泄露)你?的?(?:系统提示|密钥|密码)", Options)]
    private static partial Regex RevealPrompt();

    [GeneratedRegex(@"<\|(?:im_start|im_end|system|user|assistant|endoftext)\|>|\[/?INST\]|<<SYS>>|^\s*#{2,}\s*(?:system|instruction)s?\s*:|\bEND OF (?:DOCUMENT|USER INPUT|CONTEXT)\b", Options | RegexOptions.Multiline)]
    private static partial Regex FakeTurn();

    [GeneratedRegex(@"!\[[^\]]{0,80}\]\(https?://[^)\s]{1,200}[?&][^)\s]{0,100}=", Options)]
    private static partial Regex MarkdownBeacon();
}
