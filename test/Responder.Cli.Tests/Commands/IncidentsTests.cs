using System.Text.Json;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Commands;

public sealed class IncidentsTests : IAsyncLifetime
{
    private const string Record = "/security/incidents/2026-03-04/cafe-0001";

    private readonly TemporaryFolder _folder = new();
    private readonly World _world = new(Samples.Account);
    private LocalAwsEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync() => _endpoint = await LocalAwsEndpoint.StartAsync(_world);

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_list_names_what_is_open_with_severity_status_and_record()
    {
        await ContainAsync();
        var run = await IncidentsAsync("list");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(
            "2026-03-04 09:01:07Z  CRITICAL  complete    AdministratorAccess attached to user mallory", run.Output,
            StringComparison.Ordinal);
        Assert.Contains(Record, run.Output, StringComparison.Ordinal);
        Assert.Contains("1 incident", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_lists_one_object_a_line_with_these_fields()
    {
        await ContainAsync();
        var line = Assert.Single((await IncidentsAsync("list", "--format", "json")).Json);
        Assert.Equal(
            ["name", "id", "status", "severity", "time", "detection", "title", "outcome", "account", "actor", "target", "count", "ledger",
                "closedAt", "closedBy", "reason"],
            line.EnumerateObject().Select(static p => p.Name));
        Assert.Equal(
            (Record, "cafe-0001", "contained", "mallory"),
            (line.GetProperty("name").GetString(), line.GetProperty("id").GetString(), line.GetProperty("outcome").GetString(),
                line.GetProperty("target").GetString()));
    }

    [Fact]
    public async Task Every_page_of_records_is_read_and_the_newest_come_first()
    {
        await ContainAsync();
        var text = _world.Home.Parameter(Record)!.Value;
        for (var i = 1; i <= 34; i++)
            _world.Home.SetParameter(
                $"/security/incidents/2026-02-{i % 28 + 1:00}/x-{i}",
                text.Replace("2026-03-04T", $"2026-02-{i % 28 + 1:00}T", StringComparison.Ordinal));
        var run = await IncidentsAsync("list", "--format", "json");
        Assert.Equal(35, run.Json.Count);
        Assert.Equal(4, _endpoint.Calls.Of("ssm", "GetParametersByPath").Count);
        var times = run.Json.Select(static l => l.GetProperty("time").GetString()!).ToArray();
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        Assert.Equal(7, (await IncidentsAsync("list", "--since", "2026-02-23", "--format", "json")).Json.Count);
        var since = await IncidentsAsync("list", "--since", "2026-02-23T00:00Z", "--format", "json");
        Assert.Equal((7, "calls since 2026-02-23T00:00:00Z\n"), (since.Json.Count, since.Error));
        var soon = await IncidentsAsync("list", "--since", "soon");
        Assert.Equal(2, soon.ExitCode);
        Assert.Contains("--since: expected a day (2026-03-04), a time", soon.Error, StringComparison.Ordinal);
        Assert.Equal(35, (await IncidentsAsync("list", "--since", "3650d", "--format", "json")).Json.Count);
    }

    [Theory]
    [InlineData(Record)]
    [InlineData("cafe-0001")]
    public async Task A_contained_principal_is_released_before_its_incident_is_closed(string incident)
    {
        await ContainAsync();
        var before = _world.Snapshot();
        var refused = await IncidentsAsync("close", incident, "--reason", "false alarm");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("still contained", refused.Error, StringComparison.Ordinal);
        Assert.Contains("responder release " + Record, refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());

        await Cli.RunAsync("release", Record, "--endpoint", _endpoint.Url.ToString());
        var run = await IncidentsAsync("close", incident, "--reason", "false alarm");
        Assert.Equal(0, run.ExitCode);
        using var record = JsonDocument.Parse(_world.Home.Parameter(Record)!.Value);
        Assert.Equal("closed", record.RootElement.GetProperty("status").GetString());
        var closed = record.RootElement.GetProperty("closed");
        Assert.Equal(
            (_world.DefaultCallerArn, "false alarm"), (closed.GetProperty("by").GetString(), closed.GetProperty("reason").GetString()));
        Assert.Equal("released", record.RootElement.GetProperty("outcome").GetString());
        Assert.Empty((await IncidentsAsync("list", "--format", "json")).Json);
        Assert.Single((await IncidentsAsync("list", "--state", "closed", "--format", "json")).Json);

        // An incident is closed only once, and a late copy of the event finds it finished.
        Assert.Contains("Already closed", (await IncidentsAsync("close", incident, "--reason", "again")).Output, StringComparison.Ordinal);
        Assert.Contains("false alarm", _world.Home.Parameter(Record)!.Value, StringComparison.Ordinal);
        Assert.Equal("duplicate", (await ReplayAsync()).Json[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Show_reads_like_the_page_and_tells_where_the_quarantine_stands()
    {
        await ContainAsync();
        var run = await IncidentsAsync("show", "cafe-0001");
        Assert.Equal(0, run.ExitCode);
        Assert.All(
            (string[])[
                "CRITICAL: AdministratorAccess attached to user mallory (contained)", "Succeeded: PutUserPermissionsBoundary", "detached: "
                + Samples.AdministratorAccess,
                "open in the ledger; undo it:  responder release " + Record, "actor:", "target:      user mallory",
                "iam.amazonaws.com AttachUserPolicy", "status:      complete", "SNS message"],
            text => Assert.Contains(text, run.Output, StringComparison.Ordinal));

        await Cli.RunAsync("release", Record, "--endpoint", _endpoint.Url.ToString());
        Assert.Contains("released at ", (await IncidentsAsync("show", Record)).Output, StringComparison.Ordinal);
        var json = Assert.Single((await IncidentsAsync("show", Record, "--format", "json")).Json);
        Assert.Equal("responder.incident/1", json.GetProperty("schema").GetString());
    }

    [Fact]
    public async Task Show_names_the_incident_under_which_a_released_principal_is_contained_again()
    {
        await ContainAsync();
        await Cli.RunAsync("release", Record, "--endpoint", _endpoint.Url.ToString());
        var byHand = Assert.Single(
            (await Cli.RunAsync("contain", "mallory", "--format", "json", "--endpoint", _endpoint.Url.ToString())).Json)
            .GetProperty("incident").GetString();

        var shown = (await IncidentsAsync("show", Record)).Output;
        Assert.Contains(
            "open in the ledger, under another incident; undo it:  responder release " + byHand, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("responder release " + Record, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attackers_strings_are_inert_on_the_terminal()
    {
        await ContainAsync();
        var hostile = _world.Home.Parameter(Record)!.Value
            .Replace("\"title\":\"", "\"title\":\"\\u001b]0;owned\\u0007[red]\\u202e\\n", StringComparison.Ordinal);
        _world.Home.SetParameter(Record, hostile);
        foreach (var arguments in (string[][])[
            ["list"], ["show", Record], ["list", "--format", "json"], ["show", Record, "--format", "json"]])
        {
            var run = await IncidentsAsync(arguments);
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain(run.Output, static c => (char.IsControl(c) && c != '\n') || c == '\u202e');
            Assert.Contains("owned", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Broken_and_foreign_records_are_named_and_the_rest_is_listed()
    {
        await ContainAsync();
        _world.Home.SetParameter("/security/incidents/2026-03-04/broken", "{\"schema\":");
        _world.Home.SetParameter("/security/incidents/2026-03-04/theirs", "{\"a\":1}");
        _world.Home.SetParameter("/security/incidents/2026-03-04/odd", """{"schema":"responder.incident/1","severity":7,"event":"x","containment":{},"count":"many","closed":[]}""");
        var run = await IncidentsAsync("list", "--format", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(2, run.Json.Count);
        Assert.Contains("broken: not JSON", run.Error, StringComparison.Ordinal);
        Assert.Contains("theirs: not of the schema", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await IncidentsAsync("show", "odd")).ExitCode);
        Assert.Equal(2, (await IncidentsAsync("show", "/security/incidents/2026-03-04/broken")).ExitCode);
        Assert.Equal(2, (await IncidentsAsync("show", "nowhere")).ExitCode);
    }

    [Fact]
    public async Task Closing_needs_a_reason_and_a_failed_write_ends_with_4()
    {
        await ContainAsync();
        await Cli.RunAsync("release", Record, "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(2, (await IncidentsAsync("close", Record)).ExitCode);
        Assert.Equal(2, (await IncidentsAsync("close", Record, "--reason", " ")).ExitCode);
        _endpoint.Faults.On("ssm", "PutParameter").Refuse();
        Assert.Equal(4, (await IncidentsAsync("close", Record, "--reason", "done")).ExitCode);
    }

    [Fact]
    public async Task A_long_reason_fits_whatever_the_record_holds()
    {
        await ContainAsync();
        await Cli.RunAsync("release", Record, "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(0, (await IncidentsAsync("close", Record, "--reason", new string('\u00e4', 5000))).ExitCode);
        Assert.InRange(_world.Home.Parameter(Record)!.Value.Length, 1, 4096);
    }

    private async Task ContainAsync()
    {
        _world.Home.Attach(_world.Home.EnsureUser("mallory"), Samples.AdministratorAccess);
        Assert.Equal(0, (await ReplayAsync()).ExitCode);
        _endpoint.Calls.Clear();
    }

    private Task<CliRun> ReplayAsync() =>
        Cli.RunAsync(
            "replay", _folder.Write("event.json", Samples.Attach(id: "cafe-0001").ToJsonString()), "--format", "json", "--endpoint",
            _endpoint.Url.ToString());

    private Task<CliRun> IncidentsAsync(params string[] arguments) =>
        Cli.RunAsync(["incidents", .. arguments, "--endpoint", _endpoint.Url.ToString()]);
}
