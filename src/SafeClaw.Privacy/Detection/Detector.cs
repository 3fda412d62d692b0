namespace SafeClaw.Privacy;

/// <summary>Finds one kind of sensitive value. Small, bounded, and without state.</summary>
internal abstract class Detector
{
    /// <summary>Adds what it finds to <paramref name="found"/>.</summary>
    public abstract void Find(Scan scan, List<SensitiveSpan> found);
}
