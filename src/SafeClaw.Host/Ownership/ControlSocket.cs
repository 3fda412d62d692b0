using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SafeClaw.Tee;

namespace SafeClaw.Host;

/// <summary>The owner's socket: mode 0600 from birth, and peers of another user are cut before a byte is read.</summary>
internal static class ControlSocket
{
    private static readonly object Mark = new();

    public static void Listen(KestrelServerOptions kestrel, string path) => kestrel.ListenUnixSocket(path, listener => listener.Use(next => connection =>
    {
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        if (socket is null || !OwnedUnixSocket.PeerIsOurs(socket))
        {
            connection.Abort();
            return Task.CompletedTask;
        }

        connection.Items[Mark] = true;
        return next(connection);
    }));

    /// <summary>True if the request came over the control socket.</summary>
    public static bool IsControl(HttpContext http) =>
        http.Features.Get<IConnectionItemsFeature>()?.Items.ContainsKey(Mark) is true;
}
