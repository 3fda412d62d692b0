#if SIMULATION
using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Guest;

/// <summary>The software secure processor beside this guest (<c>--simulate signed</c>). Not compiled into production builds.</summary>
internal sealed class SimulatedProcessor(SecureProcessorClient client) : IEvidenceSource
{
    public bool Simulated => true;

    /// <exception cref="EvidenceException">Nobody answers within the deadline, or no guest was launched.</exception>
    public static async Task<SimulatedProcessor> ConnectAsync(TeeEndpoint endpoint, TimeSpan deadline, CancellationToken cancellationToken)
    {
        try
        {
            return new SimulatedProcessor(await SecureProcessorClient.ConnectAsync(endpoint, deadline, cancellationToken));
        }
        catch (SecureProcessorException failure)
        {
            throw new EvidenceException($"The simulated secure processor at {endpoint} gave no evidence: {failure.Message}", failure);
        }
    }

    public async Task<Evidence> ReportAsync(ReadOnlyMemory<byte> reportData, CancellationToken cancellationToken)
    {
        try
        {
            return await client.ReportAsync(reportData, cancellationToken);
        }
        catch (SecureProcessorException failure)
        {
            throw new EvidenceException("The simulated secure processor gave no report.", failure);
        }
    }

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
#endif
