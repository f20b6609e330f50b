using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Cli.Terminal;
using Responder.Cli.Tests.Html;
using Responder.Cli.Tests.Integrity;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Evidence;

public sealed class PackageTests : IDisposable
{
    private static readonly string[] s_files =
    [
        "SHA256SUMS", "controls.csv", "events.csv", "findings.csv", "gaps.csv", "incidents.csv", "index.json", "inputs.csv",
        "integrity.csv", "principals.csv", "report.html",
    ];

    private readonly TemporaryFolder _folder = new();

    private string Logs => Path.Combine(_folder.Root, "logs");

    private string Package => Path.Combine(_folder.Root, "package");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_package_verifies_and_an_edited_one_does_not()
    {
        WriteLogs(Samples.Attach());
        Assert.Equal(0, (await BuildAsync("pci-dss")).ExitCode);
        Assert.Equal(s_files, Directory.EnumerateFiles(Package).Select(static f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));
        Assert.Equal(0, (await Cli.RunAsync("evidence", "--verify", Package)).ExitCode);

        foreach (var name in s_files.Skip(1))
        {
            var path = Path.Combine(Package, name);
            var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(
                path, [.. bytes.AsSpan(0, bytes.Length - 1), (byte)(bytes[^1] ^ 1)], TestContext.Current.CancellationToken);
            var run = await Cli.RunAsync("evidence", "--verify", Package);
            Assert.Equal((ExitCode.Findings, name + ": changed"), (run.ExitCode, run.Lines[0]));
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        }

        File.WriteAllText(Path.Combine(Package, "more.csv"), "");
        Assert.Contains(
            "more.csv: not in the manifest", (await Cli.RunAsync("evidence", "--verify", Package)).Output, StringComparison.Ordinal);
        File.Delete(Path.Combine(Package, "more.csv"));
        File.Delete(Path.Combine(Package, "gaps.csv"));
        Assert.Contains("gaps.csv: missing", (await Cli.RunAsync("evidence", "--verify", Package)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sha256sum_agrees()
    {
        WriteLogs(Samples.Attach());
        await BuildAsync("cis");
        Assert.Equal(0, Sha256Sum());
        File.AppendAllText(Path.Combine(Package, "controls.csv"), "x");
        Assert.NotEqual(0, Sha256Sum());
    }

    [Theory]
    [InlineData("pci-dss")]
    [InlineData("soc2")]
    [InlineData("hipaa")]
    [InlineData("cis")]
    public async Task An_empty_folder_is_no_evidence_for_every_control(string framework)
    {
        Directory.CreateDirectory(Logs);
        Assert.Equal(ExitCode.Input, (await BuildAsync(framework)).ExitCode);
        Assert.All(
            Index().GetProperty("controls").EnumerateArray(), static control =>
                Assert.Equal("no evidence", control.GetProperty("verdict").GetString()));
        Assert.Contains("No record, so no gap can be told.", Read("report.html"), StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync("evidence", "--verify", Package)).ExitCode);
    }

    [Fact]
    public async Task The_same_inputs_at_the_same_time_give_the_same_bytes()
    {
        WriteLogs([.. Enumerable.Range(0, 30).Select(static i => At($"2026-03-04T{i % 24:00}:10:00Z", "eu-west-1", $"user-{i % 7}"))]);
        await BuildAsync("soc2");
        var first = s_files.ToDictionary(static name => name, Read);
        Directory.Delete(Package, recursive: true);
        await BuildAsync("soc2");
        Assert.All(first, file => Assert.Equal(file.Value, Read(file.Key)));
        Assert.Equal("2026-06-01T00:00:00.000Z", Index().GetProperty("generatedAt").GetString());
    }

    [Fact]
    public async Task A_hole_in_the_logs_is_a_gap_of_its_region_and_retention_is_what_was_seen()
    {
        var start = new DateTimeOffset(2026, 3, 1, 0, 30, 0, TimeSpan.Zero);
        var records = new List<JsonObject>();
        for (var hour = 0; hour < 96; hour++)
        {
            var time = start.AddHours(hour).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            // The second day is missing everywhere, and five hours of the third day are missing in one region.
            if (hour is >= 24 and < 48) continue;
            records.Add(At(time, "us-east-1", "alice"));
            if (hour is not (>= 58 and < 63)) records.Add(At(time, "eu-west-1", "bob"));
        }

        WriteLogs([.. records]);
        await BuildAsync("pci-dss");
        Assert.Equal(
            [
                "kind,account,region,from,to,hours",
                "\"hours without a record\",123456789012,eu-west-1,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,24",
                "\"hours without a record\",123456789012,eu-west-1,2026-03-03T10:00:00Z,2026-03-03T15:00:00Z,5",
                "\"hours without a record\",123456789012,us-east-1,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,24",
                "\"day without any record\",,,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,24",
            ],
            Read("gaps.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line[..line.LastIndexOf(',')]));
        Assert.Equal(("partial", "partial"), (VerdictOf("10.2"), VerdictOf("10.2.1.5")));
        Assert.Contains("records span 3.9 of 365 days", WhyOf("10.5"), StringComparison.Ordinal);
        Assert.Equal(
            ("2026-03-01T00:30:00.000Z", "2026-03-04T23:30:00.000Z"),
            (Index().GetProperty("period").GetProperty("oldest").GetString(), Index().GetProperty("period").GetProperty("newest")
            .GetString()));

        Directory.Delete(Package, recursive: true);
        await BuildAsync("pci-dss", "--since", "2026-03-01T00:30:00Z", "--until", "2026-03-01T23:30:00Z");
        Assert.Single(Read("gaps.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("evidence", VerdictOf("10.2"));
        Assert.Equal(48, Index().GetProperty("inputs").GetProperty("counted").GetInt32());
    }

    [Fact]
    public async Task Copies_of_an_event_count_once_and_principals_are_ranked()
    {
        var record = At("2026-03-04T09:00:00Z", "us-east-1", "alice");
        WriteLogs(
            record, (JsonObject)record.DeepClone(), At("2026-03-04T09:20:00Z", "us-east-1", "bob"),
            At("2026-03-04T09:10:00Z", "us-east-1", "bob"));
        await BuildAsync("cis");
        var control = ControlOf("4.4");
        Assert.Equal((3, 2), (control.GetProperty("events").GetInt32(), control.GetProperty("principals").GetInt32()));
        Assert.Equal(
            ["4.4,arn:aws:iam::123456789012:user/bob,2,0,2026-03-04T09:10:00Z,2026-03-04T09:20:00Z",
                "4.4,arn:aws:iam::123456789012:user/alice,1,0,2026-03-04T09:00:00Z,2026-03-04T09:00:00Z"],
            Read("principals.csv").Split('\n').Where(static line => line.StartsWith("4.4,", StringComparison.Ordinal)));
        Assert.Equal(3, control.GetProperty("findings").GetProperty("iam.admin-policy-attached").GetInt32());
        var example = Read("events.csv").Split('\n').First(static line => line.StartsWith("4.4,", StringComparison.Ordinal));
        Assert.EndsWith($"{Logs}/a.jsonl,1", example, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Strings_of_an_attacker_do_nothing_in_a_browser_or_a_spreadsheet()
    {
        var record = At("2026-03-04T09:00:00Z", "us-east-1", "\"><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egpj");
        record["sourceIPAddress"] = "=HYPERLINK(\"http://192.0.2.1\",\"open\")";
        record["awsRegion"] = "@SUM(1+1)";
        WriteLogs(record);
        _folder.Write("incidents.jsonl", """{"name":"/security/incidents/2026-03-04/a","status":"complete","time":"2026-03-04T09:00:00Z","title":"</td><script>alert(2)</script>","reason":"+1"}""");
        await BuildAsync("soc2", "--incidents", Path.Combine(_folder.Root, "incidents.jsonl"));

        var html = Read("report.html");
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", html, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", html, StringComparison.Ordinal);
        Assert.Contains("&lt;/td&gt;&lt;script&gt;alert(2)", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html.Replace("&#39;", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("http:", html.Replace("http://192.0.2.1", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var name in s_files.Where(static f => f.EndsWith(".csv", StringComparison.Ordinal)))
        {
            Assert.DoesNotMatch("""(?m)(^|,)"?[=@+]""", Read(name));
            Assert.DoesNotContain("\u202E", Read(name), StringComparison.Ordinal);
        }

        Assert.Contains("'=HYPERLINK", Read("events.csv"), StringComparison.Ordinal);
        Assert.Contains("'@SUM", Read("events.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Digests_evidence_integrity_only_when_there_are_keys_and_nothing_is_false()
    {
        using var place = new Workplace();
        var trail = new FakeTrail(new FakeChain(Samples.Account, "eu-west-1", "main_trail", null));
        trail.WriteTo(Logs);
        await BuildAsync("cis");
        Assert.Equal("no evidence", VerdictOf("3.2"));
        Assert.Contains("--public-keys", WhyOf("3.2"), StringComparison.Ordinal);

        Directory.Delete(Package, recursive: true);
        await BuildAsync("cis", "--public-keys", place.Keys);
        Assert.Equal(("evidence", 0), (VerdictOf("3.2"), Index().GetProperty("integrity").GetProperty("faults").GetInt32()));
        // The third hour holds no events, and its digest says so: it was quiet, not lost.
        Assert.DoesNotContain("hours without", Read("gaps.csv"), StringComparison.Ordinal);
        Assert.DoesNotContain(",nothing\n", Read("inputs.csv"), StringComparison.Ordinal);

        var log = Directory.EnumerateFiles(Logs, "*_CloudTrail_*.json.gz", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .First();
        var text = System.Text.Encoding.UTF8.GetString(FakeTrail.Gunzip(File.ReadAllBytes(log)));
        File.WriteAllBytes(log, FakeTrail.Gzip(System.Text.Encoding.UTF8.GetBytes(text.Replace("xxx", "xyx", StringComparison.Ordinal))));
        Directory.Delete(Package, recursive: true);
        var run = await BuildAsync("cis", "--public-keys", place.Keys);
        Assert.Equal(("partial", 1), (VerdictOf("3.2"), Index().GetProperty("integrity").GetProperty("faults").GetInt32()));
        Assert.Contains(",invalid,", Read("integrity.csv"), StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
    }

    [Fact]
    public async Task Incidents_come_from_a_file_or_from_the_installation()
    {
        WriteLogs(Samples.Attach());
        await BuildAsync("soc2");
        Assert.Equal("no evidence", VerdictOf("CC7.3"));

        var world = new World(Samples.Account);
        world.Home.Attach(world.Home.EnsureUser("mallory"), Samples.AdministratorAccess);
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        Assert.Equal(0, (await Cli.RunAsync("replay", Path.Combine(Logs, "a.jsonl"), "--endpoint", endpoint.Url.ToString())).ExitCode);
        Directory.Delete(Package, recursive: true);
        await BuildAsync("soc2", "--endpoint", endpoint.Url.ToString());
        Assert.Equal("evidence", VerdictOf("CC7.3"));
        Assert.Contains("AdministratorAccess attached to user mallory", Read("incidents.csv"), StringComparison.Ordinal);

        var lines = _folder.Write(
            "incidents.jsonl",
            (await Cli.RunAsync(
                "incidents", "list", "--state", "all", "--format", "json", "--endpoint", endpoint.Url.ToString())).Output.Replace(
                    "\"complete\"", "\"unfinished\"", StringComparison.Ordinal));
        Directory.Delete(Package, recursive: true);
        await BuildAsync("soc2", "--incidents", lines);
        Assert.Equal("partial", VerdictOf("CC7.3"));
        Assert.Contains("1 incident, 1 unfinished", WhyOf("CC7.3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_usage_writes_no_package()
    {
        WriteLogs(Samples.Attach());
        Assert.Equal(2, (await Cli.RunAsync("evidence", Logs, "--framework", "iso", "--output", Package)).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("evidence", Logs, "--output", Package)).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("evidence", Logs, "--framework", "cis")).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("evidence", Logs, "--framework", "cis", "--output", Path.Combine(Logs, "package"))).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("evidence", Logs, "--framework", "cis", "--output", Logs)).ExitCode);
        Assert.Equal(2, (await BuildAsync("cis", "--since", "2026-03-05", "--until", "2026-03-04")).ExitCode);
        Assert.Equal(2, (await BuildAsync("cis", "--incidents", Path.Combine(Logs, "a.jsonl"))).ExitCode);
        Assert.False(File.Exists(Path.Combine(Package, "SHA256SUMS")));
        Assert.Equal(["a.jsonl"], Directory.EnumerateFileSystemEntries(Logs).Select(static f => Path.GetFileName(f)!));
    }

    [Fact]
    public async Task The_page_says_what_does_not_count_and_keeps_times_on_one_line()
    {
        var twice = At("2026-03-04T09:00:00Z", "eu-west-1", "a");
        WriteLogs(twice, twice.DeepClone().AsObject(), At("2024-03-04T09:00:00Z", "eu-west-1", "b"));
        _folder.Write("logs/bad.json", "{");
        await BuildAsync("cis", "--since", "2026-03-01");
        var page = StrictHtml.Parse(Read("report.html"));
        Assert.Contains("1 duplicates, 1 records outside of the time asked for, 1 malformed records", page.Text, StringComparison.Ordinal);
        var times = page.All.Where(
            static e => e.Tag == "td"
            && DateTimeOffset.TryParseExact(e.Text, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            .ToArray();
        Assert.NotEmpty(times);
        Assert.All(times, static cell => Assert.Equal("time", cell["class"]));
    }

    private async Task<CliRun> BuildAsync(string framework, params string[] more)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var surroundings = new Surroundings(output, error, TextReader.Null, static _ => null)
        {
            Clock = new FakeTimeProvider(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero)),
        };
        var code = await CommandLine.RunAsync(
            ["evidence", Logs, "--framework", framework, "--output", Package, .. more], surroundings,
            TestContext.Current.CancellationToken);
        return new CliRun(code, output.ToString(), error.ToString());
    }

    private void WriteLogs(params JsonObject[] records) =>
        _folder.Write("logs/a.jsonl", string.Concat(records.Select(static r => r.ToJsonString() + "\n")));

    private static JsonObject At(string time, string region, string caller)
    {
        var record = Samples.Attach(id: $"{time}-{region}-{caller}");
        record["eventTime"] = time;
        record["awsRegion"] = region;
        record["userIdentity"]!["arn"] = $"arn:aws:iam::{Samples.Account}:user/{caller}";
        return record;
    }

    private string Read(string name) => File.ReadAllText(Path.Combine(Package, name));

    private JsonElement Index() => JsonDocument.Parse(Read("index.json")).RootElement;

    private JsonElement ControlOf(string id) => Index().GetProperty("controls").EnumerateArray()
        .Single(control => control.GetProperty("id").GetString() == id);

    private string VerdictOf(string id) => ControlOf(id).GetProperty("verdict").GetString()!;

    private string WhyOf(string id) =>
        string.Join("; ", ControlOf(id).GetProperty("basis").EnumerateArray().Select(static part => part.GetProperty("why").GetString()));

    private int Sha256Sum()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("sha256sum", ["-c", "--quiet", "SHA256SUMS"])
            {
                WorkingDirectory = Package,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("sha256sum is not here.");
            throw;
        }
    }
}
