namespace SafeClaw.Tests;

/// <summary>Where things lie around the tests: the repository, its built executables, and the shared test vectors beside it.</summary>
internal static class Repository
{
    /// <summary>The folder that holds <c>SafeClaw.Actors.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The executables of <c>build.sh build</c>, side by side.</summary>
    public static string Executables => Path.Combine(Root, "out", "dev");

    /// <summary>Test vectors beside the repository; absent on machines that only have the repository.</summary>
    public static string Vectors => Path.GetFullPath(Path.Combine(Root, "..", "shared", "vectors"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "SafeClaw.Actors.sln"))) return folder.FullName;
        throw new InvalidOperationException("The tests must run from inside the repository.");
    }
}
