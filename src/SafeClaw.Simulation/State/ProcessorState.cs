using System.Security.Cryptography;
using SafeClaw.Attestation;

namespace SafeClaw.Simulation;

/// <summary>
/// The simulated platform on disk, in a directory only its owner may enter: root and intermediate with their keys, the chip's secret, the
/// certificates of its VCEKs, and a log of launches. What is missing is made once, under a lock, and each file appears whole or not at all,
/// so later starts only read four small files.
/// </summary>
public sealed class ProcessorState
{
    /// <summary>The root certificate, which a host that accepts simulated evidence trusts.</summary>
    public const string ArkFile = "ark.der";

    private const string ArkKeyFile = "ark.key", AskFile = "ask.der", AskKeyFile = "ask.key", SecretFile = "chip.secret", LaunchesFile = "launches.jsonl";
    private const int MaxFileBytes = 64 * 1024;

    private readonly PrivateDirectory _directory;
    private readonly SimulatedProduct _product;
    private readonly SimulatedTcb _tcb;
    private readonly Action<string> _progress;

    /// <param name="directory">Created, and closed to others, if need be.</param>
    /// <param name="product">Product line of the platform.</param>
    /// <param name="progress">Hears one line before something slow begins.</param>
    /// <exception cref="IOException">The directory cannot be made or is not ours.</exception>
    public ProcessorState(string directory, SimulatedProduct product, Action<string>? progress = null)
    {
        _directory = PrivateDirectory.Open(directory);
        _product = product;
        _tcb = product.CurrentTcb;
        _progress = progress ?? (_ => { });
    }

    /// <summary>Loads the platform, making what is missing. Seconds at the very first start, milliseconds after.</summary>
    /// <exception cref="InvalidDataException">The files do not belong together; the message names the directory.</exception>
    /// <exception cref="TimeoutException">Another process held the lock for too long.</exception>
    public async Task<SimulatedProcessor> OpenAsync(ProcessorSettings? settings, CancellationToken cancellationToken)
    {
        if (!IsComplete)
        {
            await using var held = await _directory.LockAsync(cancellationToken);
            if (!IsComplete) await Task.Run(MakeMissing, cancellationToken);
        }

        var secret = Read(SecretFile);
        var chip = new SimulatedChip(_product, secret);
        CryptographicOperations.ZeroMemory(secret);
        var chain = new EndorsementChain { Vcek = Read(VcekFile), Ask = Read(AskFile), Ark = Read(ArkFile) };
        RefuseForeignVcek(chip, chain.Vcek.Span);
        return new SimulatedProcessor(chip, chain, settings ?? ProcessorSettings.For(_product));
    }

    /// <summary>Notes a launch; public facts only.</summary>
    public Task NoteLaunchAsync(LaunchedGuest guest, DateTimeOffset at, CancellationToken cancellationToken) =>
        LaunchLog.AppendAsync(_directory, LaunchesFile, guest, at, cancellationToken);

    private string VcekFile => $"vcek-{_product.Name}-{Convert.ToHexStringLower(_tcb.ToBytes(_product))}.der";

    private bool IsComplete => _directory.Has(ArkFile) && _directory.Has(AskFile) && _directory.Has(SecretFile) && _directory.Has(VcekFile);

    private void MakeMissing()
    {
        if (!_directory.Has(ArkKeyFile) || !_directory.Has(AskKeyFile))
            _progress($"phase keys: making the simulated {_product} platform's RSA-{SimulatedAuthority.RsaBits} root and intermediate, once, in a few seconds");
        using var authority = new SimulatedAuthority(_product, arkKey: () => KeyOf(ArkKeyFile, ArkFile), askKey: () => KeyOf(AskKeyFile, AskFile));
        if (!_directory.Has(SecretFile)) _directory.Write(SecretFile, RandomNumberGenerator.GetBytes(SimulatedChip.SecretBytes));
        if (!_directory.Has(ArkFile)) _directory.Write(ArkFile, authority.Ark);
        if (!_directory.Has(AskFile)) _directory.Write(AskFile, authority.Ask);
        if (!_directory.Has(VcekFile)) _directory.Write(VcekFile, IssueVcek(authority));
    }

    private byte[] IssueVcek(SimulatedAuthority authority)
    {
        using var chip = new SimulatedChip(_product, Read(SecretFile));
        using var key = chip.Vcek(_tcb);
        return authority.VcekDraft(key.ExportSubjectPublicKeyInfo(), _tcb, chip.ChipId, DateTimeOffset.UtcNow).Sign(authority.AskKey);
    }

    /// <summary>The stored key, or a new one that is stored before anything is signed with it.</summary>
    private RSA KeyOf(string keyFile, string certificateFile)
    {
        if (!_directory.Has(keyFile))
        {
            if (_directory.Has(certificateFile)) throw Broken($"{certificateFile} is there without {keyFile}");
            using var fresh = RSA.Create(SimulatedAuthority.RsaBits);
            _directory.Write(keyFile, fresh.ExportPkcs8PrivateKey());
        }

        var pkcs8 = Read(keyFile);
        var key = RSA.Create();
        try
        {
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            throw Broken($"{keyFile} holds no key");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    /// <summary>A secret from elsewhere would sign reports that its certificate does not endorse; better said here than by the verifier.</summary>
    private void RefuseForeignVcek(SimulatedChip chip, ReadOnlySpan<byte> vcek)
    {
        using var key = chip.Vcek(_tcb);
        if (vcek.IndexOf(key.ExportSubjectPublicKeyInfo()) < 0) throw Broken($"{VcekFile} is not of {SecretFile}'s chip");
    }

    private byte[] Read(string name)
    {
        try
        {
            return _directory.Read(name, MaxFileBytes);
        }
        catch (FileNotFoundException)
        {
            throw Broken($"{name} is missing");
        }
    }

    private InvalidDataException Broken(string what) =>
        new($"The simulated processor's state in {_directory.Path} is damaged: {what}. Remove the directory to get a new platform; hosts then trust its new {ArkFile}, and what was sealed is lost.");
}
