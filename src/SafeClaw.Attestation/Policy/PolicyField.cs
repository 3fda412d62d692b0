using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace SafeClaw.Attestation;

/// <summary>
/// A field of a policy file: its JSON name, how it is read, and how it is told. One table serves reading, the digest, <c>policy explain</c> and the
/// schema, so that no field can be in one and not in another.
/// </summary>
/// <param name="Name">camelCase JSON name.</param>
/// <param name="Form">What a value looks like, for people and the schema's description.</param>
/// <param name="Read">Sets the field from a JSON value.</param>
/// <param name="Show">The field's value as text; canonical, because the digest is made from it.</param>
internal sealed record PolicyField(string Name, string Form, Func<AttestationPolicy, JsonElement, AttestationPolicy> Read, Func<AttestationPolicy, string> Show)
{
    public static ImmutableArray<PolicyField> All { get; } =
    [
        Digest("measurement", 48, (p, v) => p with { Measurement = v }, p => p.Measurement),
        Flag("debug", (p, v) => p with { Debug = v }, p => p.Debug),
        Flag("migration", (p, v) => p with { Migration = v }, p => p.Migration),
        Flag("smt", (p, v) => p with { Smt = v }, p => p.Smt),
        Flag("singleSocket", (p, v) => p with { SingleSocket = v }, p => p.SingleSocket),
        Flag("cxl", (p, v) => p with { Cxl = v }, p => p.Cxl),
        new("allowedUnknownPolicyBits", "hexadecimal number", (p, e) => p with { AllowedUnknownPolicyBits = Bits(e) }, p => $"0x{p.AllowedUnknownPolicyBits:x}"),
        Field("abi", "\"major.minor\"", Abi, v => $"{v >> 8}.{v & 255}", (p, v) => p with { Abi = v }, p => p.Abi),
        Field("vmpl", "number from 0 to 3", Number<uint>, v => $"{v}", (p, v) => p with { Vmpl = v }, p => p.Vmpl),
        Field("guestSvn", "number", Number<uint>, v => $"{v}", (p, v) => p with { GuestSvn = v }, p => p.GuestSvn),
        Digest("familyId", 16, (p, v) => p with { FamilyId = v }, p => p.FamilyId),
        Digest("imageId", 16, (p, v) => p with { ImageId = v }, p => p.ImageId),
        Digest("hostData", 32, (p, v) => p with { HostData = v }, p => p.HostData),
        Digest("idKeyDigest", 48, (p, v) => p with { IdKeyDigest = v }, p => p.IdKeyDigest),
        Digest("authorKeyDigest", 48, (p, v) => p with { AuthorKeyDigest = v }, p => p.AuthorKeyDigest),
        new("runtimeBinding", "\"zero\", \"any\" or 64 hexadecimal digits", (p, e) => p with { RuntimeBinding = Binding(e) }, p => p.RuntimeBinding.ToString()!),
        Field("product", "Milan, Genoa or Turin", Product, v => $"{v}", (p, v) => p with { Product = v }, p => p.Product),
        Digest("chipId", 64, (p, v) => p with { ChipId = v }, p => p.ChipId),
        new("minimumTcb", "{\"Genoa\": {\"bootloader\": 10, \"tee\": 0, \"snp\": 23, \"microcode\": 84}, …} or \"none\"", (p, e) => p with { MinimumTcb = Floors(e) }, ShowFloors),
        Flag("provisionalFirmware", (p, v) => p with { ProvisionalFirmware = v }, p => p.ProvisionalFirmware),
        new("vlek", "\"refused\", \"any\" or a list of CSP ids", (p, e) => p with { VlekProviders = Providers(e) },
            p => p.VlekProviders is not { } csp ? "refused" : csp.IsEmpty ? "any" : string.Join(",", csp)),
        Flag("platformSmt", (p, v) => p with { PlatformSmt = v }, p => p.PlatformSmt),
        Flag("platformTsme", (p, v) => p with { PlatformTsme = v }, p => p.PlatformTsme),
        Flag("platformEcc", (p, v) => p with { PlatformEcc = v }, p => p.PlatformEcc),
        Flag("platformRaplDisabled", (p, v) => p with { PlatformRaplDisabled = v }, p => p.PlatformRaplDisabled),
        Flag("platformCiphertextHiding", (p, v) => p with { PlatformCiphertextHiding = v }, p => p.PlatformCiphertextHiding),
        Flag("platformAliasCheck", (p, v) => p with { PlatformAliasCheck = v }, p => p.PlatformAliasCheck),
        Field("unknownPlatformBits", "hexadecimal number", Bits, v => $"0x{v:x}", (p, v) => p with { UnknownPlatformBits = v }, p => p.UnknownPlatformBits),
        new("requiredMitigations", "hexadecimal number", (p, e) => p with { RequiredMitigations = Bits(e) }, p => $"0x{p.RequiredMitigations:x}"),
        new("allowVersion2", "true or false", (p, e) => p with { AllowVersion2 = e.GetBoolean() }, p => p.AllowVersion2 ? "true" : "false"),
        new("revocation", "\"require\", \"preferCached\" or \"off\"", (p, e) => p with { Revocation = Revocations(e) }, p => $"{p.Revocation}"),
    ];

