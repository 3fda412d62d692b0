using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace SafeClaw.Simulation;

/// <summary>
/// One chip: a secret fused in, and everything that follows from it, as in the real processor: the chip id, one VCEK per TCB, derived keys.
/// </summary>
public sealed class SimulatedChip : IDisposable
{
    /// <summary>Size of the chip secret in bytes.</summary>
    public const int SecretBytes = 32;

    private static readonly BigInteger P384Order = BigInteger.Parse(
        "00FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
        System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture);

    private readonly byte[] _secret;

    /// <param name="product">Product line.</param>
    /// <param name="secret">32 secret bytes; copied.</param>
    public SimulatedChip(SimulatedProduct product, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != SecretBytes) throw new ArgumentException("A chip secret has 32 bytes.", nameof(secret));
        Product = product;
        _secret = secret.ToArray();
        ChipId = new byte[64];
        Expand("chip-id", [], ChipId.AsSpan(0, product.ChipIdBytes));
    }

    /// <summary>A new chip.</summary>
    public static SimulatedChip Create(SimulatedProduct product) => new(product, RandomNumberGenerator.GetBytes(SecretBytes));

    public SimulatedProduct Product { get; }

    /// <summary>CHIP_ID, 64 bytes; of Turin only the first 8 are not zero.</summary>
    public byte[] ChipId { get; }

    /// <summary>The private VCEK of that TCB: another TCB, another key. The caller disposes it.</summary>
    public ECDsa Vcek(SimulatedTcb tcb) => EndorsementKey("vcek", tcb.ToBytes(Product));

    /// <summary>A private VLEK, which a real chip gets from AMD by way of the cloud provider. The caller disposes it.</summary>
    public ECDsa Vlek(SimulatedTcb tcb, string cspId) => EndorsementKey("vlek", [.. tcb.ToBytes(Product), .. Encoding.UTF8.GetBytes(cspId)]);

    /// <summary>Fills <paramref name="key"/> from the secret for one purpose and context.</summary>
    internal void Expand(string purpose, ReadOnlySpan<byte> context, Span<byte> key)
    {
        byte[] info = [.. Encoding.UTF8.GetBytes($"safeclaw-simulated-chip-v1/{Product.Name}/{purpose}\0"), .. context];
        HKDF.DeriveKey(HashAlgorithmName.SHA384, _secret, key, salt: [], info);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_secret);

    private ECDsa EndorsementKey(string kind, ReadOnlySpan<byte> context)
    {
        // FIPS 186-5 A.2.1: 64 bits more than the order, reduced, give a scalar whose bias is negligible.
        Span<byte> wide = stackalloc byte[48 + 8];
        Expand(kind, context, wide);
        var scalar = new BigInteger(wide, isUnsigned: true, isBigEndian: true) % (P384Order - 1) + 1;
        CryptographicOperations.ZeroMemory(wide);
        var d = new byte[48];
        var bytes = scalar.ToByteArray(isUnsigned: true, isBigEndian: true);
        bytes.CopyTo(d, d.Length - bytes.Length);
        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, D = d });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(d);
            CryptographicOperations.ZeroMemory(bytes);
        }
    }
}
