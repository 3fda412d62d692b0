using System.Security.Cryptography;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Evidence of another connection, another machine or another day.</summary>
public sealed class Bindings
{
    private static readonly byte[] Spki = SHA256.HashData("this connection's key"u8);
    private static readonly byte[] Host = SHA256.HashData("this launch"u8);
    private static readonly byte[] Nonce = SHA256.HashData("this challenge"u8);

    [Fact]
    [Trait("neg", "E35")]
    [Trait("neg", "E36")]
    [Trait("neg", "E59")]
    public void A_report_for_another_key_is_a_mismatch()
    {
        var context = new VerificationContext { At = Forge.At, SpkiSha256 = Spki };
        Forge.Accepted(Forge.Judge(Reporting([.. Spki, .. new byte[32]]), Forge.Lenient, context));
        foreach (var other in new[] { SHA256.HashData("another key"u8), SHA256.HashData(Spki), new byte[32] })
            Forge.Refused(Forge.Judge(Reporting([.. other, .. new byte[32]]), Forge.Lenient, context), AttestationCodes.BindingMismatch);
    }

    [Fact]
    [Trait("neg", "E37")]
    public void A_challenge_must_be_answered_and_without_one_nothing_stands_there()
    {
        var handshake = new VerificationContext { At = Forge.At, SpkiSha256 = Spki };
        var strict = Forge.Lenient with { RuntimeBinding = RuntimeBinding.Zero };
        Forge.Refused(Forge.Judge(Reporting([.. Spki, .. Nonce]), strict, handshake), AttestationCodes.FreshnessFailed, AttestationCodes.BindingMismatch);

        var challenged = handshake with { FreshNonce = Nonce };
        var answer = Freshness.Binding(Nonce, new byte[32]);
        Forge.Accepted(Forge.Judge(Reporting([.. Spki, .. answer]), strict, challenged));
        Forge.Refused(Forge.Judge(Reporting([.. Spki, .. new byte[32]]), strict, challenged), AttestationCodes.FreshnessFailed);
        Forge.Refused(Forge.Judge(Reporting([.. Spki, .. Freshness.Binding(SHA256.HashData(Nonce), new byte[32])]), strict, challenged), AttestationCodes.FreshnessFailed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [Trait("neg", "E38")]
    public void A_challenge_of_another_length_is_the_callers_mistake(int length) =>
        Assert.ThrowsAny<ArgumentException>(() => Forge.Judge(Reporting([.. Spki, .. new byte[32]]), Forge.Lenient, new VerificationContext { At = Forge.At, SpkiSha256 = Spki, FreshNonce = new byte[length] }));

    [Fact]
    [Trait("neg", "E34")]
    public void Another_launch_is_another_instance()
    {
        var context = new VerificationContext { At = Forge.At, HostData = Host };
        Forge.Accepted(Forge.Judge(Forge.Signed(report => report.Set(ReportField.HostData, Host)), Forge.Lenient, context));
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.HostData, new byte[32])), Forge.Lenient, context), AttestationCodes.InstanceMismatch);
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.HostData, SHA256.HashData(Host))), Forge.Lenient, context), AttestationCodes.InstanceMismatch);
    }

    [Fact]
    [Trait("neg", "E39")]
    public void Another_machine_behind_the_same_socket_is_another_instance()
    {
        var first = Forge.Judge(Forge.Signed(report => report.Set(ReportField.ReportId, Host)));
        var context = new VerificationContext { At = Forge.At, SameInstanceAs = first.Evidence };
        Forge.Accepted(Forge.Judge(Forge.Signed(report => report.Set(ReportField.ReportId, Host)), Forge.Lenient, context));
        Forge.Refused(Forge.Judge(Forge.Signed(report => report.Set(ReportField.ReportId, Nonce)), Forge.Lenient, context), AttestationCodes.InstanceMismatch);
    }

    private static Evidence Reporting(byte[] reportData) => Forge.Signed(report => report.Set(ReportField.ReportData, reportData));
}
