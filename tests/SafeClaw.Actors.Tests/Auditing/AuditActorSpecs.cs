using Akka.Actor;
using Akka.TestKit;

namespace SafeClaw.Actors.Tests;

/// <summary>The audit log under an actor: batches, a failing disk, a crash in the middle of a line.</summary>
public sealed class AuditActorSpecs : VirtualTimeKit
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audit").FullName;

    private AuditFiles Files => new(_folder);

    protected override void AfterAll()
    {
        base.AfterAll();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Entries_are_written_in_order_and_the_log_is_whole_across_restarts()
    {
        for (var run = 0; run < 2; run++)
        {
            var audit = Sys.ActorOf(AuditActor.Props(Files));
            for (var i = 0; i < 50; i++) Note(audit, "classified");
            await FlushAsync(audit);
            await audit.GracefulStop(TimeSpan.FromSeconds(5));
        }

        Assert.Null(Files.Verify(out var head));
        Assert.Equal(100, head.Seq);
    }

    [Fact]
    public async Task While_the_disk_fails_entries_wait_and_are_written_afterwards()
    {
        var audit = Sys.ActorOf(AuditActor.Props(Files));
        await SettledAsync(audit);
        Directory.CreateDirectory(Files.LogPath); // a log that cannot be opened
        Note(audit, "classified");
        await FlushAsync(audit);
        Directory.Delete(Files.LogPath);
        Note(audit, "routed");
        await FlushAsync(audit);
        Assert.Null(Files.Verify(out var head));
        Assert.Equal(2, head.Seq);
    }

    [Fact]
    public async Task A_line_cut_short_by_a_crash_is_removed_and_the_log_goes_on()
    {
        var audit = Sys.ActorOf(AuditActor.Props(Files));
        Note(audit, "classified");
        await FlushAsync(audit);
        await audit.GracefulStop(TimeSpan.FromSeconds(5));
        await File.AppendAllTextAsync(Files.LogPath, "{\"seq\":2,\"at\":\"20");
        var next = Sys.ActorOf(AuditActor.Props(Files));
        Note(next, "routed");
        await FlushAsync(next);
        Assert.Null(Files.Verify(out var head));
        Assert.Equal(2, head.Seq);
    }

    [Fact]
    public async Task Neither_session_nor_message_id_is_kept_in_the_clear()
    {
        var audit = Sys.ActorOf(AuditActor.Props(Files));
        Note(audit, "classified");
        await FlushAsync(audit);
        var log = await File.ReadAllTextAsync(Files.LogPath);
        Assert.DoesNotContain("zelda", log, StringComparison.Ordinal);
        Assert.DoesNotContain("my-message-id", log, StringComparison.Ordinal);
    }

    private void Note(IActorRef audit, string kind)
    {
        Assert.True(SessionId.TryParse("zelda:web:1", out var session, out _));
        ((IAudit)new AuditActor.Sink(audit, Sys.Scheduler)).Note(kind, session, null, ("turn", "my-message-id"), ("level", "Normal"));
    }

    private static async Task FlushAsync(IActorRef audit) => await audit.Ask<AuditActor.Flushed>(AuditActor.Flush.Instance, TimeSpan.FromSeconds(10));
}