    /// <summary>A field with an <see cref="Expect{T}"/>: "any", a value, a list of values, or {"atLeast": value}.</summary>
    private static PolicyField Field<T>(string name, string form, Func<JsonElement, T> read, Func<T, string> show,
        Func<AttestationPolicy, Expect<T>, AttestationPolicy> set, Func<AttestationPolicy, Expect<T>> get) =>
        new(name, $"\"any\", {form}, a list of them, or {{\"atLeast\": value}}", (p, e) => set(p, Expected(e, read)), p => get(p).Describe(show));

    private static PolicyField Flag(string name, Func<AttestationPolicy, Expect<bool>, AttestationPolicy> set, Func<AttestationPolicy, Expect<bool>> get) =>
        Field(name, "true or false", e => e.GetBoolean(), v => v ? "true" : "false", set, get);

    private static PolicyField Digest(string name, int bytes, Func<AttestationPolicy, Expect<Digest>, AttestationPolicy> set, Func<AttestationPolicy, Expect<Digest>> get) =>
        Field(name, $"{bytes * 2} hexadecimal digits", e => Attestation.Digest.Parse(Text(e), bytes), v => v.ToHex(), set, get);

    private static Expect<T> Expected<T>(JsonElement element, Func<JsonElement, T> read) => element.ValueKind switch
    {
        JsonValueKind.String when element.ValueEquals("any") => Expect<T>.Any,
        JsonValueKind.Array when element.GetArrayLength() > 0 => Expect.AnyOf([.. element.EnumerateArray().Select(read)]),
        JsonValueKind.Array => throw new FormatException("An empty list accepts nothing; write \"any\" if that is meant."),
        JsonValueKind.Object when element.TryGetProperty("atLeast", out var floor) && element.GetPropertyCount() == 1 => Expect.AtLeast(read(floor)),
        _ => Expect.Exactly(read(element)),
    };

    /// <summary>A string; JSON's null is none.</summary>
    private static string Text(JsonElement element) => element.GetString() ?? throw new FormatException("It is null.");

    private static T Number<T>(JsonElement element) where T : System.Numerics.INumber<T> => T.CreateChecked(element.GetUInt32());

    private static ulong Bits(JsonElement element) => Text(element) is var text && text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
        : throw new FormatException("Write bits as a hexadecimal number, as in \"0x40\".");

    private static int Abi(JsonElement element) => Text(element).Split('.') is [var major, var minor]
        ? (byte.Parse(major, NumberStyles.None, CultureInfo.InvariantCulture) << 8) | byte.Parse(minor, NumberStyles.None, CultureInfo.InvariantCulture)
        : throw new FormatException("Write the ABI as \"major.minor\".");

    private static SnpProduct Product(JsonElement element) => Enum.TryParse<SnpProduct>(Text(element), out var product)
        ? product : throw new FormatException("The product is Milan, Genoa or Turin.");

    private static RuntimeBinding Binding(JsonElement element) => Text(element) switch
    {
        "zero" => RuntimeBinding.Zero,
        "any" => RuntimeBinding.Any,
        var hex => RuntimeBinding.Of(Attestation.Digest.Parse(hex, 32).Bytes.ToArray()),
    };

    private static RevocationMode Revocations(JsonElement element) => Text(element) switch
    {
        "require" => RevocationMode.Require,
        "preferCached" => RevocationMode.PreferCached,
        "off" => RevocationMode.Off,
        _ => throw new FormatException("Revocation is require, preferCached or off."),
    };

    private static ImmutableArray<string>? Providers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String when element.ValueEquals("refused") => null,
        JsonValueKind.String when element.ValueEquals("any") => ImmutableArray<string>.Empty,
        JsonValueKind.Array when element.GetArrayLength() > 0 => [.. element.EnumerateArray().Select(e => Text(e))],
        _ => throw new FormatException("Write \"refused\", \"any\" or a list of CSP ids."),
    };

    private static ImmutableDictionary<TcbFloorKey, TcbVersion> Floors(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.String && element.ValueEquals("none")) return ImmutableDictionary<TcbFloorKey, TcbVersion>.Empty;
        var floors = ImmutableDictionary.CreateBuilder<TcbFloorKey, TcbVersion>();
        foreach (var floor in element.EnumerateObject()) floors.Add(FloorKey(floor.Name), Floor(floor.Value));
        return floors.ToImmutable();
    }

    private static TcbFloorKey FloorKey(string name)
    {
        var zen4c = name.EndsWith("-zen4c", StringComparison.Ordinal);
        return Enum.TryParse<SnpProduct>(zen4c ? name[..^6] : name, out var product) ? new TcbFloorKey(product, zen4c)
            : throw new FormatException($"A TCB floor is for Milan, Genoa, Genoa-zen4c or Turin, not '{name}'.");
    }

    private static TcbVersion Floor(JsonElement element)
    {
        var floor = default(TcbVersion);
        foreach (var component in element.EnumerateObject())
        {
            var level = component.Value.GetByte();
            floor = component.Name switch
            {
                "fmc" => floor with { Fmc = level },
                "bootloader" => floor with { BootLoader = level },
                "tee" => floor with { Tee = level },
                "snp" => floor with { Snp = level },
                "microcode" => floor with { Microcode = level },
                _ => throw new FormatException($"A TCB has fmc, bootloader, tee, snp and microcode, not '{component.Name}'."),
            };
        }

        return floor;
    }

    private static string ShowFloors(AttestationPolicy policy) => policy.MinimumTcb.IsEmpty ? "none"
        : string.Join("; ", policy.MinimumTcb.OrderBy(f => f.Key.ToString(), StringComparer.Ordinal).Select(f => $"{f.Key}: {f.Value}"));
}
