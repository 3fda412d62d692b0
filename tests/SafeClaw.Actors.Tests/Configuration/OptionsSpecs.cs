using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using SafeClaw.Tee;

namespace SafeClaw.Actors.Tests;

/// <summary>Every field of the owner's TeeConfig: its default, its range, and what a mistake is told.</summary>
public sealed class OptionsSpecs
{
    private const string Measurement = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f";

    [Fact]
    public void The_defaults_are_the_real_path_and_nothing_simulated()
    {
        var tee = Load(("Attestation:ExpectedMeasurements:0", Measurement)).Tee;
        Assert.Equal((true, true, true, false, TeeBackend.A3sBox, 2048, 2, 4091), (tee.Enabled, tee.Real, tee.IsOn, tee.AllowSimulated, tee.Backend, tee.MemoryMb, tee.CpuCores, tee.VsockPort));
        Assert.Equal((PolicyProfile.Production, FreshnessMode.Challenge), (tee.Attestation.Profile, tee.Attestation.Freshness));
        Assert.Null(tee.ShimPath ?? tee.WorkspaceDir ?? tee.SocketDir ?? tee.BoxImage);
        Assert.Empty(tee.Secrets);
    }

    [Fact]
    public void Without_a_measurement_a_real_machine_is_refused() =>
        Assert.Contains(Problems("Production"), p => p.Key == "SafeClaw:Tee:Attestation:ExpectedMeasurements");

    [Theory]
    [InlineData("Enabled", "false")]
    [InlineData("Real", "false")]
    public void Switched_off_it_needs_no_measurement(string key, string value) => Assert.False(Load((key, value)).Tee.IsOn);

