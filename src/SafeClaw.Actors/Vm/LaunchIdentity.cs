using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Actors;

/// <summary>
/// HOST_DATA of a generation: <c>SHA-256(boot nonce ‖ instance id ‖ policy digest)</c>. The host that will verify chooses it at launch, so evidence
/// of another machine with the same measurement does not fit (design §4, Instance).
/// </summary>
internal static class LaunchIdentity
{
    /// <summary>32 fresh bytes per generation; the nonce inside is never reused or kept.</summary>
    public static ReadOnlyMemory<byte> NewHostData(VmGeneration generation, string policyDigest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(RandomNumberGenerator.GetBytes(32));
        hash.AppendData(Encoding.ASCII.GetBytes(generation.ToString()));
        hash.AppendData(Convert.FromHexString(policyDigest));
        return hash.GetHashAndReset();
    }
}
