using System.Buffers;
using System.IO.Pipelines;

namespace SafeClaw.Guest;

/// <summary>A connection's input as far as <see cref="RequestHeadGuard"/> lets it through; the refused rest looks like the end of the input.</summary>
internal sealed class GuardedInput(PipeReader inner) : PipeReader
{
    private readonly RequestHeadGuard _guard = new();
    private long _seen; // bytes of the unconsumed input that the guard has followed
    private ReadOnlySequence<byte> _shown;

    /// <summary>After a refusal this returns at once: the refused bytes are never examined.</summary>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        Show(await inner.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        result = Show(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _seen -= _shown.Slice(0, consumed).Length;
        _shown = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    private ReadResult Show(ReadResult result)
    {
        if (!_guard.Refused) _seen += _guard.Accept(result.Buffer.Slice(_seen));
        _shown = result.Buffer.Slice(0, _seen);
        return new ReadResult(_shown, result.IsCanceled, result.IsCompleted || _guard.Refused);
    }
}
