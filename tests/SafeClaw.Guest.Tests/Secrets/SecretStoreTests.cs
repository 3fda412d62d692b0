using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using SafeClaw.Tee.Wire;

namespace SafeClaw.Guest.Tests.Secrets;

public sealed class SecretStoreTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("secrets-").FullName;
    private readonly SecretStore _store;

    public SecretStoreTests() => _store = SecretStore.Open(Dir, requireMemory: false);

    private string Dir => Path.Combine(_root, "secrets");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static SecretEntry Entry(string name, string value = "value", bool env = false) => new(name, SecretValue.Copy(Encoding.UTF8.GetBytes(value)), env);

    private Task<SecretProblem?> Put(params SecretEntry[] batch) => _store.PutAsync(batch, CancellationToken.None);

    private string[] Files() => [.. Directory.EnumerateFileSystemEntries(Dir).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    [Fact]
    public async Task A_batch_becomes_files_that_only_their_owner_can_read()
    {
        Assert.Null(await Put(Entry("API_KEY", "sk-1"), Entry("db.password-2", "two")));
        Assert.Equal(["API_KEY", "db.password-2"], Files());
        Assert.Equal("sk-1", File.ReadAllText(Path.Combine(Dir, "API_KEY")));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(Path.Combine(Dir, "API_KEY")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Dir));
    }

    [Theory]
    [Trait("neg", "S01")]
    [Trait("neg", "S02")]
    [Trait("neg", "S03")]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("/etc/passwd")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("trailing ")]
    [InlineData("-rf")]
    [InlineData("1st")]
    [InlineData("ключ")]
    [InlineData("ＫＥＹ")]
    [InlineData("KЕY")]
    [InlineData("a\u202eb")]
    [InlineData("e\u0301")]
    [InlineData("é")]
    [InlineData("a\0b")]
    [InlineData("a\n")]
    [InlineData("a=b")]
    [InlineData("a\u0001")]
    [InlineData("a\\b")]
    public async Task Names_of_other_characters_refuse_the_whole_batch(string name)
    {
        var problem = await Put(Entry("GOOD"), Entry(name));
        Assert.Equal("SECRET_REJECTED", problem?.Code);
        Assert.Empty(Files());
    }

    [Theory]
    [Trait("neg", "S04")]
    [InlineData(128, true)]
    [InlineData(129, false)]
    [InlineData(256, false)]
    [InlineData(1_000_000, false)]
    public async Task Names_have_at_most_128_characters(int length, bool fits)
    {
        var problem = await Put(Entry(new string('a', length)));
        Assert.Equal(fits, problem is null);
        if (problem is not null) Assert.True(problem.Message.Length < 200);
    }

    [Theory]
    [Trait("neg", "S05")]
    [InlineData("LD_PRELOAD")]
    [InlineData("LD_LIBRARY_PATH")]
    [InlineData("ld_audit")]
    [InlineData("PATH")]
    [InlineData("Path")]
    [InlineData("HOME")]
    [InlineData("IFS")]
    [InlineData("BASH_ENV")]
    [InlineData("ENV")]
    [InlineData("PYTHONPATH")]
    [InlineData("NODE_OPTIONS")]
    [InlineData("DOTNET_STARTUP_HOOKS")]
    [InlineData("CORECLR_PROFILER")]
    [InlineData("SSL_CERT_FILE")]
    [InlineData("SSLKEYLOGFILE")]
    [InlineData("OPENSSL_CONF")]
    [InlineData("HTTPS_PROXY")]
    [InlineData("https_proxy")]
    [InlineData("A3S_TEE_SIMULATE")]
    [InlineData("SAFECLAW_PARENT_PID")]
    [InlineData("with.dot")]
    [InlineData("with-dash")]
    public async Task Names_that_steer_programs_are_no_environment_variables(string name)
    {
        Assert.Equal("SECRET_REJECTED", (await Put(Entry(name, env: true)))?.Code);
        Assert.Empty(Files());
        Assert.Empty(_store.EnvironmentVariables());
    }

    [Fact]
    [Trait("neg", "S05")]
    public async Task Only_a_secret_that_asks_for_it_is_put_into_the_environment()
    {
        await Put(Entry("FILE_ONLY", "a"), Entry("MY_KEY", "b", env: true));
        Assert.Equal([KeyValuePair.Create("MY_KEY", "b")], _store.EnvironmentVariables());
    }

    [Fact]
    [Trait("neg", "S06")]
    public async Task Names_twice_or_differing_by_case_refuse_the_whole_batch()
    {
        Assert.NotNull(await Put(Entry("A"), Entry("A")));
        Assert.NotNull(await Put(Entry("A"), Entry("a")));
        Assert.Empty(Files());
        Assert.Null(await Put(Entry("A")));
        Assert.NotNull(await Put(Entry("a")));
        Assert.Equal(["A"], Files());
    }

    [Fact]
    [Trait("neg", "S07")]
    public async Task Values_and_batches_over_their_bounds_are_refused_before_any_write()
    {
        Assert.Equal("SECRET_REJECTED", (await Put(Entry("A", "")))?.Code);
        Assert.Equal("TOO_LARGE", (await Put(Entry("A", new string('x', SecretStore.MaxValueBytes + 1))))?.Code);
        Assert.Equal("TOO_LARGE", (await Put([.. Enumerable.Range(0, 257).Select(i => Entry($"A{i}"))]))?.Code);
        Assert.Equal("TOO_LARGE", (await Put([.. Enumerable.Range(0, 17).Select(i => Entry($"A{i}", new string('x', SecretStore.MaxValueBytes)))]))?.Code);
        Assert.Empty(Files());
        Assert.Null(await Put(Entry("A", new string('x', SecretStore.MaxValueBytes))));
    }

    [Fact]
    [Trait("neg", "S07")]
    public async Task The_store_is_bounded_over_batches()
    {
        Assert.Null(await Put([.. Enumerable.Range(0, 256).Select(i => Entry($"A{i}"))]));
        Assert.Equal("TOO_LARGE", (await Put(Entry("ONE_MORE")))?.Code);
        Assert.Null(await Put(Entry("A7", "replaced")));
    }

    [Fact]
    [Trait("neg", "S08")]
    public async Task Bytes_are_kept_exactly_and_NUL_is_refused_as_a_variable()
    {
        byte[] bytes = [0, 1, 13, 10, 0xFF, 0xFE, 0x80];
        var encoded = new SecretEntry("BYTES", SecretValue.Copy(Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes))), SetEnv: false, "base64");
        Assert.Null(await Put(encoded, Entry("TEXT", "a\0b\r\n")));
        Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(Dir, "BYTES")));
        Assert.Equal("a\0b\r\n", File.ReadAllText(Path.Combine(Dir, "TEXT")));
        Assert.Equal("SECRET_REJECTED", (await Put(Entry("NUL", "a\0b", env: true)))?.Code);
        Assert.Equal("SECRET_REJECTED", (await Put(encoded with { Name = "ENV_BYTES", SetEnv = true }))?.Code);
    }

    [Theory]
    [Trait("neg", "K14")]
    [InlineData("AAE")]
    [InlineData("AAE =")]
    [InlineData("AAF=")]
    [InlineData("AA-_")]
    [InlineData("AAE==")]
    public async Task A_base64_value_that_is_not_canonical_is_refused(string text) =>
        Assert.Equal("SECRET_REJECTED", (await Put(new SecretEntry("A", SecretValue.Copy(Encoding.ASCII.GetBytes(text)), false, "base64")))?.Code);

    [Fact]
    [Trait("neg", "S09")]
    public async Task A_batch_that_cannot_be_placed_leaves_everything_as_it_was()
    {
        await Put(Entry("A", "old"));
        Directory.CreateDirectory(Path.Combine(Dir, "C")); // in the way of the third
        var problem = await Put(Entry("A", "new"), Entry("B", "new"), Entry("C", "new"));
        Assert.Contains("Secret 3 of 3", problem!.Message);
        Assert.Equal(["A", "C"], Files());
        Assert.Equal("old", File.ReadAllText(Path.Combine(Dir, "A")));
        Assert.Equal(1, _store.VersionOf("A"));
    }

    [Theory]
    [Trait("neg", "S13")]
    [InlineData("link")]
    [InlineData("dangling")]
    [InlineData("directory")]
    [InlineData("file")]
    public async Task What_lies_in_the_way_is_neither_followed_nor_replaced(string kind)
    {
        var (path, outside) = (Path.Combine(Dir, "A"), Path.Combine(_root, "outside"));
        File.WriteAllText(outside, "untouched");
        if (kind == "link") File.CreateSymbolicLink(path, outside);
        else if (kind == "dangling") File.CreateSymbolicLink(path, Path.Combine(_root, "nowhere"));
        else if (kind == "directory") Directory.CreateDirectory(path);
        else File.WriteAllText(path, "not ours");
        Assert.Equal("SECRET_REJECTED", (await Put(Entry("A", "secret")))?.Code);
        Assert.Equal("untouched", File.ReadAllText(outside));
        Assert.False(File.Exists(Path.Combine(_root, "nowhere")));
    }

    [Fact]
    [Trait("neg", "S13")]
    public void A_secrets_directory_that_is_a_link_is_refused()
    {
        var link = Path.Combine(_root, "link");
        Directory.CreateSymbolicLink(link, Dir);
        Assert.Throws<IOException>(() => SecretStore.Open(link, requireMemory: false));
    }

    [Fact]
    public void A_secrets_directory_on_a_disk_is_refused_outside_simulation()
    {
        if (new DriveInfo(_root).DriveFormat == "tmpfs") return; // nothing to show on a machine whose temporary directory is memory
        Assert.Throws<IOException>(() => SecretStore.Open(Path.Combine(_root, "other"), requireMemory: true));
    }

    [Fact]
    [Trait("neg", "S14")]
    public async Task No_instant_shows_a_secret_with_a_wider_mode()
    {
        var modes = new ConcurrentDictionary<UnixFileMode, bool>();
        using var stop = new CancellationTokenSource();
        var watch = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                foreach (var file in Directory.EnumerateFiles(Dir, "*", SearchOption.AllDirectories))
                    try { modes[File.GetUnixFileMode(file)] = true; }
                    catch (IOException) { /* renamed or removed meanwhile */ }
        });
        var until = Stopwatch.StartNew();
        for (var i = 0; until.ElapsedMilliseconds < 400 || modes.IsEmpty; i++) await Put(Entry("A", $"value{i}"), Entry("B", new string('x', 10_000)));
        await stop.CancelAsync();
        await watch;
        Assert.Equal([UnixFileMode.UserRead], modes.Keys);
    }

    [Fact]
    [Trait("neg", "S15")]
    public async Task Rotation_shows_the_old_value_or_the_new_one_and_nothing_else()
    {
        await Put(Entry("A", "value-0000"));
        using var stop = new CancellationTokenSource();
        var seen = new ConcurrentDictionary<string, bool>();
        var reader = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) seen[File.ReadAllText(Path.Combine(Dir, "A"))] = true;
        });
        for (var i = 1; i <= 100; i++) await Put(Entry("A", $"value-{i:0000}"));
        await stop.CancelAsync();
        await reader;
        Assert.All(seen.Keys, value => Assert.Matches("^value-[0-9]{4}$", value));
        Assert.Equal(101, _store.VersionOf("A"));
        Assert.Equal(["A"], Files()); // no old value lies around
    }

    [Fact]
    [Trait("neg", "S15")]
    public async Task A_revoked_secret_is_gone()
    {
        await Put(Entry("A"), Entry("B", env: true));
        Assert.False(await _store.RevokeAsync(["A", "never-was", "../x"], CancellationToken.None));
        Assert.True(await _store.RevokeAsync(["B"], CancellationToken.None));
        Assert.Empty(Files());
        Assert.Empty(_store.EnvironmentVariables());
        Assert.Equal(0, _store.VersionOf("A"));
    }

    [Fact]
    public async Task A_new_life_begins_without_the_secrets_of_the_last_one()
    {
        await Put(Entry("A"));
        Directory.CreateDirectory(Path.Combine(Dir, ".batch-left"));
        SecretStore.Open(Dir, requireMemory: false);
        Assert.Empty(Files());
    }

    [Fact]
    [Trait("neg", "L07")]
    public void A_value_prints_its_size_and_is_zeroed_on_disposal()
    {
        var value = SecretValue.Copy("hunter2"u8);
        Assert.Equal("SecretValue(7 bytes)", value.ToString());
        Assert.DoesNotContain("hunter2", new SecretEntry("A", value).ToString());
        var memory = value.RevealMemory();
        value.Dispose();
        Assert.All(memory.ToArray(), b => Assert.Equal(0, b));
        Assert.Equal(0, value.Length);
    }
}
