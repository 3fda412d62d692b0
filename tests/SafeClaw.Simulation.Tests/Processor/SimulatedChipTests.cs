using System.Security.Cryptography;

namespace SafeClaw.Simulation.Tests;

public sealed class SimulatedChipTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void The_same_secret_is_the_same_chip_and_each_TCB_has_its_own_key()
    {
        using var one = new SimulatedChip(SimulatedProduct.Genoa, Secret);
        using var again = new SimulatedChip(SimulatedProduct.Genoa, Secret);
        using var other = SimulatedChip.Create(SimulatedProduct.Genoa);
        var tcb = SimulatedProduct.Genoa.CurrentTcb;

        Assert.Equal(one.ChipId, again.ChipId);
        Assert.NotEqual(one.ChipId, other.ChipId);
        Assert.Equal(PublicKey(one, tcb), PublicKey(again, tcb));
        Assert.NotEqual(PublicKey(one, tcb), PublicKey(other, tcb));
        Assert.NotEqual(PublicKey(one, tcb), PublicKey(one, tcb with { Snp = (byte)(tcb.Snp - 1) }));
    }

    [Fact]
    public void Only_eight_bytes_of_a_Turin_chip_id_are_set()
    {
        using var chip = new SimulatedChip(SimulatedProduct.Turin, Secret);
        Assert.True(chip.ChipId.AsSpan(0, 8).IndexOfAnyExcept((byte)0) >= 0);
        Assert.Equal(-1, chip.ChipId.AsSpan(8).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void A_derived_endorsement_key_signs_and_its_public_half_verifies()
    {
        using var chip = new SimulatedChip(SimulatedProduct.Milan, Secret);
        using var key = chip.Vcek(SimulatedProduct.Milan.CurrentTcb);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.ExportSubjectPublicKeyInfo(), out _);
        Assert.True(verifier.VerifyData(Secret, key.SignData(Secret, HashAlgorithmName.SHA384), HashAlgorithmName.SHA384));
        Assert.Equal(384, verifier.KeySize);
    }

    private static byte[] PublicKey(SimulatedChip chip, SimulatedTcb tcb)
    {
        using var key = chip.Vcek(tcb);
        return key.ExportSubjectPublicKeyInfo();
    }
}
