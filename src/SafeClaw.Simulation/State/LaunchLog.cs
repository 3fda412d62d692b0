using System.Text.Json;
using System.Text.Json.Serialization;

namespace SafeClaw.Simulation;

/// <summary>One line per launch: when, which guest, what it was. At most about two megabytes in two files.</summary>
internal static class LaunchLog
{
    private const int MaxFileBytes = 1024 * 1024;

    public static async Task AppendAsync(PrivateDirectory directory, string name, LaunchedGuest guest, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var entry = new LaunchLogEntry(
            at, Convert.ToHexStringLower(guest.ReportId), Convert.ToHexStringLower(guest.Measurement), Convert.ToHexStringLower(guest.HostData), $"0x{guest.Policy:x}");
        var line = JsonSerializer.SerializeToUtf8Bytes(entry, LaunchLogJson.Default.LaunchLogEntry);
        await using var held = await directory.LockAsync(cancellationToken);
        directory.AppendLine(name, line, MaxFileBytes);
    }
}

internal sealed record LaunchLogEntry(DateTimeOffset At, string ReportId, string Measurement, string HostData, string Policy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LaunchLogEntry))]
internal sealed partial class LaunchLogJson : JsonSerializerContext;
