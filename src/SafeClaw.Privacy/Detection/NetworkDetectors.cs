using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace SafeClaw.Privacy;

/// <summary>IPv4 addresses (RFC 791) that are not a version number, and IPv6 addresses (RFC 4291).</summary>
internal sealed partial class IpAddressDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (scan.DigitRuns.Any(run => run.Digits.Length >= 4 && run.End - run.Start >= run.Digits.Length + 3)) foreach (var match in Dotted().EnumerateMatches(scan.Text))
            if (IsAddress(scan, match.Index, match.Index + match.Length)) Add(match.Index, match.Length, found);
        if (!HasColonsTogether(scan.Text)) return;
        foreach (var match in Colons().EnumerateMatches(scan.Text))
            if (IsVersion6(scan, match.Index, match.Length)) Add(match.Index, match.Length, found);
    }

    /// <summary>Two colons with no more than a group of hexadecimal digits between them.</summary>
    private static bool HasColonsTogether(ReadOnlySpan<char> text)
    {
        for (int at = text.IndexOf(':'), next; at >= 0; at = next < 0 ? -1 : at + 1 + next)
        {
            next = text[(at + 1)..].IndexOf(':');
            if (next is >= 0 and <= 4) return true;
        }

        return false;
    }

    private static void Add(int start, int length, List<SensitiveSpan> found) =>
        found.Add(new SensitiveSpan("ip-address", start, start + length, SensitivityLevel.Sensitive));

    private static bool IsAddress(Scan scan, int start, int end)
    {
        if (!scan.StartsAt(start) || !scan.EndsAt(end) || end < scan.Text.Length - 1 && scan.Text[end] == '.' && char.IsAsciiDigit(scan.Text[end + 1])
            || start > 1 && scan.Text[start - 1] == '.' && char.IsAsciiDigit(scan.Text[start - 2])) return false;
        foreach (var part in scan.Text.AsSpan(start, end - start).Split('.'))
        {
            var octet = scan.Text.AsSpan(start, end - start)[part];
            if (octet.Length > 1 && octet[0] == '0' || int.Parse(octet, System.Globalization.CultureInfo.InvariantCulture) > 255) return false;
        }

        var before = scan.Before(start, 16);
        if (scan.Text[start] == '0' || IsProduct(before)) return false;
        return !before.Contains("version", StringComparison.OrdinalIgnoreCase) && !before.EndsWith("v", StringComparison.OrdinalIgnoreCase)
            && !before.Contains("build", StringComparison.OrdinalIgnoreCase) && !before.Contains("release", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>nginx/1.25.3.1, or a place in a document: words that number their parts with dots.</summary>
    private static bool IsProduct(ReadOnlySpan<char> before)
    {
        if (before is [.., var letter, '/'] && char.IsAsciiLetter(letter)) return true;
        foreach (var word in (ReadOnlySpan<string>)["section ", "sections ", "paragraph ", "chapter ", "clause ", "§ ", "§", "firmware ", "driver ", "openssl ", "windows ", "chrome ", "ver ", "ver. "])
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static bool IsVersion6(Scan scan, int start, int length) => scan.StartsAt(start) && scan.EndsAt(start + length)
        && scan.Text.AsSpan(start, length).Count(':') >= 2 && IPAddress.TryParse(scan.Text.AsSpan(start, length), out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6 && length > 2 && scan.Text.AsSpan(start, length).IndexOfAnyInRange('0', '9') >= 0;

    [GeneratedRegex(@"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Dotted();

    [GeneratedRegex(@"[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?::[0-9]{1,3}(?:\.[0-9]{1,3}){3})?", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Colons();
}

/// <summary>JSON web tokens (RFC 7519): a base64url header that begins a JSON object, a payload, a signature.</summary>
internal sealed partial class JwtDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        if (!scan.Text.Contains("eyJ", StringComparison.Ordinal)) return;
        foreach (var match in Token().EnumerateMatches(scan.Text))
            found.Add(new SensitiveSpan("jwt", match.Index, match.Index + match.Length, SensitivityLevel.HighlySensitive));
    }

    [GeneratedRegex(@"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}

/// <summary>Private keys in PEM (RFC 7468) or OpenSSH form, to their end line or the text's end.</summary>
internal sealed class PrivateKeyDetector : Detector
{
    public override void Find(Scan scan, List<SensitiveSpan> found)
    {
        const string begin = "-----BEGIN ", end = "-----END ";
        for (var at = 0; (at = scan.Text.IndexOf(begin, at, StringComparison.Ordinal)) >= 0; at += begin.Length)
        {
            var line = scan.Text.AsSpan(at, Math.Min(64, scan.Text.Length - at));
            if (!line.Contains("PRIVATE KEY", StringComparison.Ordinal)) continue;
            var last = scan.Text.IndexOf(end, at, StringComparison.Ordinal);
            var stop = last < 0 ? scan.Text.Length : scan.Text.IndexOf("-----", last + end.Length, StringComparison.Ordinal) is var tail and >= 0 ? tail + 5 : scan.Text.Length;
            found.Add(new SensitiveSpan("private-key", at, stop, SensitivityLevel.Critical));
            at = stop - begin.Length;
        }
    }
}
