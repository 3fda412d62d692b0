namespace SafeClaw.Tee.Wire;

/// <summary>Asks the guest to seal bytes so that only it can open them. <see cref="ToString"/> shows sizes only.</summary>
/// <param name="Context">What the bytes are for, 1 to 256 characters; unsealing needs exactly the same.</param>
/// <param name="Data">Canonical base64 of at most 1 MiB; either this or <paramref name="Generate"/>.</param>
/// <param name="Generate">Number of random bytes to make inside the guest, 16 to 1,024; they are not in the reply.</param>
/// <param name="Policy"><c>MeasurementAndChip</c> (default) or <c>ChipOnly</c>; anything else is an error.</param>
/// <param name="Version">Version of the context, 1 and up: an older one is refused later. Absent: one above the last.</param>
public sealed record SealRequest(string Context, string? Data = null, int? Generate = null, string? Policy = null, long? Version = null)
{
    public override string ToString() => $"SealRequest({Data?.Length ?? 0} characters of base64)";
}

/// <summary>A sealed blob and what it was sealed under.</summary>
/// <param name="Blob">Canonical base64; what it contains, <c>SealedBlob</c> says.</param>
/// <param name="Policy">The policy it was sealed under.</param>
/// <param name="Context">The request's.</param>
/// <param name="Version">The version of the context it was sealed as.</param>
public sealed record SealReply(string Blob, string Policy, string Context, long Version);

/// <summary>Asks the guest to open a blob.</summary>
/// <param name="Blob">Canonical base64 of a blob from <c>POST /seal</c>.</param>
/// <param name="Context">Exactly the context it was sealed for.</param>
/// <param name="Policy">The policy it was sealed under, where the caller insists on one.</param>
/// <param name="MinVersion">Refuse versions of the context below this one; the host's version store knows it.</param>
public sealed record UnsealRequest(string Blob, string Context, string? Policy = null, long? MinVersion = null)
{
    public override string ToString() => $"UnsealRequest({Blob.Length} characters of base64)";
}

/// <summary>The opened bytes. <see cref="ToString"/> shows sizes only.</summary>
/// <param name="Data">Canonical base64.</param>
/// <param name="Version">The context's version the blob was sealed as.</param>
/// <param name="Stale">True if the blob was sealed under an older TCB or key version: seal it again.</param>
public sealed record UnsealReply(string Data, long Version = 0, bool Stale = false)
{
    public override string ToString() => $"UnsealReply({Data.Length} characters of base64)";
}
