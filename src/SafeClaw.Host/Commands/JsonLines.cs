using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace SafeClaw.Host;

/// <summary>JSON lines from a file or standard input, one answer a line.</summary>
internal static class JsonLines
{
    /// <summary>Answers every line; the number of the first line that is not one, or null.</summary>
    public static async Task<int?> AnswerAsync<TIn, TOut>(FileInfo? file, JsonTypeInfo<TIn> input, JsonTypeInfo<TOut> output, Func<TIn, TOut?> answer, CancellationToken cancellationToken)
        where TOut : class
    {
        await using var source = file is not null ? file.OpenRead() : Console.OpenStandardInput();
        await using var target = new BufferedStream(Console.OpenStandardOutput(), 64 * 1024);
        using var lines = new StreamReader(source, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: false, 64 * 1024);
        for (var number = 1; await lines.ReadLineAsync(cancellationToken) is { } line; number++)
        {
            if (line.Length == 0) continue;
            if (Read(line, input) is not { } request || answer(request) is not { } reply) return number;
            await JsonSerializer.SerializeAsync(target, reply, output, cancellationToken);
            target.WriteByte((byte)'\n');
        }

        return null;
    }

    private static T? Read<T>(string line, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
