namespace SafeClaw.Actors;

/// <summary>Where sockets go when nothing else is said: $XDG_RUNTIME_DIR/safeclaw, else a folder of this user under the system's temporary one.</summary>
internal static class RuntimeDirectory
{
    public static string Path { get; } = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Directory.Exists(runtime)
        ? System.IO.Path.Combine(runtime, "safeclaw")
        : System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"safeclaw-{Environment.UserName}");
}
