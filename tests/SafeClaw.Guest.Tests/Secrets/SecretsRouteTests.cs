namespace SafeClaw.Guest.Tests.Secrets;

public sealed class SecretsRouteTests
{
    [Fact]
    public async Task A_batch_is_stored_and_the_agent_left_alone()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var reply = await guest.PostAsync("/secrets", """{"secrets":[{"name":"A","value":"x\u0000y\"z"},{"name":"B","value":"1"}]}""");
        Assert.Equal("""{"injected":2}""", reply.Body);
        Assert.Equal("x\0y\"z", File.ReadAllText(Path.Combine(guest.SecretsPath, "A")));
        Assert.Equal(0, guest.Agent.Restarts);
    }

    [Fact]
    [Trait("neg", "S10")]
    public async Task A_bad_name_refuses_the_batch_and_says_none_was_stored()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        var reply = await guest.PostAsync("/secrets", """{"secrets":[{"name":"A","value":"canary-value"},{"name":"../x","value":"canary-value"}]}""");
        Assert.Equal(400, reply.Status);
        Assert.Contains("\"injected\":0", reply.Body);
        Assert.Contains("SECRET_REJECTED", reply.Body);
        Assert.DoesNotContain("canary-value", reply.Body);
        Assert.Empty(Directory.EnumerateFileSystemEntries(guest.SecretsPath));
    }

    [Fact]
    public async Task Variables_restart_the_agent_once_per_batch()
    {
        await using var guest = await GuestUnderTest.StartAsync();
        await guest.PostAsync("/secrets", """{"secrets":[{"name":"A","value":"x","set_env":true},{"name":"B","value":"y","set_env":true}]}""");
        Assert.Equal(1, guest.Agent.Restarts);
        await guest.PostAsync("/secrets/revoke", """{"names":["A"]}""");
        Assert.Equal(2, guest.Agent.Restarts);
        await guest.PostAsync("/secrets/revoke", """{"names":["A"]}""");
        Assert.Equal(2, guest.Agent.Restarts);
    }

    [Theory]
    [Trait("neg", "H27")]
    [InlineData("""{"secrets":[{"name":"A","value":1}]}""")]
    [InlineData("""{"secrets":[{"name":"A"}]}""")]
    [InlineData("""{"secrets":[{"value":"x"}]}""")]
    [InlineData("""{"secrets":[{"name":"A","value":null}]}""")]
    [InlineData("""{"secrets":[null]}""")]
    [InlineData("""{"secrets":{"A":"x"}}""")]
    [InlineData("""{"secrets":null}""")]
    [InlineData("""{}""")]
    [InlineData("""[]""")]
    [InlineData("""[[]]""")]
    [InlineData("""{"secrets":[{"name":"A","value":"x","name":"B"}]}""")]
    public async Task A_batch_of_another_shape_is_refused(string json)
    {
        await using var guest = await GuestUnderTest.StartAsync();
        Assert.Equal(400, (await guest.PostAsync("/secrets", json)).Status);
        Assert.Empty(Directory.EnumerateFileSystemEntries(guest.SecretsPath));
    }
}
