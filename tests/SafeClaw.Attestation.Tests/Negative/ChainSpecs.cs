using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using SafeClaw.Simulation;

namespace SafeClaw.Attestation.Tests;

/// <summary>Certificates that lead nowhere: one thing wrong with each, signed anew where its signature is not in question.</summary>
public sealed class ChainSpecs
{
    private const string Untrusted = AttestationCodes.ChainUntrusted;

    private static readonly Lazy<SimulatedAuthority> Impostor = new(() => new SimulatedAuthority(SimulatedProduct.Genoa, SimulatedName.AmdOrganization));

    private static readonly Lazy<RSA> SmallKey = new(() => RSA.Create(2048));

    [Fact]
    [Trait("neg", "C01")]
    [Trait("neg", "C02")]
    public void A_chain_with_certificates_missing_is_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        foreach (var chain in new[] { EndorsementChain.Empty, whole.Chain with { Vcek = default }, whole.Chain with { Ask = default }, whole.Chain with { Ark = default } })
            Forge.Genoa.Judge(whole with { Chain = chain }).Refused(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C08")]
    public void A_self_made_leaf_under_the_real_intermediate_is_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var forged = new SimulatedPlatform(Impostor.Value).Make(Forge.Draft with { Leaf = leaf => leaf with { Issuer = Forge.Genoa.Authority.AskName } });
        Forge.Genoa.Judge(forged with { Chain = whole.Chain with { Vcek = forged.Chain.Vcek } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C09")]
    public void An_intermediate_the_root_did_not_sign_is_refused()
    {
        var forged = new SimulatedPlatform(Impostor.Value).Make(Forge.Draft with { Leaf = leaf => leaf with { Issuer = Forge.Genoa.Authority.AskName } });
        var ask = (Impostor.Value.AskDraft with { Issuer = Forge.Genoa.Authority.ArkName, Subject = Forge.Genoa.Authority.AskName }).Sign(Impostor.Value.AskKey);
        Forge.Genoa.Judge(forged with { Chain = forged.Chain with { Ask = ask, Ark = Forge.Genoa.Authority.Ark } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C10")]
    public void A_complete_forgery_under_AMDs_names_is_refused()
    {
        var forged = new SimulatedPlatform(Impostor.Value).Make(Forge.Draft);
        new SnpVerifier(TrustAnchors.Amd).Verify(forged, AttestationPolicy.Any, new VerificationContext { At = Forge.Now }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C11")]
    public void A_root_with_one_bit_changed_is_no_root()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        for (var at = 0; at < whole.Chain.Ark.Length; at += 7)
        {
            var root = whole.Chain.Ark.ToArray();
            root[at] ^= 1;
            Forge.Genoa.Judge(whole with { Chain = whole.Chain with { Ark = root } }).RefusedOnly(Untrusted, "chain");
        }
    }

    [Fact]
    [Trait("neg", "C12")]
    public void Certificates_in_each_others_places_are_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var (leaf, ask, ark) = (whole.Chain.Vcek, whole.Chain.Ask, whole.Chain.Ark);
        foreach (var (first, second, third) in new[] { (leaf, ark, ask), (ask, leaf, ark), (leaf, leaf, leaf), (ask, ask, ask), (ark, ark, ark), (leaf, ark, ark) })
            Forge.Genoa.Judge(whole with { Chain = new EndorsementChain { Vcek = first, Ask = second, Ark = third } }).Refused(Untrusted, "chain");
    }

    [VectorFact]
    [Trait("neg", "C13")]
    public void A_genuine_chain_of_another_product_is_refused()
    {
        var milan = GenuineReports.Evidence("milan/dstack-v3-hostdata");
        var genoa = GenuineReports.Evidence("genoa/routex-genoa-v3");
        var chain = milan.Chain with { Ask = genoa.Chain.Ask, Ark = genoa.Chain.Ark };
        new SnpVerifier(TrustAnchors.Amd).Verify(milan with { Chain = chain }, AttestationPolicy.Any, new VerificationContext { At = GenuineReports.At("") }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C14")]
    public void A_provider_chain_in_the_chip_chains_place_is_refused()
    {
        var vlek = Forge.Genoa.Make(Forge.Draft with { CspId = "CN=a" });
        Forge.Genoa.Judge(vlek with { Chain = vlek.Chain with { Vcek = vlek.Chain.Vlek, Vlek = default } }).Refused(Untrusted, "chain");
        var vcek = Forge.Genoa.Make(Forge.Draft);
        Forge.Genoa.Judge(vcek with { Chain = vcek.Chain with { Vlek = vcek.Chain.Vcek, Vcek = default } }).Refused(Untrusted, "chain");
        Forge.Genoa.Judge(vcek with { Chain = vcek.Chain with { Vlek = vlek.Chain.Vlek } }).Refused(Untrusted, "chain");
        Forge.Genoa.Judge(vcek with { Chain = vcek.Chain with { Ask = Forge.Genoa.Authority.Asvk } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C15")]
    public void A_providers_key_needs_opting_in_and_a_listed_provider()
    {
        var draft = Forge.Draft with { CspId = "CN=cc-us-east-2.amazonaws.com" };
        Forge.Genoa.Judge(draft, Forge.AnySimulated with { VlekProviders = null }).RefusedOnly(AttestationCodes.PolicyViolation, "vlek");
        Forge.Genoa.Judge(draft, Forge.AnySimulated with { VlekProviders = ["CN=cc-eu-west-1.amazonaws.com"] }).RefusedOnly(AttestationCodes.PolicyViolation, "vlek");
        Forge.Genoa.Judge(draft, Forge.AnySimulated with { VlekProviders = ["CN=cc-us-east-2.amazonaws.com"] }).IsAccepted();
    }

    public static TheoryData<string> WrongSchemes() => new(RsaScheme.Wrong.Select(scheme => scheme.Name));

    [Theory]
    [MemberData(nameof(WrongSchemes))]
    [Trait("neg", "C16")]
    [Trait("neg", "C17")]
    public void Another_way_of_signing_is_refused_in_leaf_and_intermediate(string name)
    {
        var scheme = RsaScheme.Wrong.Single(candidate => candidate.Name == name);
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Scheme = scheme } }).RefusedOnly(Untrusted, "chain");
        Forge.Genoa.Judge(Forge.Draft with { Intermediate = ask => ask with { Scheme = scheme } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C17")]
    public void Both_of_AMDs_ways_to_write_the_parameters_are_accepted()
    {
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Scheme = RsaScheme.Amd } }).IsAccepted();
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Scheme = RsaScheme.AmdOldStyle } }).IsAccepted();
    }

    [Fact]
    [Trait("neg", "C18")]
    public void The_two_algorithm_identifiers_must_be_the_same() =>
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Scheme = RsaScheme.Amd, OuterScheme = RsaScheme.AmdOldStyle } }).Refused(Untrusted, "chain");

    [Fact]
    [Trait("neg", "C19")]
    public void An_intermediate_with_a_small_key_is_refused()
    {
        var small = SmallKey.Value;
        var evidence = Forge.Genoa.Make(Forge.Draft with { Intermediate = ask => ask with { PublicKey = small.ExportSubjectPublicKeyInfo() } });
        var (key, leaf) = LeafDraft();
        using var owned = key;
        Forge.Genoa.Judge(evidence with { Chain = evidence.Chain with { Vcek = leaf.Sign(small) } }).Refused(Untrusted, "chain");
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 3 })]
    [Trait("neg", "C19")]
    public void An_intermediate_with_another_exponent_is_refused(byte[] exponent)
    {
        var parameters = Forge.Genoa.Authority.AskKey.ExportParameters(includePrivateParameters: false);
        var key = RsaInfo(parameters.Modulus!, exponent);
        Forge.Genoa.Judge(Forge.Draft with { Intermediate = ask => ask with { PublicKey = key } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C19")]
    public void An_intermediate_with_an_even_modulus_is_refused()
    {
        var modulus = Forge.Genoa.Authority.AskKey.ExportParameters(includePrivateParameters: false).Modulus!;
        modulus[^1] &= 0xFE;
        Forge.Genoa.Judge(Forge.Draft with { Intermediate = ask => ask with { PublicKey = RsaInfo(modulus, [1, 0, 1]) } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C20")]
    public void A_leaf_with_any_other_key_than_a_P384_point_is_refused()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var good = p384.ExportSubjectPublicKeyInfo();
        byte[] off = [.. good];
        off[^1] ^= 1;
        var q = p384.ExportParameters(includePrivateParameters: false).Q;
        byte[][] wrong =
        [
            p256.ExportSubjectPublicKeyInfo(), SmallKey.Value.ExportSubjectPublicKeyInfo(), off,
            Point([(byte)(2 + (q.Y![^1] & 1)), .. q.X!]), Point([0]), Point([]), Point([4, .. new byte[96]]), Point([4, .. q.X!, .. q.Y!, 0]),
            ExplicitCurve([4, .. q.X!, .. q.Y!]), [0x30, 0],
        ];
        foreach (var key in wrong)
            Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { PublicKey = key } }).Refused(Untrusted, "signature");
    }

    [Fact]
    [Trait("neg", "C21")]
    public void Who_may_sign_certificates_is_read_and_obeyed()
    {
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Extensions = [.. leaf.Extensions, CertificateExtension.BasicConstraints(true)] } }).RefusedOnly(Untrusted, "chain");
        foreach (var extensions in new[]
        {
            [], [CertificateExtension.BasicConstraints(false)], [CertificateExtension.KeyUsage(5)],
            new[] { CertificateExtension.BasicConstraints(true, 0), CertificateExtension.KeyUsage(0) },
        })
            Forge.Genoa.Judge(Forge.Draft with { Intermediate = ask => ask with { Extensions = extensions } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C21")]
    public void A_root_whose_path_ends_too_early_is_refused()
    {
        var evidence = Forge.Genoa.Make(Forge.Draft with
        {
            Root = ark => ark with { Extensions = [CertificateExtension.BasicConstraints(true, 0), CertificateExtension.KeyUsage(5, 6)] },
        });
        new SnpVerifier(TrustAnchors.Amd.WithSimulated(evidence.Chain.Ark)).Verify(evidence, Forge.AnySimulated, new VerificationContext { At = Forge.Now }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C22")]
    [Trait("neg", "C23")]
    [Trait("neg", "C24")]
    public void Validity_is_judged_to_the_second_at_the_time_given()
    {
        var (from, to) = (Forge.Now.AddDays(-1), Forge.Now.AddYears(7));
        var whole = Forge.Genoa.Make(Forge.Draft);
        Judge(from).IsAccepted();
        Judge(to).IsAccepted();
        Judge(from.AddSeconds(-1)).RefusedOnly(Untrusted, "chain");
        Judge(to.AddSeconds(1)).RefusedOnly(Untrusted, "chain");
        Assert.Contains("2019-01-01", Judge(new(2019, 1, 1, 0, 0, 0, TimeSpan.Zero)).FirstFailure!.Hint, StringComparison.Ordinal);
        Forge.Genoa.Judge(Forge.Draft with { Intermediate = ask => ask with { NotAfter = Forge.Now.AddSeconds(-1) } }).RefusedOnly(Untrusted, "chain");
        Forge.Genoa.Judge(Forge.Draft with { Intermediate = ask => ask with { NotBefore = Forge.Now.AddSeconds(1) } }).RefusedOnly(Untrusted, "chain");

        Verdict Judge(DateTimeOffset at) => Forge.Genoa.Judge(whole, context: new VerificationContext { At = at });
    }

    [VectorTheory]
    [InlineData("milan/coco-aws-vlek-v2")]
    [InlineData("milan/coco-aws-vlek-v3")]
    [Trait("neg", "C22")]
    public void A_genuine_leaf_past_its_year_is_refused(string name) =>
        new SnpVerifier(TrustAnchors.Amd).Verify(GenuineReports.Evidence(name), AttestationPolicy.Any, new VerificationContext { At = GenuineReports.Time("2026-11-22") }).RefusedOnly(Untrusted, "chain");

    [Fact]
    [Trait("neg", "C29")]
    public void A_leaf_without_one_of_AMDs_extensions_is_refused()
    {
        foreach (var platform in new[] { Forge.Genoa, Forge.Turin })
            foreach (var oid in Required(platform.Product))
                platform.Judge(Forge.Draft with { Leaf = leaf => leaf with { Extensions = [.. leaf.Extensions.Where(extension => extension.Oid != oid)] } }).Refused(Untrusted, "leaf-extensions");
        Forge.Genoa.Judge(Forge.Draft with { CspId = "CN=a", Leaf = leaf => leaf with { Extensions = [.. leaf.Extensions.Where(extension => extension.Oid != CertificateExtension.CspIdOid)] } })
            .Refused(Untrusted, "leaf-extensions");

        static IEnumerable<string> Required(SimulatedProduct product) =>
        [
            CertificateExtension.ProductNameOid, CertificateExtension.HardwareIdOid, CertificateExtension.BootLoaderSplOid, CertificateExtension.TeeSplOid,
            CertificateExtension.SnpSplOid, CertificateExtension.MicrocodeSplOid, .. product.HasFmc ? new[] { CertificateExtension.FmcSplOid } : [],
        ];
    }

    [Fact]
    [Trait("neg", "C30")]
    public void An_extension_given_twice_is_refused_whatever_it_says()
    {
        var leaf = Forge.Genoa.Authority.VcekDraft([], SimulatedProduct.Genoa.CurrentTcb, Forge.Genoa.Chip.ChipId, Forge.Now).Extensions;
        foreach (var extension in leaf)
            Forge.Genoa.Judge(Forge.Draft with { Leaf = draft => draft with { Extensions = [.. draft.Extensions, extension] } }).Refused(Untrusted, "chain");
    }

    [Theory]
    [InlineData("0201FF")]
    [InlineData("0202012C")]
    [InlineData("0200")]
    [InlineData("0101FF")]
    [InlineData("0202001B")]
    [InlineData("02011B00")]
    [InlineData("")]
    [InlineData("02")]
    [Trait("neg", "C31")]
    public void A_level_that_is_no_strict_number_from_0_to_255_is_refused(string hex) =>
        Forge.Genoa.Judge(WithExtension(CertificateExtension.SnpSplOid, Convert.FromHexString(hex))).Refused(Untrusted, "leaf-extensions");

    [Fact]
    [Trait("neg", "C32")]
    public void A_hardware_id_is_read_plain_or_wrapped_and_in_its_own_length_only()
    {
        var id = Forge.Genoa.Chip.ChipId;
        Forge.Genoa.Judge(WithExtension(CertificateExtension.HardwareIdOid, [0x04, 0x40, .. id])).IsAccepted();
        foreach (var wrong in new[] { id[..63], [.. id, 0], [0x04, 0x3F, .. id[..63]], [0x04, 0x40, .. id, 0], [], id[..8], new byte[64] })
            Forge.Genoa.Judge(WithExtension(CertificateExtension.HardwareIdOid, wrong)).Refused(Untrusted, "leaf-extensions");
    }

    [Fact]
    [Trait("neg", "C33")]
    public void A_leaf_for_another_product_or_with_an_odd_product_name_is_refused()
    {
        foreach (var hex in new[] { "1605" + "4D696C616E", "1606" + "47656E6F6178", "0C05" + "47656E6F61", "1600", "0405" + "47656E6F61", "1605" + "47656E6FFF" })
            Forge.Genoa.Judge(WithExtension(CertificateExtension.ProductNameOid, Convert.FromHexString(hex))).Refused(Untrusted, "leaf-extensions");
    }

    [Fact]
    [Trait("neg", "C34")]
    public void Names_that_only_look_alike_are_refused()
    {
        var reordered = new AsnWriter(AsnEncodingRules.DER);
        using (reordered.PushSequence())
        {
            var rdns = new AsnReader(Forge.Genoa.Authority.AskName, AsnEncodingRules.DER).ReadSequence();
            var parts = new List<ReadOnlyMemory<byte>>();
            while (rdns.HasData) parts.Add(rdns.ReadEncodedValue());
            parts.Reverse();
            foreach (var part in parts) reordered.WriteEncodedValue(part.Span);
        }

        byte[] otherString = [.. Forge.Genoa.Authority.AskName];
        otherString[Array.LastIndexOf(otherString, (byte)0x0C)] = 0x13; // PrintableString instead of UTF8String
        foreach (var name in new[] { reordered.Encode(), otherString, SimulatedName.Encode("SEV-Genoa", "another") })
            Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Issuer = name } }).RefusedOnly(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C35")]
    public void What_is_not_strict_DER_is_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var leaf = whole.Chain.Vcek.ToArray();
        byte[] indefinite = [0x30, 0x80, .. leaf.AsSpan(4), 0, 0];
        byte[] longLength = [0x30, 0x83, 0x00, leaf[2], leaf[3], .. leaf.AsSpan(4)];
        byte[] unusedBits = [.. leaf];
        unusedBits[^513] = 1; // the octet before the 512 signature bytes counts unused bits
        foreach (var wrong in new[] { indefinite, longLength, unusedBits, [.. leaf, 0], [.. leaf, .. leaf], leaf[..^1] })
            Forge.Genoa.Judge(whole with { Chain = whole.Chain with { Vcek = wrong } }).Refused(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C36")]
    public void Unknown_critical_extensions_and_odd_serial_numbers_are_refused_and_zero_is_not()
    {
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Serial = 0 } }).IsAccepted();
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Serial = -1 } }).Refused(Untrusted, "chain");
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Serial = BigInteger.One << 168 } }).Refused(Untrusted, "chain");
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Extensions = [.. leaf.Extensions, new("1.2.3.4", true, [5, 0])] } }).Refused(Untrusted, "chain");
        Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Extensions = [] } }).Refused(Untrusted, "leaf-extensions");
    }

    [Fact]
    [Trait("neg", "C37")]
    public void Oversized_and_deep_certificates_are_refused_soon()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var many = whole.Chain with { Vcek = LeafWith([.. Enumerable.Range(0, 100).Select(i => new CertificateExtension($"1.2.3.{i}", false, [5, 0]))]) };
        var huge = whole.Chain with { Vcek = LeafWith([new("1.2.3", false, new byte[50_000])]) };
        var nested = new byte[16_000];
        for (var at = 0; at + 4 <= nested.Length; at += 4)
            (nested[at], nested[at + 1], nested[at + 2], nested[at + 3]) = (0x30, 0x82, (byte)((nested.Length - at - 4) >> 8), (byte)(nested.Length - at - 4));
        foreach (var chain in new[] { many, huge, whole.Chain with { Vcek = nested } })
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Forge.Genoa.Judge(whole with { Chain = chain }).Refused(Untrusted, "chain");
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 8 << 20);
        }

        static byte[] LeafWith(IReadOnlyList<CertificateExtension> extensions)
        {
            var (key, leaf) = LeafDraft();
            using (key) return (leaf with { Extensions = extensions }).Sign(Forge.Genoa.Authority.AskKey);
        }
    }

    [Fact]
    [Trait("neg", "C38")]
    public void Pem_in_the_place_of_DER_is_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var pem = PemEncoding.WriteString("CERTIFICATE", whole.Chain.Vcek.Span);
        foreach (var wrong in new[] { System.Text.Encoding.ASCII.GetBytes(pem), System.Text.Encoding.ASCII.GetBytes(pem + pem), System.Text.Encoding.Unicode.GetBytes(pem) })
            Forge.Genoa.Judge(whole with { Chain = whole.Chain with { Vcek = wrong } }).Refused(Untrusted, "chain");
    }

    [Fact]
    [Trait("neg", "C39")]
    public void An_address_in_a_certificate_is_not_dialled()
    {
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        try
        {
            var address = $"http://127.0.0.1:{((System.Net.IPEndPoint)listener.LocalEndpoint).Port}/";
            var crl = CertificateExtension.CrlDistributionPoint(address);
            var issuers = new AsnWriter(AsnEncodingRules.DER);
            using (issuers.PushSequence())
            using (issuers.PushSequence())
            {
                issuers.WriteObjectIdentifier("1.3.6.1.5.5.7.48.2");
                issuers.WriteCharacterString(UniversalTagNumber.IA5String, address, new Asn1Tag(TagClass.ContextSpecific, 6));
            }

            var aia = new CertificateExtension("1.3.6.1.5.5.7.1.1", false, issuers.Encode());
            Forge.Genoa.Judge(Forge.Draft with { Leaf = leaf => leaf with { Extensions = [.. leaf.Extensions, crl, aia] } }).IsAccepted();
            Assert.False(listener.Pending());
        }
        finally
        {
            listener.Stop();
        }
    }

    [Fact]
    [Trait("neg", "C40")]
    public void The_verifiers_code_knows_no_certificate_store_and_builds_no_chain_of_the_framework()
    {
        using var file = File.OpenRead(typeof(SnpVerifier).Assembly.Location);
        using var image = new System.Reflection.PortableExecutable.PEReader(file);
        var metadata = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(image);
        var used = metadata.TypeReferences.Select(handle => metadata.GetString(metadata.GetTypeReference(handle).Name)).ToHashSet();
        Assert.Contains("RSA", used);
        Assert.DoesNotContain("X509Chain", used);
        Assert.DoesNotContain("X509Store", used);
    }

    [Fact]
    [Trait("neg", "C46")]
    public void The_right_chips_key_for_another_firmware_is_refused()
    {
        var whole = Forge.Genoa.Make(Forge.Draft);
        var other = Forge.Genoa.Vcek(SimulatedProduct.Genoa.CurrentTcb with { Microcode = 0x57 }, Forge.Now);
        var verdict = Forge.Genoa.Judge(whole with { Chain = whole.Chain with { Vcek = other } });
        verdict.Refused(Untrusted, "leaf-extensions");
        verdict.Refused(AttestationCodes.SignatureInvalid, "signature");
    }

    private static EvidenceDraft WithExtension(string oid, byte[] value) => Forge.Draft with
    {
        Leaf = leaf => leaf with { Extensions = [.. leaf.Extensions.Select(extension => extension.Oid == oid ? extension with { Value = value } : extension)] },
    };

    private static (ECDsa Key, CertificateDraft Leaf) LeafDraft()
    {
        var key = Forge.Genoa.Chip.Vcek(SimulatedProduct.Genoa.CurrentTcb);
        return (key, Forge.Genoa.Authority.VcekDraft(key.ExportSubjectPublicKeyInfo(), SimulatedProduct.Genoa.CurrentTcb, Forge.Genoa.Chip.ChipId, Forge.Now));
    }

    private static byte[] Point(byte[] point) => KeyInfo(writer =>
    {
        writer.WriteObjectIdentifier("1.2.840.10045.2.1");
        writer.WriteObjectIdentifier("1.3.132.0.34");
    }, point);

    private static byte[] ExplicitCurve(byte[] point) => KeyInfo(writer =>
    {
        writer.WriteObjectIdentifier("1.2.840.10045.2.1");
        using (writer.PushSequence()) writer.WriteInteger(1);
    }, point);

    private static byte[] RsaInfo(byte[] modulus, byte[] exponent)
    {
        var key = new AsnWriter(AsnEncodingRules.DER);
        using (key.PushSequence())
        {
            key.WriteIntegerUnsigned(modulus);
            key.WriteIntegerUnsigned(exponent);
        }

        return KeyInfo(writer =>
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.1.1");
            writer.WriteNull();
        }, key.Encode());
    }

    private static byte[] KeyInfo(Action<AsnWriter> algorithm, byte[] key)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence()) algorithm(writer);
            writer.WriteBitString(key);
        }

        return writer.Encode();
    }
}
