using System.Diagnostics.CodeAnalysis;

namespace SafeClaw.Attestation;

/// <summary>
/// Accepted verdicts by key and generation, for a limited time: a further connection that shows the same key needs no second verification, because TLS
/// has proved that its holder is the same. The key is the SHA-256 of the SubjectPublicKeyInfo, never a hash of the report, whose signature has twins.
/// Safe for many threads.
/// </summary>
/// <param name="lifetime">How long an entry counts; positive.</param>
/// <param name="capacity">Most entries, 1 and more; when full, the oldest goes. Default 1,024.</param>
public sealed class VerdictCache(TimeSpan lifetime, int capacity = 1024)
{
    private readonly TimeSpan _lifetime = lifetime > TimeSpan.Zero ? lifetime : throw new ArgumentOutOfRangeException(nameof(lifetime));
    private readonly int _capacity = capacity > 0 ? capacity : throw new ArgumentOutOfRangeException(nameof(capacity));
    private readonly Dictionary<(string Spki, string Generation), VerifiedEvidence> _entries = [];
    private readonly Lock _lock = new();

    /// <summary>Keeps what was accepted on a connection; evidence bound to no key is not kept.</summary>
    /// <returns>False if it is bound to no key.</returns>
    public bool Keep(string generation, VerifiedEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (evidence.SpkiSha256.IsEmpty) return false;
        lock (_lock)
        {
            var key = Key(evidence.SpkiSha256.Span, generation);
            if (!_entries.ContainsKey(key) && _entries.Count >= _capacity) _entries.Remove(_entries.MinBy(entry => entry.Value.At).Key);
            _entries[key] = evidence;
        }

        return true;
    }

    /// <summary>
    /// The verdict for that key, if one was accepted in this generation, under this very policy, and not longer ago than the lifetime nor later than now.
    /// </summary>
    public bool TryGet(string generation, ReadOnlySpan<byte> spkiSha256, AttestationPolicy policy, DateTimeOffset now, [NotNullWhen(true)] out Verdict? verdict)
    {
        ArgumentNullException.ThrowIfNull(policy);
        verdict = null;
        lock (_lock)
        {
            var key = Key(spkiSha256, generation);
            if (!_entries.TryGetValue(key, out var evidence)) return false;
            if (now < evidence.At || now - evidence.At >= _lifetime || evidence.PolicyDigest != policy.Digest)
            {
                _entries.Remove(key);
                return false;
            }

            verdict = Verdict.Cached(now, evidence);
            return true;
        }
    }

    /// <summary>Forgets a generation: its machine stopped, or was found untrustworthy.</summary>
    public void Forget(string generation)
    {
        lock (_lock)
            foreach (var key in _entries.Keys.Where(key => key.Generation == generation).ToArray()) _entries.Remove(key);
    }

    private static (string, string) Key(ReadOnlySpan<byte> spki, string generation) => (Convert.ToHexString(spki), generation);
}
