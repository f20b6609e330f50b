using System.Text.Json;
using Amazon.IdentityManagement.Model;
using Amazon.Runtime;
using Responder.Aws;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Commands;

public sealed class ReleaseTests : IAsyncLifetime
{
    private const string Record = "/security/incidents/2026-03-04/cafe-0001";
    private const string Ledger = "/security/quarantines/123456789012/user.mallory";

    /// <summary>The only entry of the ledger.</summary>
    private string Entry => _world.Home.Parameters["us-east-1"].Keys.Single(static name =>
        name.StartsWith(Ledger + "/", StringComparison.Ordinal) && !name.EndsWith(".release", StringComparison.Ordinal));

    /// <summary>What the release of it says.</summary>
    private string Release => Entry + ".release";

    private const string ReadOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    private readonly TemporaryFolder _folder = new();
    private readonly World _world = new(Samples.Account);
    private LocalAwsEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync() => _endpoint = await LocalAwsEndpoint.StartAsync(_world);

    public async ValueTask DisposeAsync()
    {
        await _endpoint.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(null, Record)]
    [InlineData(ReadOnly, Record)]
    [InlineData(null, "cafe-0001")]
    public async Task A_release_restores_the_state_before_byte_for_byte(string? boundary, string incident)
    {
        var mallory = GivenUser(boundary);
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);

        var run = await ReleaseAsync(incident);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
        Assert.Contains("Released, read back and written down.", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The variable stands for AWS here: only an endpoint that is named on the command line is a drill.</summary>
    [Fact]
    public async Task Without_a_terminal_and_without_yes_nothing_is_released()
    {
        var mallory = GivenUser(ReadOnly);
        await ContainAsync();
        var home = new Dictionary<string, string> { ["RESPONDER_ENDPOINT_URL"] = _endpoint.Url.ToString() };
        var refused = await Cli.RunAsync(home, "release", Record);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--yes is missing", refused.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await Cli.RunAsync(home, "release", Record, "--dry-run")).ExitCode);
        Assert.Equal(2, (await Cli.RunAnsweringAsync("n", home, "release", Record)).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync(home, "release", "0001", "--yes")).ExitCode);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);

