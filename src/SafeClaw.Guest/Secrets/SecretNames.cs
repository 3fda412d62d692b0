using System.Text.RegularExpressions;

namespace SafeClaw.Guest;

/// <summary>Which names secrets may have, as files and in the agent's environment.</summary>
internal static partial class SecretNames
{
    /// <summary>Variables that steer a loader, a shell, a runtime, TLS or us: whoever sets one runs code in the agent or reads its traffic.</summary>
    private static readonly string[] DeniedPrefixes =
    [
        "LD_", "DYLD_", "DOTNET_", "CORECLR_", "COMPLUS_", "COR_", "ASPNETCORE_", "MSBUILD", "NUGET_", "SSL", "OPENSSL", "CURL_", "GIT_", "BASH", "LC_", "PYTHON", "NODE_", "NPM_",
        "JAVA_", "JDK_", "_JAVA", "PERL", "RUBY", "GEM_", "PHP", "LUA_", "GLIBC_", "MALLOC_", "GCONV_", "RES_", "KRB5", "SSH_", "DBUS_", "SYSTEMD_", "XDG_", "A3S_", "SAFECLAW_", "OTEL_", "TIEREDCOMPILATION",
    ];

    private static readonly HashSet<string> Denied = new(StringComparer.OrdinalIgnoreCase)
    {
        "PATH", "HOME", "IFS", "ENV", "SHELL", "SHELLOPTS", "PS1", "PS2", "PS4", "PROMPT_COMMAND", "CDPATH", "TMPDIR", "TMP", "TEMP", "USER", "LOGNAME", "TERM", "TERMINFO", "LANG", "LANGUAGE",
        "PWD", "OLDPWD", "HOSTALIASES", "LOCALDOMAIN", "NLSPATH", "TZ", "TZDIR", "EDITOR", "PAGER", "LOCPATH", "GETCONF_DIR", "NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "WAYLAND_DISPLAY", "DISPLAY",
    };

    /// <summary>True for a name that may be a file: ASCII, no separators, no leading dot or dash, at most 128 characters.</summary>
    public static bool IsFileName(string name) => FileName().IsMatch(name);

    /// <summary>True for a name that may also be put into the agent's environment.</summary>
    public static bool IsVariable(string name) =>
        Variable().IsMatch(name) && !Denied.Contains(name)
        && !name.EndsWith("_PROXY", StringComparison.OrdinalIgnoreCase)
        && !DeniedPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>A refused name as it may be shown: shortened, and without anything that could steer a terminal.</summary>
    public static string Printable(string name) =>
        string.Concat(name.Take(32).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '?')) + (name.Length > 32 ? "…" : "");

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,127}\z")]
    private static partial Regex FileName();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}\z")]
    private static partial Regex Variable();
}
