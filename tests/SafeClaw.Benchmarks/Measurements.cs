using System.Globalization;
using System.Text.Json;

namespace SafeClaw.Benchmarks;

/// <summary>A measured figure and, where there is one, what it is compared with in the same run.</summary>
internal sealed record Figure(string Name, double Value, string Unit, double? Aim = null, bool LowerIsBetter = true)
{
    public bool? Met => Aim is { } aim ? LowerIsBetter ? Value <= aim : Value >= aim : null;
}

/// <summary>The measurements by name. Each compares side by side in one run, because absolute times belong to a machine.</summary>
internal static class Measurements
{
    public static IReadOnlyDictionary<string, Func<Task<IReadOnlyList<Figure>>>> All { get; } = new Dictionary<string, Func<Task<IReadOnlyList<Figure>>>>
    {
        ["cold"] = ColdAsk.MeasureAsync,
        ["privacy"] = () => Task.FromResult(PrivacySpeed.Measure()),
        ["verify"] = () => Task.FromResult(VerifierSpeed.Measure()),
    };

    public static async Task<int> RunAsync(IEnumerable<string> names, bool json)
    {
        var figures = new List<Figure>();
        foreach (var name in names)
        {
            await Console.Error.WriteLineAsync($"measuring {name} ...");
            figures.AddRange(await All[name]());
        }

        if (json) Console.Out.WriteLine(JsonSerializer.Serialize(figures));
        else foreach (var figure in figures) Console.Out.WriteLine(Line(figure));
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"usage: SafeClaw.Benchmarks [--json] [{string.Join('|', All.Keys)}]...");
        return 2;
    }

    private static string Line(Figure figure)
    {
        var aim = figure.Aim is { } value ? string.Create(CultureInfo.InvariantCulture, $"   aim {(figure.LowerIsBetter ? "<=" : ">=")} {value:0.###} {figure.Unit}: {(figure.Met == true ? "met" : "MISSED")}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{figure.Name,-58}{figure.Value,10:0.###} {figure.Unit}{aim}");
    }
}
