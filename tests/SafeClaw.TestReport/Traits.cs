using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SafeClaw.TestReport;

/// <summary>The ids of the negative catalogue that test methods carry as <c>[Trait("neg", "E08")]</c>, read from the built assemblies' metadata.</summary>
internal static class Traits
{
    /// <summary>From "Namespace.Class.Method" to its ids.</summary>
    public static ILookup<string, string> Read(string root, IEnumerable<string> projects) => projects
        .SelectMany(project => Directory.GetFiles(Path.Combine(root, "tests", project, "bin", "Release"), $"{project}.dll", SearchOption.AllDirectories).Take(1))
        .SelectMany(ReadAssembly)
        .ToLookup(entry => entry.Method, entry => entry.Id);

    private static List<(string Method, string Id)> ReadAssembly(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        var found = new List<(string, string)>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            var type = metadata.GetTypeDefinition(method.GetDeclaringType());
            var name = $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}.{metadata.GetString(method.Name)}";
            foreach (var attribute in method.GetCustomAttributes().Select(metadata.GetCustomAttribute))
                if (Neg(metadata, attribute) is { } id) found.Add((name, id));
        }

        return found;
    }

    private static string? Neg(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference) return null;
        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        if (parent.Kind != HandleKind.TypeReference || !metadata.StringComparer.Equals(metadata.GetTypeReference((TypeReferenceHandle)parent).Name, "TraitAttribute")) return null;
        var value = metadata.GetBlobReader(attribute.Value);
        value.ReadUInt16();
        return value.ReadSerializedString() == "neg" ? value.ReadSerializedString() : null;
    }
}
