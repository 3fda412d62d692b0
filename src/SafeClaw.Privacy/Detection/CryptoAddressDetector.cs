using System.Numerics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>
/// Addresses of cryptocurrencies: Base58Check with any version (Bitcoin, Litecoin, Dogecoin, Tron, Dash; Ripple in its own alphabet), Bech32 or Bech32m
/// (BIP-173, BIP-350) with the prefixes in use, and Ethereum's 20 bytes in hexadecimal. A checksum of 30 bits and more does not hold by chance.
/// </summary>
internal sealed partial class CryptoAddressDetector : Detector
{
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private const string RippleBase58 = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz";
    private const string Bech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private const uint Bech32Constant = 1, Bech32MConstant = 0x2bc830a3;

    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.LongestCode < 26) return;
        foreach (var match in Shape().EnumerateMatches(scan.Text))
        {
            var address = scan.Text.Substring(match.Index, match.Length);
            if (scan.StartsAt(match.Index) && scan.EndsAt(match.Index + match.Length) && IsAddress(address))
                found.Add(new SensitiveSpan("crypto-address", match.Index, match.Index + match.Length, SensitivityLevel.Sensitive));
        }
    }

    private static bool IsAddress(string address) => address.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        || IsBech32(address.ToLowerInvariant()) || IsBase58Check(address, Base58) || address[0] == 'r' && IsBase58Check(address, RippleBase58);

    /// <summary>25 bytes: version, hash, and the first four bytes of the double SHA-256 of both.</summary>
    private static bool IsBase58Check(string address, string alphabet)
    {
        var number = BigInteger.Zero;
        foreach (var c in address)
        {
            var digit = alphabet.IndexOf(c, StringComparison.Ordinal);
            if (digit < 0) return false;
            number = (number * 58) + digit;
        }

        Span<byte> bytes = stackalloc byte[25];
        if (number.GetByteCount(isUnsigned: true) > 25 || !number.TryWriteBytes(bytes[(25 - number.GetByteCount(isUnsigned: true))..], out _, isUnsigned: true, isBigEndian: true)) return false;
        return SHA256.HashData(SHA256.HashData(bytes[..21])).AsSpan(0, 4).SequenceEqual(bytes[21..]);
    }

    private static bool IsBech32(string address)
    {
        var separator = address.LastIndexOf('1');
        if (separator < 1 || address.Length - separator < 7) return false;
        uint check = 1;
        foreach (var c in address.AsSpan(0, separator)) check = Step(check, c >> 5);
        check = Step(check, 0);
        foreach (var c in address.AsSpan(0, separator)) check = Step(check, c & 31);
        foreach (var c in address.AsSpan(separator + 1))
        {
            var value = Bech32.IndexOf(c, StringComparison.Ordinal);
            if (value < 0) return false;
            check = Step(check, value);
        }

        return check is Bech32Constant or Bech32MConstant;
    }

    private static uint Step(uint check, int value)
    {
        ReadOnlySpan<uint> generator = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
        var top = check >> 25;
        check = ((check & 0x1ffffff) << 5) ^ (uint)value;
        for (var i = 0; i < 5; i++)
            if ((top >> i & 1) != 0) check ^= generator[i];
        return check;
    }

    [GeneratedRegex(@"\b(?:0x[0-9a-fA-F]{40}|(?:bc|BC|tb|ltc|LTC|addr|cosmos)1[02-9ac-hj-np-zAC-HJ-NP-Z]{11,98}|[1-9A-HJ-NP-Za-km-z]{26,35})\b", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
