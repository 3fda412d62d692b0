using SafeClaw.Attestation;
using SafeClaw.Tee;

namespace SafeClaw.Simulation.Tests;

public sealed class DerivedKeyTests : IDisposable
{
    private static readonly byte[] Secret = new byte[32];
    private static readonly LaunchRequest Launch = new(new('a', 96), new('b', 64), 0x30000);
    private readonly List<SimulatedProcessor> _made = [];

    private const DerivedKeyFields Sealing = DerivedKeyFields.Measurement | DerivedKeyFields.GuestPolicy | DerivedKeyFields.TcbVersion;

    private static ulong CurrentTcb => SimulatedProduct.Genoa.CurrentTcb.ToUInt64(SimulatedProduct.Genoa);

    [Fact]
    public void The_same_guest_gets_the_same_key_again_after_a_restart()
    {
        var request = new DerivedKeyRequest(Sealing, TcbVersion: CurrentTcb);
        var key = Key(Launched(Launch), request);
        Assert.Equal(32, key.Length);
        Assert.Equal(key, Key(Launched(Launch), request));
        Assert.Equal(key, Key(Launched(Launch with { HostData = new('c', 64) }), request)); // host data is no input
    }

    [Fact]
    public void Each_selected_field_changes_the_key_and_an_unselected_one_does_not()
    {
        var otherGuest = Launched(Launch with { Measurement = new('c', 96), Policy = 0x20000 });
        var guest = Launched(Launch);
        var all = new[] { DerivedKeyFields.None, DerivedKeyFields.GuestPolicy, DerivedKeyFields.Measurement, DerivedKeyFields.ImageId, DerivedKeyFields.FamilyId, DerivedKeyFields.GuestSvn, DerivedKeyFields.TcbVersion };
        Assert.Equal(all.Length, all.Select(fields => Convert.ToHexString(Key(guest, new(fields)))).Distinct().Count());

        Assert.NotEqual(Key(guest, new(DerivedKeyFields.Measurement)), Key(otherGuest, new(DerivedKeyFields.Measurement)));
        Assert.NotEqual(Key(guest, new(DerivedKeyFields.GuestPolicy)), Key(otherGuest, new(DerivedKeyFields.GuestPolicy)));
        Assert.Equal(Key(guest, new(DerivedKeyFields.None)), Key(otherGuest, new(DerivedKeyFields.None)));
        Assert.NotEqual(Key(guest, new(DerivedKeyFields.None, Vmpl: 1)), Key(guest, new(DerivedKeyFields.None)));
        Assert.Equal(Key(guest, new(DerivedKeyFields.None, TcbVersion: CurrentTcb)), Key(guest, new(DerivedKeyFields.None)));
    }

    [Fact]
    public void Another_chip_derives_another_key()
    {
        var request = new DerivedKeyRequest(Sealing);
        Assert.NotEqual(Key(Launched(Launch), request), Key(Launched(Launch, [.. Enumerable.Repeat((byte)1, 32)]), request));
    }

    [Fact]
    public void An_older_TCB_can_be_asked_for_and_a_newer_one_cannot()
    {
        var guest = Launched(Launch);
        var current = SimulatedProduct.Genoa.CurrentTcb;
        var older = (current with { Snp = (byte)(current.Snp - 1) }).ToUInt64(SimulatedProduct.Genoa);
        Assert.NotEqual(Key(guest, new(Sealing, TcbVersion: older)), Key(guest, new(Sealing, TcbVersion: CurrentTcb)));

        // One component higher, another lower: a comparison of whole numbers would let it pass.
        var mixed = (current with { BootLoader = (byte)(current.BootLoader + 1), Microcode = 0 }).ToUInt64(SimulatedProduct.Genoa);
        Assert.Null(guest.DeriveKey(new(Sealing, TcbVersion: mixed), out var problem));
        Assert.Contains("tcb_version", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1UL << 6, 0u, 0u, 0u, 0UL, "guest_field_select")]
    [InlineData(0UL, 1u, 0u, 0u, 0UL, "migration")]
    [InlineData(0UL, 2u, 0u, 0u, 0UL, "root_key_select")]
    [InlineData(0UL, 0u, 4u, 0u, 0UL, "vmpl")]
    [InlineData(0UL, 0u, 0u, 1u, 0UL, "guest_svn")]
    [InlineData(0UL, 0u, 0u, 0u, 0x0000_0001_0000_0000UL, "reserved")]
    public void What_the_firmware_calls_invalid_parameters_is_refused(ulong fields, uint root, uint vmpl, uint svn, ulong tcb, string said)
    {
        var request = new DerivedKeyRequest((DerivedKeyFields)fields, (DerivedKeyRoot)root, vmpl, svn, tcb);
        Assert.Null(Launched(Launch).DeriveKey(request, out var problem));
        Assert.Contains(said, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_derived_or_reported_before_the_launch_and_a_second_launch_is_refused()
    {
        var processor = New(Secret);
        Assert.Throws<InvalidOperationException>(() => processor.DeriveKey(new(DerivedKeyFields.None), out _));
        Assert.Throws<InvalidOperationException>(() => processor.Report(new byte[64]));
        var guest = processor.Launch(Launch);
        Assert.NotNull(guest);
        Assert.Null(processor.Launch(Launch with { Policy = 0xB0000 }));
        Assert.Same(guest, processor.Guest);
    }

    public void Dispose() => _made.ForEach(processor => processor.Dispose());

    private static byte[] Key(SimulatedProcessor processor, DerivedKeyRequest request)
    {
        var key = processor.DeriveKey(request, out var problem);
        Assert.Null(problem);
        return key!;
    }

    private SimulatedProcessor Launched(LaunchRequest request, byte[]? secret = null)
    {
        var processor = New(secret ?? Secret);
        Assert.NotNull(processor.Launch(request));
        return processor;
    }

    private SimulatedProcessor New(byte[] secret)
    {
        var product = SimulatedProduct.Genoa;
        var processor = new SimulatedProcessor(new SimulatedChip(product, secret), EndorsementChain.Empty, ProcessorSettings.For(product));
        _made.Add(processor);
        return processor;
    }
}
