using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SafeClaw.Shim.Tests;

/// <summary>The shim as a program: what it measures, and how it refuses.</summary>
public sealed class ShimProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shim").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_manifest_measures_names_and_contents_in_ordinal_order()
    {
        File.WriteAllText(Path.Combine(_folder, "b"), "two");
        File.WriteAllText(Path.Combine(_folder, "a"), "one");
        Assert.Equal(0, Run("manifest", "--write", _folder, "b", "a").Code);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "guest-manifest.json")))!;

        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA384);
        foreach (var (name, content) in new[] { ("a", "one"), ("b", "two") })
        {
            var number = new byte[8];
            BinaryPrimitives.WriteUInt32LittleEndian(number, (uint)name.Length);
            expected.AppendData(number.AsSpan(0, 4));
            expected.AppendData(Encoding.UTF8.GetBytes(name));
            BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)content.Length);
            expected.AppendData(number);
            expected.AppendData(Encoding.UTF8.GetBytes(content));
        }

        Assert.Equal(Convert.ToHexStringLower(expected.GetHashAndReset()), (string?)manifest["measurement"]);
    }

    [Fact]
    public void A_changed_or_renamed_file_changes_the_measurement()
    {
        string Measure(string name, string content)
        {
            File.WriteAllText(Path.Combine(_folder, name), content);
            Run("manifest", "--write", _folder, name);
            return (string)JsonNode.Parse(File.ReadAllText(Path.Combine(_folder, "guest-manifest.json")))!["measurement"]!;
        }

        Assert.Equal(3, new[] { Measure("a", "one"), Measure("a", "onf"), Measure("b", "one") }.Distinct().Count());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(2, "--nonsense")]
    [InlineData(1, "--config", "not json")]
    [InlineData(1, "--config", "{}")]
    [InlineData(0, "--help")]
    public void Wrong_calls_end_with_a_code_and_a_sentence(int code, params string[] arguments)
    {
        var (ended, output) = Run(arguments);
        Assert.Equal(code, ended);
        Assert.NotEmpty(output);
    }

    [Theory]
    [InlineData("qemu")]
    [InlineData("a3sbox")]
    public void A_backend_that_is_not_here_is_refused_by_name(string backend)
    {
        var spec = """{"box_id":"b","vcpus":1,"memory_mib":1,"rootfs_path":"/","grpc_socket_path":"","exec_socket_path":"","entrypoint":{"executable":"/init","args":[],"env":[]}}""";
        var (code, output) = Run(backend, ["--config", spec]);
        Assert.Equal(1, code);
        Assert.Contains(backend, output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(params string[] arguments) => Run("process", arguments);

    private static (int Code, string Output) Run(string backend, string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Executables, "safeclaw-shim"), arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["SAFECLAW_SHIM_BACKEND"] = backend;
        start.Environment.Remove("SAFECLAW_PARENT_PID");
        using var shim = Process.Start(start)!;
        var output = shim.StandardOutput.ReadToEnd() + shim.StandardError.ReadToEnd();
        shim.WaitForExit();
        return (shim.ExitCode, output);
    }
}
