using SafeClaw.Benchmarks;

var json = args.Contains("--json");
return args.Where(arg => arg != "--json").ToArray() switch
{
    [EmptyHost.Verb] => await EmptyHost.RunAsync(),
    [] => await Measurements.RunAsync(Measurements.All.Keys, json),
    var names when names.All(Measurements.All.ContainsKey) => await Measurements.RunAsync(names, json),
    _ => Measurements.Usage(),
};
