using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;

namespace SafeClaw.Guest;

/// <summary>
/// TLS below Kestrel's HTTP, without Kestrel's own TLS middleware, which wants a service container and sends no close_notify: with it a
/// client can tell an end from a truncation.
/// </summary>
internal static class TlsConnection
{
    /// <summary>Handshakes, serves the plain text, says good-bye.</summary>
    /// <param name="connection">The encrypted connection; its transport is replaced by the plain one.</param>
    /// <param name="options">Shared by all connections.</param>
    /// <param name="handshakeTimeout">Longest handshake.</param>
    /// <param name="serve">Called with the plain transport in place.</param>
    public static async Task ServeAsync(ConnectionContext connection, SslServerAuthenticationOptions options, TimeSpan handshakeTimeout, Func<ConnectionContext, Task> serve)
    {
        var encrypted = connection.Transport;
        await using var tls = new SslStream(new DuplexStream(encrypted), leaveInnerStreamOpen: true);
        if (!await HandshakeAsync(connection, tls, options, handshakeTimeout)) return;

        connection.Transport = new PlainTransport(PipeReader.Create(tls, new StreamPipeReaderOptions(leaveOpen: true)), PipeWriter.Create(tls, new StreamPipeWriterOptions(leaveOpen: true)));
        try
        {
            await serve(connection);
            await connection.Transport.Output.CompleteAsync();
            await tls.ShutdownAsync();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or InvalidOperationException or ConnectionAbortedException)
        {
            // the peer closed first; there is nobody to notify
        }
        finally
        {
            await connection.Transport.Input.CompleteAsync();
            connection.Transport = encrypted;
        }
    }

    private static async Task<bool> HandshakeAsync(ConnectionContext connection, SslStream tls, SslServerAuthenticationOptions options, TimeSpan timeout)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        deadline.CancelAfter(timeout);
        try
        {
            await tls.AuthenticateAsServerAsync(options, deadline.Token);
            return true;
        }
        catch (Exception failure) when (failure is OperationCanceledException or AuthenticationException or IOException or InvalidOperationException)
        {
            return false; // not TLS 1.3, not TLS at all, too slow, or gone; the alert, if any, is already on its way
        }
    }

    private sealed record PlainTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    /// <summary>Two pipes as one stream, as <see cref="SslStream"/> wants it.</summary>
    private sealed class DuplexStream(IDuplexPipe pipe) : Stream
    {
        private readonly Stream _input = pipe.Input.AsStream(leaveOpen: true), _output = pipe.Output.AsStream(leaveOpen: true);

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => _input.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _input.ReadAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _output.WriteAsync(buffer, cancellationToken);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => _output.WriteAsync(buffer, offset, count, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => _output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous reads.");

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Only asynchronous writes.");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
