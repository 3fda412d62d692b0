using System.Text.Json.Nodes;

namespace SafeClaw.Vmm.Tests;

/// <summary>The specification is one document that both generations of A3S Box's shim read.</summary>
public sealed class InstanceSpecTests
{
    private static readonly InstanceSpec Filled = new()
    {
        BoxId = "test-box-123",
        Vcpus = 4,
        MemoryMib = 2048,
        RootfsPath = "/tmp/rootfs",
        GrpcSocketPath = "/tmp/grpc.sock",
        ExecSocketPath = "/tmp/exec.sock",
        PtySocketPath = "/tmp/pty.sock",
        AttestSocketPath = "/tmp/attest.sock",
        PortForwardSocketPath = "/tmp/pf.sock",
        FsMounts = [new FsMount("workspace", "/srv/project", ReadOnly: false)],
        Entrypoint = new Entrypoint("/usr/bin/agent", ["--port", "8080"], [["HOME", "/"]]),
        ConsoleOutput = "/tmp/console.log",
        Workdir = "/app",
        TeeConfig = new TeeInstanceConfig("/etc/tee.json", "snp"),
        PortMap = ["8080:80"],
        User = "1000:1000",
        ResourceLimits = new ResourceLimits { PidsLimit = 100, CpusetCpus = "0-3", Ulimits = ["RLIMIT_NOFILE=1024:4096"], CpuShares = 512, CpuQuota = 50000, CpuPeriod = 100000, MemoryReservation = 268435456, MemorySwap = -1 },
    };

    /// <summary>Every member we write has, in the shim's own document, the same name and the same JSON type.</summary>
    [VectorTheory]
    [InlineData("instance_spec_bbeb6640_filled.json")]
    [InlineData("instance_spec_HEAD_filled.json")]
    public void Every_member_has_the_name_and_type_the_shim_reads(string golden)
    {
        var theirs = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Vectors, "a3s", golden)))!.AsObject();
        var ours = JsonNode.Parse(Filled.ToJson())!.AsObject();
        foreach (var (name, value) in ours)
        {
            // The older shim has no port forwarding and the newer one no gRPC; both ignore members they do not know, ours among them.
            if (name is "port_forward_socket_path" or "grpc_socket_path" or "safeclaw" or "network") continue;
            Assert.True(theirs.ContainsKey(name), $"{golden} has no {name}");
            Assert.Equal(theirs[name]?.GetValueKind(), value?.GetValueKind());
        }

        Assert.Null(ours["network"]);
    }

    /// <summary>Every member of the shim's that has no default there is in ours.</summary>
    [VectorFact]
    public void No_member_that_the_older_shim_requires_is_missing()
    {
        var theirs = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Vectors, "a3s", "instance_spec_bbeb6640_default.json")))!.AsObject();
        var ours = JsonNode.Parse(Filled.ToJson())!.AsObject();
        Assert.Empty(theirs.Select(member => member.Key).Except(ours.Select(member => member.Key)));
    }

    [VectorTheory]
    [InlineData("instance_spec_bbeb6640_filled.json")]
    [InlineData("instance_spec_bbeb6640_default.json")]
    public void The_shims_own_document_is_read(string golden)
    {
        var spec = InstanceSpec.Parse(File.ReadAllText(Path.Combine(Repository.Vectors, "a3s", golden)));
        Assert.Equal(golden.Contains("filled", StringComparison.Ordinal) ? (4, 2048u) : (2, 512u), ((int)spec.Vcpus, spec.MemoryMib));
    }

    [Fact]
    public void A_written_document_reads_back_the_same() => Assert.Equal(Filled.ToJson(), InstanceSpec.Parse(Filled.ToJson()).ToJson());

    [Fact]
    public void A_document_longer_than_an_argument_may_be_is_refused()
    {
        var long_ = Filled with { PortMap = [.. Enumerable.Repeat("8080:80", 20_000)] };
        Assert.Contains("131071", Assert.Throws<VmmException>(() => long_.ToJson()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"box_id\":1}")]
    [InlineData("not json")]
    public void What_is_no_specification_is_a_format_error(string json) => Assert.Throws<FormatException>(() => InstanceSpec.Parse(json));
}