        // Nobody can tell here who wrote the ledger: whoever deletes the settings must not gain anything.
        var blind = await Cli.RunAsync(home, "release", Record, "--yes");
        Assert.Equal(2, blind.ExitCode);
        Assert.Contains("no RESPONDER_ROLE_ARNS", blind.Error, StringComparison.Ordinal);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);
        Assert.Equal(0, (await Cli.RunAsync(home, "release", Record, "--yes", "--force")).ExitCode);
        Assert.Equal(ReadOnly, mallory.BoundaryArn);
    }

    [Theory]
    [InlineData(Record, true)]
    [InlineData("cafe-0001", true)]
    [InlineData("cafe-000", false)]
    [InlineData("0001", false)]
    [InlineData("/security/incidents/2026-03-04/cafe", false)]
    [InlineData("", false)]
    public void Yes_goes_with_the_whole_name_of_an_incident(string incident, bool isWhole) =>
        Assert.Equal(isWhole, Responder.Cli.Commands.ReleaseCommand.IsWhole(incident, Record));

    [Fact]
    public async Task Ledger_and_record_say_who_released_and_hold_the_request_ids_of_every_call()
    {
        GivenUser();
        await ContainAsync();
        var first = _world.Trail.Count;
        await ReleaseAsync(Record);
        var caused = _world.Trail.Skip(first).ToArray();
        Assert.Equal(["AttachUserPolicy", "DeleteUserPermissionsBoundary"], caused.Select(static t => t.EventName));

        var release = Read(Release);
        Assert.Equal("released", release.GetProperty("status").GetString());
        Assert.Equal(
            caused.Select(static t => t.RequestId), release.GetProperty("requestIds").EnumerateArray()
            .Select(static i => i.GetString()!));
        Assert.Equal(_world.DefaultCallerArn, release.GetProperty("by").GetString());
        var record = Read(Record);
        Assert.Equal(("complete", "released"), (record.GetProperty("status").GetString(), record.GetProperty("outcome").GetString()));
        Assert.Equal(_world.DefaultCallerArn, record.GetProperty("release").GetProperty("by").GetString());
    }

    /// <summary>
    /// The function was cut off after it had acted but before it could write the ledger, so only its log knows the state before.
    /// </summary>
    [Theory]
    [InlineData("line")]
    [InlineData("tail")]
    [InlineData("filter-log-events")]
    public async Task What_ledger_and_record_do_not_know_is_taken_from_the_log(string form)
    {
        var mallory = GivenUser(ReadOnly);
        var before = _world.Snapshot(SnapshotParts.Iam);
        _world.Home.SetBoundary(mallory, Samples.DenyAll);
        await ContainAsync();

        var unknown = await ReleaseAsync(Record);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("--prior-state", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);

        const string principal = """{"kind":"user","account":"123456789012","name":"mallory","arn":null}""";
        const string line = $$"""{"timestamp":"2026-03-04T09:01:08.000Z","level":"INFO","what":"prior-state","function":"iam","incidentId":"cafe-0001","principal":{{principal}},"prior":{"actions":["quarantine-user"],"boundary":"{{ReadOnly}}","detached":["{{Samples.AdministratorAccess}}"]},"attached":[]}""";
        var file = _folder.Write("lines.json", form switch
        {
            "line" => line + "\n" + line.Replace("cafe-0001", "cafe-0002", StringComparison.Ordinal)
                .Replace(ReadOnly, "unknown", StringComparison.Ordinal) + "\n",
            "tail" => "2026-03-04T09:01:08 " + line + "\n2026-03-04T09:01:09 START RequestId\n",
            _ => JsonSerializer.Serialize(new { events = new[] { new { timestamp = 1, message = line } } }),
        });
        var stranger = _folder.Write("other.json", line.Replace("mallory", "bob", StringComparison.Ordinal));
        Assert.Equal(2, (await ReleaseAsync(Record, "--prior-state", stranger)).ExitCode);
        Assert.Equal(2, (await ReleaseAsync(Record, "--prior-state", file + ".missing")).ExitCode);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);

        var run = await ReleaseAsync(Record, "--prior-state", file);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    [Fact]
    public async Task A_released_incident_whose_target_has_our_boundary_again_is_released_once_more()
    {
        var mallory = GivenUser(ReadOnly);
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        Assert.Equal(0, (await ReleaseAsync(Record)).ExitCode);
        _world.Home.SetBoundary(mallory, Samples.DenyAll); // set by a delivery that could not read the ledger and was cut off
        using (var iam = new AwsClients(_endpoint.Url, "us-east-1", new BasicAWSCredentials("AKIARESPONDER", "secret")).Iam())
            await iam.DetachUserPolicyAsync(new DetachUserPolicyRequest { UserName = "mallory", PolicyArn = Samples.AdministratorAccess });

        Assert.Equal(0, (await ReleaseAsync(Record)).ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
        var again = await ReleaseAsync(Record, "--format", "json");
        Assert.Equal("already-released", again.Json[0].GetProperty("state").GetString());
    }

    [Fact]
    public async Task The_events_that_a_release_causes_leave_the_user_released()
    {
        GivenUser(ReadOnly);
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        await ReleaseAsync(Record);
        var file = _folder.Write("trail.jsonl", string.Concat(_world.Trail.Select(static t => t.ToEventBridgeEvent() + "\n")));
        var replay = await Cli.RunAsync("replay", file, "--format", "json", "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
        Assert.All(replay.Json, static line => Assert.Empty(line.GetProperty("containment").EnumerateArray()));
        var attached = Assert.Single(replay.Json, static line => line.GetProperty("eventName").GetString() == "AttachUserPolicy");
        Assert.Equal(
            ("trusted", "caused by a release"),
            (attached.GetProperty("outcome").GetString(), attached.GetProperty("decision").GetProperty("because").GetString()));
    }

    [Fact]
    public async Task A_late_copy_of_the_incident_s_event_leaves_the_user_released()
    {
        GivenUser();
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        await ReleaseAsync(Record);
        var again = await ContainAsync();
        Assert.Equal("duplicate", again.Json[0].GetProperty("outcome").GetString());
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    [Fact]
    public async Task A_second_release_says_so_and_changes_nothing()
    {
        GivenUser();
        await ContainAsync();
        await ReleaseAsync(Record);
        var before = _world.Snapshot();
        var run = await ReleaseAsync(Record);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Already released", run.Output, StringComparison.Ordinal);
        Assert.Contains(_world.DefaultCallerArn, run.Output, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    [Fact]
    public async Task A_dry_run_shows_the_steps_and_changes_nothing()
    {
        GivenUser(ReadOnly);
        await ContainAsync();
        var before = _world.Snapshot();
        var run = await ReleaseAsync(Record, "--dry-run");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"To do     AttachUserPolicy {Samples.AdministratorAccess}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"To do     PutUserPermissionsBoundary {ReadOnly}", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    [Theory]
    [InlineData("none", null)]
    [InlineData(ReadOnly, ReadOnly)]
    public async Task An_unknown_boundary_is_asked_for_and_never_guessed(string choice, string? expected)
    {
        // The boundary is ours, but there is no ledger: nobody knows what it replaced.
        var mallory = GivenUser(Samples.DenyAll);
        await ContainAsync();
        var run = await ReleaseAsync(Record);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--boundary none", run.Error, StringComparison.Ordinal);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);

        Assert.Equal(0, (await ReleaseAsync(Record, "--boundary", choice)).ExitCode);
        Assert.Equal(expected, mallory.BoundaryArn);
        Assert.Equal(2, (await ReleaseAsync(Record, "--boundary", "something")).ExitCode);
    }

    [Fact]
    public async Task A_failed_step_keeps_the_user_contained_notes_its_ids_and_ends_with_4()
    {
        var mallory = GivenUser();
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        _endpoint.Faults.On("iam", "DeleteUserPermissionsBoundary").Times(1).Refuse();
        var run = await ReleaseAsync(Record);
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("FAILED", run.Output, StringComparison.Ordinal);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);
        var release = Read(Release);
        Assert.Equal("releasing", release.GetProperty("status").GetString());
        Assert.NotEmpty(release.GetProperty("requestIds").EnumerateArray());

        Assert.Equal(0, (await ReleaseAsync(Record)).ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
        Assert.Equal(2, Read(Release).GetProperty("requestIds").GetArrayLength());
    }

    [Fact]
    public async Task A_boundary_that_somebody_set_since_stays_unless_forced()
    {
        var mallory = GivenUser();
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        _world.Home.SetBoundary(mallory, ReadOnly);
        var run = await ReleaseAsync(Record);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"the boundary is no longer ours: somebody else set it to {ReadOnly}", run.Error, StringComparison.Ordinal);
        Assert.Equal(ReadOnly, mallory.BoundaryArn);
        Assert.Empty(mallory.AttachedPolicies);
        Assert.Null(_world.Home.Parameter(Release));

        Assert.Equal(0, (await ReleaseAsync(Record, "--force")).ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    [Fact]
    public async Task A_policy_that_somebody_attached_again_is_a_change_too()
    {
        var mallory = GivenUser();
        var before = _world.Snapshot(SnapshotParts.Iam);
        await ContainAsync();
        _world.Home.Attach(mallory, Samples.AdministratorAccess);
        var run = await ReleaseAsync(Record, "--format", "json");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("changed", run.Json[0].GetProperty("state").GetString());
        Assert.Equal(
            $"{Samples.AdministratorAccess} was attached again by somebody else",
            Assert.Single(run.Json[0].GetProperty("changes").EnumerateArray()).GetString());
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);

        Assert.Equal(0, (await ReleaseAsync(Record, "--force")).ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    [Fact]
    public async Task A_release_says_who_and_why_to_everybody_who_was_paged()
    {
        GivenUser();
        await ContainAsync();
        var page = Assert.Single(_world.Messages);
        var run = await Cli.RunAsync(
            new Dictionary<string, string>
            {
                ["ALERT_TOPIC_ARN"] = page.Target,
            }, "release", Record, "--reason", "drill of the 4th", "--format", "json", "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("released", run.Json[0].GetProperty("state").GetString());
        Assert.Equal("drill of the 4th", Read(Record).GetProperty("release").GetProperty("reason").GetString());

        var note = _world.Messages[1];
        Assert.Equal("[RELEASED] user mallory 123456789012", note.Subject);
        Assert.Equal("released", note.Attributes["status"].Value);
        Assert.Equal(page.Attributes["dedupKey"].Value, note.Attributes["dedupKey"].Value);
        Assert.Equal(page.Attributes["severity"].Value, note.Attributes["severity"].Value);
        Assert.Contains(_world.DefaultCallerArn, note.For("email"), StringComparison.Ordinal);
        Assert.Contains("drill of the 4th", note.For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closing_note_that_does_not_leave_ends_with_4_and_the_user_is_released()
    {
        var mallory = GivenUser();
        await ContainAsync();
        _endpoint.Faults.On("sns", "Publish").Refuse();
        var run = await Cli.RunAsync(new Dictionary<string, string>
        {
            ["ALERT_TOPIC_ARN"] = _world.Messages[0].Target,
        }, "release", Record, "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("closing note", run.Output, StringComparison.Ordinal);
        Assert.Null(mallory.BoundaryArn);
    }

    [Fact]
    public async Task A_caller_that_sts_does_not_tell_is_unknown_and_the_release_goes_on()
    {
        GivenUser();
        await ContainAsync();
        _endpoint.Faults.On("sts", "GetCallerIdentity").Refuse();
        var run = await ReleaseAsync(Record);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("unknown", Read(Release).GetProperty("by").GetString());
    }

    [Fact]
    public async Task Credentials_of_another_account_release_nobody()
    {
        GivenUser();
        await ContainAsync();
        var ledger = _world.Home.Parameter(Entry)!.Value.Replace(
            "\"account\":\"123456789012\"", "\"account\":\"210987654321\"", StringComparison.Ordinal);
        _world.Home.SetParameter(Entry, ledger);
        var run = await ReleaseAsync(Record);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("account 210987654321", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_incident_that_nobody_knows_or_that_contained_nobody_is_said()
    {
        Assert.Equal(2, (await ReleaseAsync("/security/incidents/2026-03-04/none")).ExitCode);
        Assert.Equal(2, (await ReleaseAsync("none")).ExitCode);
        GivenUser();
        await Cli.RunAsync("replay", File(), "--mode", "Observe", "--endpoint", _endpoint.Url.ToString());
        var run = await ReleaseAsync(Record);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("contained nobody", run.Output, StringComparison.Ordinal);
    }

    private IamUser GivenUser(string? boundary = null)
    {
        var mallory = _world.Home.EnsureUser("mallory");
        _world.Home.Attach(mallory, Samples.AdministratorAccess);
        _world.Home.SetBoundary(mallory, boundary);
        return mallory;
    }

    private string File() => _folder.Write("event.json", Samples.Attach(id: "cafe-0001").ToJsonString());

    private Task<CliRun> ContainAsync() => Cli.RunAsync("replay", File(), "--format", "json", "--endpoint", _endpoint.Url.ToString());

    private Task<CliRun> ReleaseAsync(params string[] arguments) =>
        Cli.RunAsync(["release", .. arguments, "--endpoint", _endpoint.Url.ToString()]);

    private JsonElement Read(string name) => JsonDocument.Parse(_world.Home.Parameter(name)!.Value).RootElement;
}
