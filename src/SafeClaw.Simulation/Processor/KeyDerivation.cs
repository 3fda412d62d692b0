using System.Buffers.Binary;
using SafeClaw.Tee;

namespace SafeClaw.Simulation;

/// <summary>
/// MSG_KEY_REQ as the firmware judges and answers it (AMD 56860, "Key Derivation"): the root key and the VMPL always count, the rest where
/// GUEST_FIELD_SELECT asks for it; guest SVN and TCB are the request's, which may be older than the present ones but never newer.
/// </summary>
internal static class KeyDerivation
{
    private const DerivedKeyFields Known = DerivedKeyFields.GuestPolicy | DerivedKeyFields.ImageId | DerivedKeyFields.FamilyId
        | DerivedKeyFields.Measurement | DerivedKeyFields.GuestSvn | DerivedKeyFields.TcbVersion;

    private const uint MaxVmpl = 3;

    /// <summary>Why the firmware would answer INVALID_PARAMETERS, or null.</summary>
    public static string? Problem(DerivedKeyRequest request, LaunchedGuest guest, SimulatedTcb committed, SimulatedProduct product)
    {
        if ((request.Fields & ~Known) != 0) return "guest_field_select has unknown bits";
        if (request.Root is DerivedKeyRoot.Vmrk) return "there is no migration agent, so no VM root key";
        if (request.Root is not DerivedKeyRoot.Vcek) return "root_key_select is 0 or 1";
        if (request.Vmpl > MaxVmpl) return "vmpl is 0 to 3";
        if (request.GuestSvn > guest.GuestSvn) return "guest_svn is above the guest's";
        var tcb = new byte[SimulatedTcb.Size];
        BinaryPrimitives.WriteUInt64LittleEndian(tcb, request.TcbVersion);
        var asked = SimulatedTcb.FromBytes(tcb, product);
        if (asked.ToUInt64(product) != request.TcbVersion) return "tcb_version has reserved bytes set";
        return asked.IsAtMost(committed) ? null : "tcb_version is above the committed one";
    }

    /// <summary>The 32-byte key.</summary>
    public static byte[] Derive(DerivedKeyRequest request, LaunchedGuest guest, SimulatedChip chip)
    {
        // Fixed width, with the selection itself in front: no two selections can mean the same bytes.
        Span<byte> context = stackalloc byte[4 + 8 + 4 + 8 + 16 + 16 + 48 + 4 + 8];
        context.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(context, (uint)request.Root);
        BinaryPrimitives.WriteUInt64LittleEndian(context[4..], (ulong)request.Fields);
        BinaryPrimitives.WriteUInt32LittleEndian(context[12..], request.Vmpl);
        if (request.Fields.HasFlag(DerivedKeyFields.GuestPolicy)) BinaryPrimitives.WriteUInt64LittleEndian(context[16..], guest.Policy);
        if (request.Fields.HasFlag(DerivedKeyFields.ImageId)) guest.ImageId.CopyTo(context[24..]);
        if (request.Fields.HasFlag(DerivedKeyFields.FamilyId)) guest.FamilyId.CopyTo(context[40..]);
        if (request.Fields.HasFlag(DerivedKeyFields.Measurement)) guest.Measurement.CopyTo(context[56..]);
        if (request.Fields.HasFlag(DerivedKeyFields.GuestSvn)) BinaryPrimitives.WriteUInt32LittleEndian(context[104..], request.GuestSvn);
        if (request.Fields.HasFlag(DerivedKeyFields.TcbVersion)) BinaryPrimitives.WriteUInt64LittleEndian(context[108..], request.TcbVersion);
        var key = new byte[DerivedKeyRequest.KeyBytes];
        chip.Expand("derived-key", context, key);
        return key;
    }
}
