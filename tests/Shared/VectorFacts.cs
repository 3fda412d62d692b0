namespace SafeClaw.Tests;

/// <summary>A fact that needs the shared vectors; skipped, and counted as skipped, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorFactAttribute : FactAttribute
{
    public VectorFactAttribute() { if (!Directory.Exists(Repository.Vectors)) Skip = "needs ../shared/vectors"; }
}

/// <summary>A theory that needs the shared vectors; skipped, and counted as skipped, where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VectorTheoryAttribute : TheoryAttribute
{
    public VectorTheoryAttribute() { if (!Directory.Exists(Repository.Vectors)) Skip = "needs ../shared/vectors"; }
}
