using System.Numerics;
using System.Security.Cryptography;

namespace SafeClaw.Simulation;

/// <summary>
/// A key hierarchy of AMD's shape for one product: ARK, which signs ASK and ASVK, which sign VCEKs and VLEKs. RSA-4096 with PSS as AMD has
/// it. Keys are made when first needed, about a second each.
/// </summary>
public sealed class SimulatedAuthority : IDisposable
{
    /// <summary>Modulus of ARK, ASK and ASVK in bits.</summary>
    public const int RsaBits = 4096;

    private readonly Lazy<RSA> _arkKey, _askKey, _asvkKey;
    private readonly Lazy<byte[]> _ark, _ask, _asvk;
    private readonly string _organization;

    /// <param name="product">Product line.</param>
    /// <param name="organization">What the names say; AMD's own only for forgeries.</param>
    /// <param name="arkKey">An existing key for the root, taken over.</param>
    /// <param name="askKey">An existing key for the VCEK intermediate, taken over.</param>
    /// <param name="asvkKey">An existing key for the VLEK intermediate, taken over.</param>
    public SimulatedAuthority(
        SimulatedProduct product, string organization = SimulatedName.Organization, Func<RSA>? arkKey = null, Func<RSA>? askKey = null, Func<RSA>? asvkKey = null)
    {
        Product = product;
        _organization = organization;
        _arkKey = new(arkKey ?? NewKey);
        _askKey = new(askKey ?? NewKey);
        _asvkKey = new(asvkKey ?? NewKey);
        _ark = new(() => ArkDraft.Sign(_arkKey.Value));
        _ask = new(() => AskDraft.Sign(_arkKey.Value));
        _asvk = new(() => AsvkDraft.Sign(_arkKey.Value));
    }

    public SimulatedProduct Product { get; }

    /// <summary>DER of the self-signed root.</summary>
    public byte[] Ark => _ark.Value;

    /// <summary>DER of the intermediate above VCEKs.</summary>
    public byte[] Ask => _ask.Value;

    /// <summary>DER of the intermediate above VLEKs.</summary>
    public byte[] Asvk => _asvk.Value;

    /// <summary>Serial number of <see cref="Ask"/>, as a revocation list names it; not 1, which AMD revoked for Genoa.</summary>
    public BigInteger AskSerial => Serial(0x0002);

    /// <summary>Serial number of <see cref="Asvk"/>.</summary>
    public BigInteger AsvkSerial => Serial(0x0101);

    public RSA ArkKey => _arkKey.Value;

    public RSA AskKey => _askKey.Value;

    public RSA AsvkKey => _asvkKey.Value;

    public byte[] ArkName => SimulatedName.Encode($"ARK-{Product.Name}", _organization);

    public byte[] AskName => SimulatedName.Encode($"SEV-{Product.Name}", _organization);

    public byte[] AsvkName => SimulatedName.Encode($"SEV-VLEK-{Product.Name}", _organization);

    /// <summary>The root before signing.</summary>
    public CertificateDraft ArkDraft => Authority(ArkName, _arkKey.Value, Serial(0)) with
    {
        Extensions =
        [
            CertificateExtension.KeyUsage(5, 6),
            CertificateExtension.SubjectKeyIdentifier(KeyIdentifier(_arkKey.Value)),
            CertificateExtension.BasicConstraints(true),
            CertificateExtension.CrlDistributionPoint(CrlAddress("vcek")),
        ],
    };

    /// <summary>The VCEK intermediate before signing.</summary>
    public CertificateDraft AskDraft => Intermediate(AskName, _askKey.Value, AskSerial, "vcek");

    /// <summary>The VLEK intermediate before signing.</summary>
    public CertificateDraft AsvkDraft => Intermediate(AsvkName, _asvkKey.Value, AsvkSerial, "vlek");

    /// <summary>A VCEK before signing: sign it with <see cref="AskKey"/>.</summary>
    /// <param name="publicKey">DER SubjectPublicKeyInfo of the chip's key for that TCB.</param>
    /// <param name="tcb">The TCB the key is for.</param>
    /// <param name="chipId">CHIP_ID; its significant bytes become hwID.</param>
    /// <param name="at">When it is issued; valid from a day before for seven years, as AMD's.</param>
    public CertificateDraft VcekDraft(byte[] publicKey, SimulatedTcb tcb, ReadOnlySpan<byte> chipId, DateTimeOffset at) => new()
    {
        Issuer = AskName,
        Subject = SimulatedName.Encode("SEV-VCEK", _organization),
        PublicKey = publicKey,
        NotBefore = at.AddDays(-1),
        NotAfter = at.AddYears(7),
        Extensions = CertificateExtension.ForVcek(Product, tcb, chipId[..Product.ChipIdBytes]),
    };

    /// <summary>A VLEK before signing: sign it with <see cref="AsvkKey"/>. Valid for one year.</summary>
    public CertificateDraft VlekDraft(byte[] publicKey, SimulatedTcb tcb, string cspId, DateTimeOffset at) => new()
    {
        Issuer = AsvkName,
        Subject = SimulatedName.Encode("SEV-VLEK", _organization),
        PublicKey = publicKey,
        NotBefore = at.AddDays(-1),
        NotAfter = at.AddYears(1),
        Extensions = CertificateExtension.ForVlek(Product, tcb, cspId),
    };

    /// <summary>An empty list by the root, valid for a year, before signing: sign it with <see cref="ArkKey"/>.</summary>
    public CrlDraft CrlDraft(DateTimeOffset at) => new()
    {
        Issuer = ArkName,
        ThisUpdate = at.AddDays(-1),
        NextUpdate = at.AddYears(1),
        AuthorityKeyIdentifier = KeyIdentifier(_arkKey.Value),
    };

    public void Dispose()
    {
        foreach (var key in new[] { _arkKey, _askKey, _asvkKey })
            if (key.IsValueCreated) key.Value.Dispose();
    }

    private static RSA NewKey() => RSA.Create(RsaBits);

    private BigInteger Serial(int rest) => (Product.SerialPrefix << 16) + rest;

    private CertificateDraft Intermediate(byte[] subject, RSA key, BigInteger serial, string kind) => Authority(subject, key, serial) with
    {
        Extensions =
        [
            CertificateExtension.SubjectKeyIdentifier(KeyIdentifier(key)),
            CertificateExtension.AuthorityKeyIdentifier(KeyIdentifier(_arkKey.Value)),
            CertificateExtension.BasicConstraints(true, pathLength: 0),
            CertificateExtension.KeyUsage(5),
            CertificateExtension.CrlDistributionPoint(CrlAddress(kind)),
        ],
    };

    private CertificateDraft Authority(byte[] subject, RSA key, BigInteger serial) => new()
    {
        Issuer = ArkName,
        Subject = subject,
        PublicKey = key.ExportSubjectPublicKeyInfo(),
        Serial = serial,
        NotBefore = AuthoritiesFrom,
        NotAfter = AuthoritiesFrom.AddYears(25),
        Scheme = RsaScheme.AmdOldStyle,
    };

    private static readonly DateTimeOffset AuthoritiesFrom = new(2020, 10, 22, 17, 23, 5, TimeSpan.Zero);

    private string CrlAddress(string kind) => $"https://kdsintf.amd.com/{kind}/v1/{Product.Name}/crl";

    /// <summary>RFC 5280 §4.2.1.2 (1) prescribes SHA-1 here; it identifies and protects nothing.</summary>
    private static byte[] KeyIdentifier(RSA key)
    {
#pragma warning disable CA5350
        return SHA1.HashData(key.ExportRSAPublicKey());
#pragma warning restore CA5350
    }
}
