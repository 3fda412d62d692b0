using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace SafeClaw.Attestation;

/// <summary>What reports are handed over in: as they are, in the processor's answer, or in Azure's.</summary>
public enum ReportForm
{
    /// <summary>The 1184 bytes themselves.</summary>
    Raw,

    /// <summary>MSG_REPORT_RSP (AMD 56860): status, size and 24 reserved bytes before the report, zeros after it.</summary>
    Response,

    /// <summary>Azure's HCL report: "HCLA", version 1 or 2, the report at 0x20, then data of the runtime.</summary>
    AzureHcl,
}

/// <summary>Takes a report out of what it came in. Only the wrapper is judged here; the report itself is the verifier's.</summary>
public static class ReportWrapper
{
    /// <summary>Largest input, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    private const int HeaderBytes = 0x20;

    /// <summary>Finds the report; the form is told by size and header, never guessed by searching.</summary>
    public static bool TryUnwrap(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> report, out ReportForm form, [NotNullWhen(false)] out Finding? failure)
    {
        report = default;
        form = bytes.Length == SnpReport.Size ? ReportForm.Raw : bytes.Span.StartsWith("HCLA"u8) ? ReportForm.AzureHcl : ReportForm.Response;
        var problem = form == ReportForm.Raw ? null
            : bytes.Length is < HeaderBytes + SnpReport.Size or > MaxBytes ? $"{bytes.Length} bytes are neither a report nor a known wrapper of one"
            : form == ReportForm.AzureHcl ? Hcl(bytes.Span) : Response(bytes.Span);
        failure = problem is null ? null : Finding.Failed("structure", AttestationCodes.EvidenceMalformed, $"There is no report in it: {problem}.");
        if (failure is not null) return false;
        report = form == ReportForm.Raw ? bytes : bytes.Slice(HeaderBytes, SnpReport.Size);
        return true;
    }

    private static string? Hcl(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) is 1 or 2 ? null : "the HCL header has another version than 1 or 2";

    private static string? Response(ReadOnlySpan<byte> bytes) => 0 switch
    {
        _ when BinaryPrimitives.ReadUInt32LittleEndian(bytes) is not 0 and var status => $"the processor's answer has status 0x{status:x}",
        _ when BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != SnpReport.Size => "the processor's answer gives the report another size than 1184 bytes",
        _ when bytes[8..HeaderBytes].IndexOfAnyExcept((byte)0) >= 0 => "reserved bytes of the processor's answer are not zero",
        _ when bytes[(HeaderBytes + SnpReport.Size)..].IndexOfAnyExcept((byte)0) >= 0 => "something follows the report in the processor's answer",
        _ => null,
    };
}
