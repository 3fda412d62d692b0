using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SafeClaw.Vmm;

namespace SafeClaw.Shim;

/// <summary>
/// Names the files that make up a simulated machine, and what they measured when they were built. The launch measures them again: a changed file
/// changes the measurement in the report, not the one expected by the policy.
/// </summary>
internal sealed record GuestManifest(IReadOnlyList<string> Files, string Measurement)
{
    public const string FileName = "guest-manifest.json";

    private const int MaxBytes = 1024 * 1024;

    /// <summary>Measures <paramref name="files"/> (names inside <paramref name="folder"/>) and writes the manifest there.</summary>
    public static void Write(string folder, IReadOnlyList<string> files)
    {
        var names = files.Order(StringComparer.Ordinal).Distinct(StringComparer.Ordinal).ToList();
        var manifest = new GuestManifest(names, Convert.ToHexStringLower(Measure(folder, names)));
        var temporary = Path.Combine(folder, FileName + ".new");
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(manifest, GuestManifestJson.Default.GuestManifest));
        File.Move(temporary, Path.Combine(folder, FileName), overwrite: true);
    }

    /// <summary>What the files named in the folder's manifest measure now: 96 hex digits.</summary>
    /// <exception cref="VmmException">There is no manifest, or a file it names is missing.</exception>
    public static string MeasureNow(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) throw new VmmException($"{path} is missing; run `./build.sh build`.");
        if (new FileInfo(path).Length > MaxBytes) throw new VmmException($"{path} is too large to be a manifest.");
        var manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), GuestManifestJson.Default.GuestManifest)
            ?? throw new VmmException($"{path} is empty.");
        return Convert.ToHexStringLower(Measure(folder, manifest.Files));
    }

    /// <summary>SHA-384 over, per file in ordinal order of names: name length (u32 LE), UTF-8 name, length (u64 LE), bytes.</summary>
    private static byte[] Measure(string folder, IReadOnlyList<string> names)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA384);
        Span<byte> number = stackalloc byte[8];
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (name != Path.GetFileName(name)) throw new VmmException($"The manifest names '{name}', which is not a file name.");
            var path = Path.Combine(folder, name);
            if (!File.Exists(path)) throw new VmmException($"{path} is named in the manifest and missing; run `./build.sh build`.");
            var utf8 = Encoding.UTF8.GetBytes(name);
            var bytes = File.ReadAllBytes(path);
            BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)utf8.Length);
            hash.AppendData(number[..4]);
            hash.AppendData(utf8);
            BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)bytes.Length);
            hash.AppendData(number);
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(GuestManifest))]
internal sealed partial class GuestManifestJson : JsonSerializerContext;
