#if SIMULATION
namespace SafeClaw.Tee;

/// <summary>GUEST_FIELD_SELECT: what is mixed into a derived key besides the root key and the VMPL (AMD 56860, MSG_KEY_REQ).</summary>
[Flags]
public enum DerivedKeyFields : ulong
{
    /// <summary>Nothing but the root key and the VMPL.</summary>
    None = 0,

    /// <summary>The guest policy the guest was launched with.</summary>
    GuestPolicy = 1 << 0,

    /// <summary>IMAGE_ID of the guest's id block.</summary>
    ImageId = 1 << 1,

    /// <summary>FAMILY_ID of the guest's id block.</summary>
    FamilyId = 1 << 2,

    /// <summary>The launch measurement.</summary>
    Measurement = 1 << 3,

    /// <summary>The guest SVN given in the request.</summary>
    GuestSvn = 1 << 4,

    /// <summary>The TCB version given in the request.</summary>
    TcbVersion = 1 << 5,
}

/// <summary>ROOT_KEY_SELECT of MSG_KEY_REQ.</summary>
public enum DerivedKeyRoot : uint
{
    /// <summary>The chip's own key.</summary>
    Vcek = 0,

    /// <summary>The VM root key, which only a migration agent gives; refused where there is none.</summary>
    Vmrk = 1,
}

/// <summary>A guest's request for a key that only this chip can make again (SNP_GET_DERIVED_KEY, MSG_KEY_REQ).</summary>
/// <param name="Fields">What to mix in; unknown bits are refused.</param>
/// <param name="Root">The root key.</param>
/// <param name="Vmpl">VMPL to mix in, 0 to 3; not below the requester's own.</param>
/// <param name="GuestSvn">At most the guest's own SVN; 0 unless <see cref="DerivedKeyFields.GuestSvn"/> is selected.</param>
/// <param name="TcbVersion">TCB_VERSION as in the report (little-endian u64); no component above the committed TCB.</param>
public sealed record DerivedKeyRequest(
    DerivedKeyFields Fields, DerivedKeyRoot Root = DerivedKeyRoot.Vcek, uint Vmpl = 0, uint GuestSvn = 0, ulong TcbVersion = 0)
{
    /// <summary>Size of a derived key in bytes.</summary>
    public const int KeyBytes = 32;
}
#endif
