using System.Security.Cryptography;

namespace SafeClaw.Attestation;

/// <summary>
/// Public keys that were read and checked before, by the SHA-256 of their SubjectPublicKeyInfo: reading a P-384 key costs more than a signature under it,
/// because the point is checked. No verdict is kept here: every signature is verified every time. Bounded, and safe for many threads.
/// </summary>
internal sealed class KeyCache
{
    /// <summary>Chips, intermediates and roots of a large site; beyond it all are read anew.</summary>
    private const int Capacity = 256;

    private readonly Dictionary<string, AsymmetricAlgorithm> _keys = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    /// <summary>Uses the key, which no other thread uses meanwhile.</summary>
    /// <param name="subjectPublicKeyInfo">DER.</param>
    /// <param name="read">Reads it; null if it is no acceptable key.</param>
    /// <param name="use">What to do with it.</param>
    /// <returns>Null if there is no acceptable key.</returns>
    public bool? Use<TKey>(ReadOnlyMemory<byte> subjectPublicKeyInfo, Func<ReadOnlyMemory<byte>, TKey?> read, Func<TKey, bool> use) where TKey : AsymmetricAlgorithm
    {
        if (Find(subjectPublicKeyInfo, read) is not { } key) return null;
        lock (key) return use(key);
    }

    private TKey? Find<TKey>(ReadOnlyMemory<byte> subjectPublicKeyInfo, Func<ReadOnlyMemory<byte>, TKey?> read) where TKey : AsymmetricAlgorithm
    {
        var id = typeof(TKey).Name + Convert.ToHexString(SHA256.HashData(subjectPublicKeyInfo.Span));
        lock (_lock)
            if (_keys.TryGetValue(id, out var known)) return (TKey)known;
        var key = read(subjectPublicKeyInfo);
        if (key is null) return null;
        lock (_lock)
        {
            // A key in use elsewhere must not be disposed; what is dropped here is left to its finalizer.
            if (_keys.Count >= Capacity) _keys.Clear();
            _keys[id] = key;
        }

        return key;
    }
}
