using System.Collections.Concurrent;

namespace SafeClaw.Simulation.Tests;

/// <summary>One key hierarchy per product for all tests: RSA-4096 keys take a second each to make.</summary>
internal static class Authorities
{
    private static readonly ConcurrentDictionary<string, Lazy<SimulatedAuthority>> Made = [];

    public static SimulatedAuthority Of(SimulatedProduct product) => Named(product, product.Name, SimulatedName.Organization);

    public static SimulatedAuthority Genoa => Of(SimulatedProduct.Genoa);

    /// <summary>A second, unrelated hierarchy that calls itself AMD's.</summary>
    public static SimulatedAuthority Forged => Named(SimulatedProduct.Genoa, "forged", SimulatedName.AmdOrganization);

    private static SimulatedAuthority Named(SimulatedProduct product, string name, string organization) =>
        Made.GetOrAdd(name, _ => new(() => new SimulatedAuthority(product, organization))).Value;
}