    [Theory]
    [InlineData("Enabled", "maybe", "true or false")]
    [InlineData("Backend", "IntelSgx", "SEV-SNP")]
    [InlineData("Backend", "ArmTrustzone", "SEV-SNP")]
    [InlineData("Backend", "Magic", "A3sBox, IntelSgx, AmdSev, ArmTrustzone")]
    [InlineData("MemoryMb", "127", "128 to 1048576")]
    [InlineData("MemoryMb", "2GB", "128 to 1048576")]
    [InlineData("MemoryMb", "99999999999", "128 to 1048576")]
    [InlineData("CpuCores", "0", "1 to 255")]
    [InlineData("CpuCores", "256", "1 to 255")]
    [InlineData("VsockPort", "4089", "exec")]
    [InlineData("VsockPort", "4090", "PTY")]
    [InlineData("VsockPort", "80", "1024 to 65535")]
    [InlineData("Attestation:Enabled", "false", "Tee:Enabled")]
    [InlineData("Attestation:Provider", "tdx", "sev-snp")]
    [InlineData("Attestation:Profile", "none", "Production, Development")]
    [InlineData("Attestation:PolicyFile", "/nowhere.json", "/nowhere.json")]
    [InlineData("Attestation:ExpectedMeasurements:0", "0xabc", "96 hex digits")]
    [InlineData("Secrets:0:Name", "1bad name", "letter or underscore")]
    [InlineData("Secrets:0:Source", "literal", "env:NAME")]
    [InlineData("Phases:Socket", "0", "0.1 to 3600")]
    [InlineData("Phases:Sokket", "1", "Socket")]
    [InlineData("Pool:MaxSize", "1", "MinSize")]
    [InlineData("Lifecycle:BreakerAfter", "-1", "1 to 100")]
    [InlineData("alow_simulated", "true", "AllowSimulated")]
    [InlineData("SocketDir", "/tmp/ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd", "107")]
    [Trait("neg", "O04")]
    [Trait("neg", "O06")]
    [Trait("neg", "O09")]
    public void A_mistake_names_its_key_and_what_is_accepted(string key, string value, string accepted)
    {
        var problems = Problems("Development", ("AllowSimulated", "true"), ("ShimBackend", "Process"), (key, value));
        Assert.Contains(problems, problem => problem.Key.StartsWith($"SafeClaw:Tee:{key.Split(':')[0]}", StringComparison.Ordinal) && problem.Message.Contains(accepted, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("production", true)]
    [InlineData("Development", false)]
    [Trait("neg", "O01")]
    public void Simulation_is_refused_in_production_only(string environment, bool refused) =>
        Assert.Equal(refused, Problems(environment, ("AllowSimulated", "true"), ("ShimBackend", "Process")).Any(p => p.Key == "SafeClaw:Tee:AllowSimulated"));

    [Fact]
    public void A_process_is_no_machine_without_simulation_being_allowed() =>
        Assert.Contains(Problems("Development", ("ShimBackend", "Process")), p => p.Key == "SafeClaw:Tee:ShimBackend");

    [Fact]
    public void All_mistakes_are_told_at_once() =>
        Assert.Equal(3, Problems("Development", ("AllowSimulated", "true"), ("ShimBackend", "Process"), ("MemoryMb", "0"), ("CpuCores", "0"), ("Typo", "x")).Count);

    [Fact]
    public void Memory_and_processors_reach_the_machine_and_a_workspace_is_mounted()
    {
        var options = Load(("AllowSimulated", "true"), ("ShimBackend", "Process"), ("MemoryMb", "512"), ("CpuCores", "3"), ("WorkspaceDir", "/srv/work/../project"), ("BoxImage", "/srv/image"));
        var root = Directory.CreateTempSubdirectory("sc").FullName;
        var generation = new VmGenerations().Next();
        var folder = GenerationDirectory.Create(Path.Combine(root, "s"), generation);
        var spec = JsonNode.Parse(new GuestImage(options).Specify(new GuestLaunch(generation, new byte[32]), folder, "/state").ToJson())!;
        Assert.Equal((512, 3, "/srv/image"), ((int)spec["memory_mib"]!, (int)spec["vcpus"]!, (string?)spec["rootfs_path"]));
        Assert.Equal("/srv/project", (string?)spec["fs_mounts"]![0]!["host_path"]);
        Assert.Equal(Path.Combine(folder.Path, "attest.sock"), (string?)spec["attest_socket_path"]);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public void A_secret_may_be_named_as_the_owner_does()
    {
        var secret = Assert.Single(Load(("AllowSimulated", "true"), ("ShimBackend", "Process"), ("Secrets:0:Name", "API_KEY"), ("Secrets:0:EnvVar", "MY_KEY"), ("Secrets:0:SetEnv", "true")).Tee.Secrets);
        Assert.Equal(new SecretRef("API_KEY", "env:MY_KEY", SetEnv: true), secret);
    }

    [Fact]
    public void Phases_and_limits_reach_the_lifecycle()
    {
        var lifecycle = Load(("AllowSimulated", "true"), ("ShimBackend", "Process"), ("Phases:FirstAnswer", "1.5"), ("Lifecycle:BackoffMin", "0.5")).Tee.Lifecycle;
        Assert.Equal(TimeSpan.FromSeconds(1.5), lifecycle.PhaseLimits[BootPhases.FirstAnswer]);
        Assert.Equal(TimeSpan.FromSeconds(0.5), lifecycle.BackoffMin);
        Assert.Equal(BootPhases.All, lifecycle.PhaseLimits.Keys);
    }

    [Fact]
    [Trait("neg", "V15")]
    public void A_sockets_folder_that_is_a_link_or_open_to_others_is_refused()
    {
        var root = Directory.CreateTempSubdirectory("sc").FullName;
        var generation = new VmGenerations().Next();
        Directory.CreateDirectory(Path.Combine(root, "open"), (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(Path.Combine(root, "open"), (UnixFileMode)0b111_111_111);
        Directory.CreateDirectory(Path.Combine(root, "real"), (UnixFileMode)0b111_000_000);
        Directory.CreateSymbolicLink(Path.Combine(root, "link"), Path.Combine(root, "real"));
        foreach (var name in new[] { "open", "link" })
            Assert.Equal(ErrorCode.BootFailed, Assert.Throws<SafeClawException>(() => GenerationDirectory.Create(Path.Combine(root, name), generation)).Code);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    [Trait("neg", "V12")]
    public void Each_generation_has_a_folder_nobody_can_guess_and_the_sweep_removes_only_dead_owners()
    {
        var root = Directory.CreateTempSubdirectory("sc").FullName;
        var generations = new VmGenerations();
        var (first, second) = (GenerationDirectory.Create(root, generations.Next()), GenerationDirectory.Create(root, generations.Next()));
        Assert.NotEqual(first.Path, second.Path);
        File.WriteAllText(Path.Combine(second.Path, "owner"), "999999 1");
        GenerationDirectory.Sweep(root);
        Assert.True(Directory.Exists(first.Path));
        Assert.False(Directory.Exists(second.Path));
        Directory.Delete(root, recursive: true);
    }

    private static SafeClawOptions Load(params (string Key, string Value)[] tee) => SafeClawOptions.Load(Configuration(tee), "Development");

    private static IReadOnlyList<ConfigProblem> Problems(string environment, params (string Key, string Value)[] tee)
    {
        try
        {
            SafeClawOptions.Load(Configuration(tee), environment);
            return [];
        }
        catch (ConfigurationException invalid)
        {
            return invalid.Problems;
        }
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] tee) =>
        new ConfigurationBuilder().AddInMemoryCollection(tee.Select(t => KeyValuePair.Create($"SafeClaw:Tee:{t.Key}", (string?)t.Value))).Build();
}
