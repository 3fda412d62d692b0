using SafeClaw.Attestation;

namespace SafeClaw.Guest;

/// <summary>Where this guest's evidence comes from: the secure processor, or a simulation of it.</summary>
internal interface IEvidenceSource : IAsyncDisposable
{
    /// <summary>True if no AMD hardware vouches for the reports.</summary>
    bool Simulated { get; }

    /// <summary>A report over 64 bytes of the caller's choice (REPORT_DATA), with the certificates at hand.</summary>
    /// <exception cref="EvidenceException">The source does not answer or refuses.</exception>
    Task<Evidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellationToken);
}

/// <summary>The evidence source failed; the message holds no evidence.</summary>
internal sealed class EvidenceException(string message, Exception? cause = null) : Exception(message, cause);
