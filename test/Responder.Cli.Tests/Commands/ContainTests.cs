using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Operations.Installation;

namespace Responder.Cli.Tests.Commands;

public sealed class ContainTests : IAsyncLifetime
{
    private const string Mallory = "arn:aws:iam::123456789012:user/mallory";

    private const string NobodyTold = "responder: ALERT_TOPIC_ARN is not set; nobody was told of the release\n";

    private readonly World _world = new(Samples.Account);
    private LocalAwsEndpoint _endpoint = null!;
    private IamUser _mallory = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _mallory = _world.Home.EnsureUser("mallory");
        _world.Home.Attach(_mallory, Samples.AdministratorAccess);
        _world.Home.EnsureAccessKey(_mallory, "AKIAMALLORY1EXAMPLE");
        _world.Home.EnsureLoginProfile(_mallory);
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    [Theory]
    [InlineData("mallory")]
    [InlineData(Mallory)]
    public async Task A_person_contains_as_the_function_does_and_the_release_takes_it_back(string principal)
    {
        var topic = _world.Home.EnsureTopic("alerts").Arn;
        var before = _world.Snapshot(SnapshotParts.Iam);
        var run = await ContainAsync(new()
        {
            ["ALERT_TOPIC_ARN"] = topic,
        }, principal, "--reason", "seen in the vault", "--incident", "cafe-0001", "--format", "json");

        Assert.Equal(0, run.ExitCode);
        var json = run.Json[0];
        Assert.Equal("contained", json.GetProperty("state").GetString());
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
        Assert.Empty(_mallory.AttachedPolicies);
        Assert.True(_mallory.AccessKeys["AKIAMALLORY1EXAMPLE"].Active); // deactivating keys was not asked for
        var record = json.GetProperty("incident").GetString()!;
        Assert.Contains("seen in the vault", _world.Home.Parameter(record)!.Value, StringComparison.Ordinal);
        Assert.Contains("cafe-0001", _world.Home.Parameter(record)!.Value, StringComparison.Ordinal);
        var page = Assert.Single(_world.Messages);
        Assert.Equal("[HIGH] User mallory contained by hand (contained) 123456789012", page.Subject);
        Assert.Contains($"responder release {record}", page.For("email"), StringComparison.Ordinal);
        Assert.Contains(_world.DefaultCallerArn, page.For("email"), StringComparison.Ordinal);

        Assert.Equal(0, (await Cli.RunAsync("release", record, "--endpoint", _endpoint.Url.ToString())).ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_be_done_and_changes_nothing()
    {
        var before = _world.Snapshot();
        var run = await ContainAsync([], "mallory", "--action", "deactivate-keys", "--action", "quarantine-user", "--dry-run");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("To do     UpdateAccessKey AKIAMALLORY1EXAMPLE", run.Output, StringComparison.Ordinal);
        Assert.Contains($"To do     PutUserPermissionsBoundary {Samples.DenyAll}", run.Output, StringComparison.Ordinal);
        Assert.Contains($"To do     DetachUserPolicy {Samples.AdministratorAccess}", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    [Fact]
    public async Task The_console_password_goes_only_when_asked_for_and_the_plan_says_that_it_stays_gone()
    {
        Assert.Equal(0, (await ContainAsync([], "mallory")).ExitCode);
        Assert.NotNull(_mallory.LoginProfile);

        var run = await ContainAsync([], "mallory", "--remove-console-password", "--format", "text");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("cannot be undone: create a new password", run.Output, StringComparison.Ordinal);
        Assert.Null(_mallory.LoginProfile);
        var record = run.Output.Split('\n').Single(static l => l.StartsWith("Record", StringComparison.Ordinal))["Record    ".Length..]
            .Trim();
        var release = await Cli.RunAsync("release", record, "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(0, release.ExitCode);
        Assert.Contains("the console password cannot be restored", release.Output, StringComparison.Ordinal);
        Assert.Null(_mallory.LoginProfile);
        Assert.Null(_mallory.BoundaryArn);
        Assert.Contains(Samples.AdministratorAccess, _mallory.AttachedPolicies);
    }

    [Fact]
    public async Task A_key_that_was_inactive_before_stays_inactive()
    {
        _world.Home.EnsureAccessKey(_mallory, "AKIAMALLORY2EXAMPLE", active: false);
        var before = _world.Snapshot(SnapshotParts.Iam);
        var run = await ContainAsync([], "mallory", "--action", "deactivate-keys", "--format", "json");
        Assert.Null(_mallory.BoundaryArn);
        Assert.All(_mallory.AccessKeys.Values, static key => Assert.False(key.Active));

        var record = run.Json[0].GetProperty("incident").GetString()!;
        Assert.Equal(0, (await Cli.RunAsync("release", record, "--endpoint", _endpoint.Url.ToString())).ExitCode);
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    [Fact]
    public async Task Where_an_action_finds_nothing_nothing_is_written()
    {
        _world.Home.EnsureUser("trent");
        var before = _world.Snapshot();
        var run = await ContainAsync([], "trent", "--action", "deactivate-keys");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Nothing to do", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Contained.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    [Fact]
    public async Task A_break_glass_user_is_contained_only_by_force_and_a_role_of_the_responder_never()
    {
        Dictionary<string, string> environment = new()
        {
            ["BREAK_GLASS_ARNS"] = Mallory,
            ["RESPONDER_ROLE_ARNS"] = "arn:aws:iam::123456789012:role/Responder",
        };
        _world.Home.EnsureRole("Responder");
        var before = _world.Snapshot();
        var refused = await ContainAsync(environment, "mallory");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("break-glass principal", refused.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await ContainAsync(environment, "arn:aws:iam::123456789012:role/Responder", "--force")).ExitCode);
        Assert.Equal(before, _world.Snapshot());

        Assert.Equal(0, (await ContainAsync(environment, "mallory", "--force")).ExitCode);
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
    }

    /// <summary>The laptop of whoever contains knows nothing; the stack has written down what counts.</summary>
    [Fact]
    public async Task The_settings_of_the_installation_count_and_not_those_of_the_environment()
    {
        var topic = _world.Home.EnsureTopic("alerts").Arn;
        string[] given = ["ALERT_TOPIC_ARN", "BREAK_GLASS_ARNS"];
        _world.Home.SetParameter(
            "/security/settings/installation",
            $"ALERT_TOPIC_ARN={topic}\n{string.Join("=\n", InstallationSettings.Names.Except(given))}=");
        _world.Home.SetParameter("/security/settings/protected", $"BREAK_GLASS_ARNS={Mallory}");
        var refused = await ContainAsync(new() { ["BREAK_GLASS_ARNS"] = "arn:aws:iam::123456789012:user/other" }, "mallory");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("break-glass principal", refused.Error, StringComparison.Ordinal);
        Assert.Contains(
            "BREAK_GLASS_ARNS of this environment is not used: the installation says otherwise", refused.Error, StringComparison.Ordinal);

        Assert.Equal(0, (await ContainAsync([], "mallory", "--force")).ExitCode);
        Assert.Single(_world.Messages);
    }

    /// <summary>Whoever contains by hand reads that there is no undo, where it is, and gets another exit code.</summary>
    [Fact]
    public async Task In_a_full_store_a_containment_says_that_nothing_holds_its_undo()
    {
        _world.Limits.StandardParameters = 0;
        var run = await ContainAsync([], "mallory");
        Assert.Equal(4, run.ExitCode);
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
        Assert.Contains("nothing of the state before could be written down", run.Output, StringComparison.Ordinal);
        Assert.Contains("--prior-state FILE", run.Output, StringComparison.Ordinal);
        Assert.Contains("ParameterLimitExceeded", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"what\":\"prior-state\"", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_that_cannot_be_believed_stop_a_containment_unless_it_is_forced()
    {
        _world.Home.SetParameter("/security/settings/installation", "RESPONDER_MODE=Sometimes");
        var before = _world.Snapshot();
        var refused = await ContainAsync([], "mallory");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains(
            "the settings of the installation cannot be relied on: below /security/settings there is no ",
            refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
        Assert.Equal(0, (await ContainAsync([], "mallory", "--force")).ExitCode);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("arn:aws:iam::210987654321:user/mallory")]
    [InlineData("arn:aws:iam::123456789012:root")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("a b")]
    [InlineData("arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef")]
    public async Task What_cannot_be_contained_is_said_and_nothing_is_written(string principal)
    {
        var before = _world.Snapshot();
        var run = await ContainAsync([], principal);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Equal(before, _world.Snapshot());
    }

    [Fact]
    public async Task A_step_that_fails_ends_with_4()
    {
        _endpoint.Faults.On("iam", "PutUserPermissionsBoundary").Refuse();
        var run = await ContainAsync([], "mallory", "--format", "json");
        Assert.Equal(4, run.ExitCode);
        Assert.Equal("failed", run.Json[0].GetProperty("state").GetString());
        Assert.Contains(run.Json[0].GetProperty("steps").EnumerateArray(), static s => s.GetProperty("result").GetString() == "Failed");
    }

    /// <summary>Whoever deletes the settings must not gain anything: nobody would be protected, and no ledger could be judged.</summary>
    [Fact]
    public async Task Without_settings_and_without_an_environment_a_script_contains_nobody()
    {
        _world.Home.SetParameter("/security-pulse", "now");
        var before = _world.Snapshot();
        var home = new Dictionary<string, string> { ["RESPONDER_ENDPOINT_URL"] = _endpoint.Url.ToString() };
        var refused = await Cli.RunAsync(home, "contain", "mallory", "--yes");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("there are no settings below /security/settings", refused.Error, StringComparison.Ordinal);
        Assert.Contains("no RESPONDER_ROLE_ARNS", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
        Assert.Equal(0, (await Cli.RunAsync(home, "contain", "mallory", "--yes", "--force")).ExitCode);
    }

    [Fact]
    public async Task An_ARN_with_another_path_names_nobody()
    {
        var before = _world.Snapshot();
        var run = await ContainAsync([], "arn:aws:iam::123456789012:user/x/y/mallory");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("the name is that of arn:aws:iam::123456789012:user/mallory", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    /// <summary>A version's number in another policy of the same name is another version.</summary>
    [Fact]
    public async Task A_version_of_a_policy_that_was_made_anew_is_never_put_back()
    {
        const string Policy = "arn:aws:iam::123456789012:policy/tool";
        const string Little = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}""";
        const string All = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";
        _world.Home.EnsurePolicy(Policy, Little);
        _world.Home.EnsurePolicy(Policy, All);
        var contained = await ContainAsync([], Policy, "--format", "json");
        Assert.Equal((0, 1), (contained.ExitCode, _world.Home.Policies[Policy].Default.Number));
        var record = contained.Json[0].GetProperty("incident").GetString()!;

        _world.Home.DeletePolicy(Policy);
        var later = DateTimeOffset.UtcNow.AddMinutes(5);
        foreach (var text in (string[])[Little, All, Little.Replace("Get", "Put", StringComparison.Ordinal)])
            _world.Home.EnsurePolicy(Policy, text, created: later);
        var refused = await ReleaseAsync(record);
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("was made anew", refused.Error, StringComparison.Ordinal);
        var forced = await ReleaseAsync(record, "--force");
        Assert.Equal(3, _world.Home.Policies[Policy].Default.Number);
        Assert.Contains("Nothing was restored", forced.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_contained_already_is_shown_to_be()
    {
        Assert.Equal(0, (await ContainAsync([], "mallory")).ExitCode);
        var again = await ContainAsync([], "mallory", "--dry-run");
        Assert.Contains("Is so     PutUserPermissionsBoundary", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("To do     PutUserPermissionsBoundary", again.Output, StringComparison.Ordinal);
    }

    /// <summary>Contained is contained, whether or not anybody could be told.</summary>
    [Fact]
    public async Task A_page_that_was_not_sent_does_not_undo_a_containment()
    {
        _endpoint.Faults.On("sns", "Publish").Refuse();
        var run = await ContainAsync(new() { ["ALERT_TOPIC_ARN"] = _world.Home.EnsureTopic("alerts").Arn }, "mallory");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("Contained, but NOT paged", run.Output, StringComparison.Ordinal);
        Assert.Contains("responder release ", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("nothing of the state before could be written down", run.Output, StringComparison.Ordinal);
    }

    /// <summary>The variable stands for AWS here: only an endpoint that is named on the command line is a drill.</summary>
    [Fact]
    public async Task Without_a_terminal_and_without_yes_nobody_is_contained()
    {
        _world.Home.SetParameter("/security-pulse", "now");
        var before = _world.Snapshot();
        var run = await AtHomeAsync("mallory");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--yes is missing", run.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
        Assert.Equal(0, (await AtHomeAsync("mallory", "--dry-run")).ExitCode);
        Assert.Equal(before, _world.Snapshot());

        var no = await Cli.RunAnsweringAsync("n", Home, "contain", "mallory");
        Assert.Equal(2, no.ExitCode);
        Assert.Contains("Contain user mallory in account 123456789012?", no.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());

        Assert.Equal(0, (await AtHomeAsync("mallory", "--yes")).ExitCode);
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
    }

    [Fact]
    public async Task A_region_without_an_installation_is_refused_and_one_read_tells()
    {
        _world.Home.SetParameter("/security", "another's");
        _world.Home.SetParameter("/security-baseline/x", "another's");
        _world.Home.SetParameter("/security/mode", "enforce", "eu-west-1");
        var before = _world.Snapshot();
        var refused = await AtHomeAsync("mallory", "--yes");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("us-east-1 has no installation: there is no parameter below /security", refused.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
        var only = Assert.Single(_endpoint.Calls.All);
        Assert.Equal(("ssm", "DescribeParameters"), (only.Service, only.Operation));
        Assert.Equal(0, (await AtHomeAsync("mallory", "--yes", "--region", "eu-west-1")).ExitCode);
    }

    [Theory]
    [InlineData("/security/mode")]
    [InlineData("/security/incidents/2026-01-01/cafe")]
    [InlineData("/security/quarantines/123456789012/user.bob")]
    [InlineData("/security-pulse")]
    public async Task Whatever_an_installation_has_written_tells_that_it_is_there(string parameter)
    {
        _world.Home.SetParameter(parameter, "x");
        Assert.Equal(0, (await AtHomeAsync("mallory", "--yes")).ExitCode);
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
    }

    [Fact]
    public async Task A_parameter_store_that_does_not_answer_stops_nobody()
    {
        _endpoint.Faults.On("ssm", "DescribeParameters").Refuse();
        var run = await AtHomeAsync("mallory", "--yes");
        Assert.Contains("whether us-east-1 has an installation is not known", run.Error, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
    }

    /// <summary>
    /// The first run contains but can write nothing down, and the second one does not know which boundary the first one replaced.
    /// </summary>
    [Fact]
    public async Task The_prior_state_is_written_before_anything_changes_and_a_release_can_use_it()
    {
        _world.Home.SetBoundary(_mallory, "arn:aws:iam::aws:policy/ReadOnlyAccess");
        var before = _world.Snapshot(SnapshotParts.Iam);
        Assert.DoesNotContain("prior-state", (await ContainAsync([], "mallory", "--dry-run")).Error, StringComparison.Ordinal);

        var seen = "";
        _endpoint.Faults.On("iam", "PutUserPermissionsBoundary").Nth(1).Meanwhile(() => seen = _world.Snapshot(SnapshotParts.Iam));
        _endpoint.Faults.On("ssm", "PutParameter").Times(20).Refuse();
        var first = await ContainAsync([], "mallory");
        Assert.Equal(4, first.ExitCode);
        Assert.Equal(Samples.DenyAll, _mallory.BoundaryArn);
        Assert.Equal(before, seen);
        var line = Assert.Single(first.Error.Split('\n'), static l => l.StartsWith('{'));
        Assert.Equal("prior-state", System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("what").GetString());

        _endpoint.Faults.Clear();
        var second = await ContainAsync([], "mallory", "--format", "json");
        var record = second.Json[0].GetProperty("incident").GetString()!;
        var unknown = await ReleaseAsync(record);
        Assert.Equal(2, unknown.ExitCode);
        Assert.Contains("--prior-state", unknown.Error, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        var released = await ReleaseAsync(record, "--prior-state", folder.Write("lines.json", first.Error + second.Error));
        Assert.Equal((0, ""), (released.ExitCode, released.Error.Replace(NobodyTold, "", StringComparison.Ordinal)));
        Assert.Equal(before, _world.Snapshot(SnapshotParts.Iam));
    }

    private Task<CliRun> ReleaseAsync(params string[] arguments) =>
        Cli.RunAsync(["release", .. arguments, "--endpoint", _endpoint.Url.ToString()]);

    private Dictionary<string, string> Home => new()
    {
        ["RESPONDER_ENDPOINT_URL"] = _endpoint.Url.ToString(),
        ["RESPONDER_ROLE_ARNS"] = "arn:aws:iam::123456789012:role/responder-IamFunctionRole-ABC",
    };

    private Task<CliRun> AtHomeAsync(params string[] arguments) => Cli.RunAsync(Home, ["contain", .. arguments]);

    private Task<CliRun> ContainAsync(Dictionary<string, string> environment, params string[] arguments) =>
        Cli.RunAsync(environment, ["contain", .. arguments, "--endpoint", _endpoint.Url.ToString()]);
}
