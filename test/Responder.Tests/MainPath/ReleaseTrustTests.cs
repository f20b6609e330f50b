using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Aws;
using Responder.LocalAws.State;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>
/// The role of releases is no silent administrator: what it does is trusted only as a step of a planned release that restores what the
/// responder wrote down.
/// </summary>
[Trap("E26")]
[Trap("E29")]
public sealed class ReleaseTrustTests
{
    private const string Ledger = "/security/quarantines/123456789012/user.mallory";
    private const string Function = "arn:aws:iam::123456789012:role/responder-IamFunctionRole-ABC";
    private const string ReleaseRole = "arn:aws:iam::123456789012:role/responder-ReleaseRole-ABC";
    private const string OperatorRole = "arn:aws:iam::123456789012:role/responder-OperatorRole-ABC";
    private const string FunctionSession = "arn:aws:sts::123456789012:assumed-role/responder-IamFunctionRole-ABC/responder-iam";
    private const string ReleaseSession = "arn:aws:sts::123456789012:assumed-role/responder-ReleaseRole-ABC/anna";
    private const string OperatorSession = "arn:aws:sts::123456789012:assumed-role/responder-OperatorRole-ABC/otto";

    private static readonly ResponderOptions s_options = new()
    {
        ResponderRoleArns = new HashSet<string> { Function },
        ReleaseRoleArn = ReleaseRole,
        OperatorRoleArn = OperatorRole,
    };

    [Fact]
    public async Task Attaching_a_policy_by_hand_is_judged_like_anybody_s()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        var response = await driver.SendAsync(AdminAttachedTo("mallory").By(Session(ReleaseRole, "anna")));
        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task The_events_of_a_release_leave_the_user_released_and_page_nobody()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var caused = await ReleaseAsync(driver);
        Assert.Equal(["AttachUserPolicy", "DeleteUserPermissionsBoundary"], caused.Select(static c => c.EventName));
        var pages = driver.World.Messages.Count;
        foreach (var record in caused)
        {
            driver.Restart();
            var response = await driver.SendAsync(Event(record));
            Assert.Equal(Outcome.Trusted, response.Outcome);
        }

        Assert.Equal(pages, driver.World.Messages.Count);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Equal([Admin], driver.User("mallory").AttachedPolicies);
    }

    /// <summary>The plan is there before the first call; the request id of a call only after it.</summary>
    [Fact]
    public async Task An_event_that_is_faster_than_its_request_id_is_known_by_the_plan()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var caused = await ReleaseAsync(driver, stopAt: "DeleteUserPermissionsBoundary");
        var attached = Event(Assert.Single(caused));
        var release = Assert.Single(driver.Parameters(Ledger + "/"), static p => p.Key.EndsWith(".release", StringComparison.Ordinal));
        var json = JsonNode.Parse(release.Value)!;
        json["requestIds"] = new JsonArray();
        await WriteAsync(driver, ReleaseSession, release.Key, json.ToJsonString());
        driver.Restart();
        var planned = DateTimeOffset.Parse((string)json["at"]!, CultureInfo.InvariantCulture);
        var inTime = Changed(attached, record => record["eventTime"] = Time(planned));
        Assert.Equal(Outcome.Trusted, (await driver.SendAsync(inTime)).Outcome);

        // The same call by somebody else, or after the quarter of an hour that the plan is for, is none of the release.
        var byEve = Changed(inTime, static record => record["userIdentity"] = User("eve"));
        Assert.Equal(Outcome.Incident, (await driver.SendAsync(byEve)).Outcome);
        var late = Changed(inTime, record => record["eventTime"] = Time(planned.AddMinutes(40)));
        Assert.NotEqual(Outcome.Trusted, (await driver.SendAsync(late)).Outcome);
    }

    [Fact]
    public async Task A_planned_call_that_restores_nothing_is_paged_and_contains_nobody()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var release = LedgerText.Release(
            new(false, CalledAt, ReleaseSession)
            {
                TargetId = driver.User("mallory").Id,
                Until = CalledAt.AddMinutes(15),
                Calls = ["AttachUserPolicy arn:aws:iam::aws:policy/IAMFullAccess"],
            },
            null);
        await WriteAsync(driver, ReleaseSession, Ledger + "/0001.release", release);
        driver.World.Home.Attach(driver.User("mallory"), "arn:aws:iam::aws:policy/IAMFullAccess");
        driver.Restart();
        var response = await driver.SendAsync(
            AdminAttachedTo("mallory", "arn:aws:iam::aws:policy/IAMFullAccess").By(Session(ReleaseRole, "anna")));
        Assert.Equal((Severity.Critical, Outcome.Alert), (response.Severity, response.Outcome));
        Assert.Equal(GuardrailId.Release, response.Decision!.Guardrail);
        Assert.Contains("no ledger says that it restores anything", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
    }

    /// <summary>Whoever may write parameters writes a ledger, and has a release give what was never there.</summary>
    [Fact]
    public async Task A_ledger_that_somebody_else_wrote_is_not_believed()
    {
        await using var driver = await ContainedAsync("arn:aws:iam::123456789012:user/eve");
        driver.World.MapAccessKey("AKIARESPONDER", ReleaseSession);
        var plan = await Releaser(driver).PlanAsync(Record(driver), null, force: false, default);
        Assert.Equal(ReleaseState.Changed, plan.State);
        foreach (var written in (string[])[Ledger + "/0001", Record(driver)])
            Assert.Contains($"{written} was written by arn:aws:iam::123456789012:user/eve, which is not the responder", plan.Changes);

        var caused = await ReleaseAsync(driver, force: true);
        driver.Restart();
        var response = await driver.SendAsync(
            Changed(Event(caused[0]), record => record["eventTime"] = Time(driver.Clock.Now)));
        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task An_entry_that_was_written_twice_or_names_somebody_else_is_shown_and_has_to_be_forced()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        driver.World.MapAccessKey("AKIAREWRITER", FunctionSession);
        var text = driver.Parameter(Ledger + "/0001")!.Replace("\"mallory\"", "\"eve\"", StringComparison.Ordinal);
        driver.World.Home.SetParameter(Ledger + "/0001", text);
        var plan = await Releaser(driver).PlanAsync(Record(driver), null, force: false, default);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains(plan.Changes, static c => c.Contains("whose ledger is another one", StringComparison.Ordinal));
        Assert.Contains(plan.Changes, static c => c.Contains("was written 2 times", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_contained_by_hand_comes_back_with_a_page_that_names_both_sessions()
    {
        await using var driver = await ContainedAsync(OperatorSession);
        var caused = await ReleaseAsync(driver);
        driver.Restart();
        var response = await driver.SendAsync(Event(caused[0]));
        Assert.Equal((Severity.High, Outcome.Alert), (response.Severity, response.Outcome));
        Assert.Null(driver.User("mallory").BoundaryArn);
        var page = driver.World.Messages[^1].For("email");
        Assert.Contains(ReleaseSession, page, StringComparison.Ordinal);
        Assert.Contains(OperatorSession, page, StringComparison.Ordinal);
    }

    /// <summary>There was room for neither record nor ledger; the parameter that the stack makes is overwritten.</summary>
    [Fact]
    public async Task In_a_full_store_the_log_alone_releases_if_forced_and_the_release_is_paged()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        driver.World.Home.SetParameter("/security/release", "{}");
        driver.World.Limits.StandardParameters = 1;
        await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Empty(driver.Parameters("/security/incidents/"));

        driver.World.MapAccessKey("AKIARESPONDER", ReleaseSession);
        var logged = LoggedPriorStates.Read(driver.LogText.ToString());
        var releaser = Releaser(driver);
        Assert.Equal(ReleaseState.Changed, (await releaser.PlanAsync("event-1", null, logged, force: false, default)).State);
        await Assert.ThrowsAsync<ReleaseException>(() => releaser.PlanAsync("event-2", null, logged, force: true, default));
        var before = driver.World.Trail.Count;
        var result = await releaser.ReleaseAsync(
            await releaser.PlanAsync("event-1", null, logged, force: true, default), ReleaseSession, null, default);
        Assert.Empty(result.Failures);
        Assert.Equal([Admin], driver.User("mallory").AttachedPolicies);
        Assert.Null(driver.User("mallory").BoundaryArn);

        driver.World.MapAccessKey("AKIARESPONDER", FunctionSession);
        driver.Restart();
        var response = await driver.SendAsync(Event(driver.World.Trail[before]));
        Assert.Equal((Severity.Critical, Outcome.Alert), (response.Severity, response.Outcome));
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    /// <summary>The next release overwrites that parameter, and the entry would look open again.</summary>
    [Fact]
    public async Task A_release_whose_end_finds_no_room_beside_its_entry_is_not_said_to_be_done()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        driver.World.Home.SetParameter("/security/release", "{}");
        driver.World.MapAccessKey("AKIARESPONDER", ReleaseSession);
        driver.World.Limits.StandardParameters = 0;
        var releaser = Releaser(driver);
        async Task<ReleaseResult> ReleasedAsync() => await releaser.ReleaseAsync(
            await releaser.PlanAsync(Record(driver), null, force: true, default), ReleaseSession, null, default);
        Assert.Contains("ParameterLimitExceeded", Assert.Single((await ReleasedAsync()).Failures), StringComparison.Ordinal);
        Assert.Null(driver.User("mallory").BoundaryArn);

        driver.World.Limits.StandardParameters = 10_000;
        Assert.Empty((await ReleasedAsync()).Failures);
        Assert.True(driver.World.Home.LedgerOf(Ledger)!.Released);
    }

    /// <summary>The record has a copy of the state before; one PutParameter must not give a released user more than he had.</summary>
    [Fact]
    public async Task A_record_that_somebody_else_wrote_is_not_believed()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var record = Record(driver);
        var json = JsonNode.Parse(driver.Parameter(record)!)!;
        json["prior"]!["detached"]!.AsArray().Add("arn:aws:iam::aws:policy/IAMFullAccess");
        await WriteAsync(driver, "arn:aws:iam::123456789012:user/eve", record, json.ToJsonString());
        var plan = await Releaser(driver).PlanAsync(record, null, force: false, default);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains(
            $"{record} was written by arn:aws:iam::123456789012:user/eve, which is not the responder", plan.Changes);
    }

    /// <summary>Only the role of releases ends a quarantine; a note by anybody else would make a user immune.</summary>
    [Fact]
    public async Task An_end_that_somebody_else_wrote_ends_nothing()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var forged = LedgerText.Release(new(true, CalledAt.AddYears(10), "eve") { TargetId = driver.User("mallory").Id }, null);
        await WriteAsync(driver, "arn:aws:iam::123456789012:user/eve", Ledger + "/0001.release", forged);
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        driver.Restart();
        var response = await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" }).By(User("eve")));
        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains(
            "0001.release was written by arn:aws:iam::123456789012:user/eve, which is not the responder: it does not count",
            driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
    }

    /// <summary>The plan for which a full store had no room ends an entry as well.</summary>
    [Fact]
    public async Task A_plan_that_somebody_else_wrote_ends_nothing()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var forged = LedgerText.Release(
            new(true, CalledAt.AddYears(10), "eve") { TargetId = driver.User("mallory").Id }, null, Ledger + "/0001");
        await WriteAsync(driver, "arn:aws:iam::123456789012:user/eve", "/security/release", forged);
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        driver.Restart();
        await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" }).By(User("eve")));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    /// <summary>What we wrote counts, whoever writes over it.</summary>
    [Fact]
    public async Task An_entry_that_somebody_else_wrote_over_still_puts_the_quarantine_back()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        await WriteAsync(driver, "arn:aws:iam::123456789012:user/eve", Ledger + "/0001", driver.Parameter(Ledger + "/0001")!);
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        driver.Restart();
        await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" }).By(User("eve")));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains("what the responder wrote there before counts", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_somebody_else_wrote_over_still_ends_the_quarantine()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        await ReleaseAsync(driver);
        await WriteAsync(
            driver, "arn:aws:iam::123456789012:user/eve", Ledger + "/0001.release", driver.Parameter(Ledger + "/0001.release")!);
        driver.Restart();
        await driver.SendAsync(Call("iam.amazonaws.com", "PutUserPermissionsBoundary", new JsonObject
        {
            ["userName"] = "mallory",
            ["permissionsBoundary"] = "arn:aws:iam::aws:policy/ReadOnlyAccess",
        }));
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    /// <summary>Garbage in the place of the first entry must keep us neither from writing one nor from releasing.</summary>
    [Fact]
    public async Task What_stands_in_the_place_of_an_entry_is_passed_by()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        await WriteAsync(driver, "arn:aws:iam::123456789012:user/eve", Ledger + "/0001", "x");
        driver.World.MapAccessKey("AKIARESPONDER", FunctionSession);
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Failures);
        Assert.NotNull(driver.Parameter(Ledger + "/0002"));
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        driver.Restart();
        await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" }).By(User("eve")));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);

        var plan = await Releaser(driver).PlanAsync(Record(driver), null, force: false, default);
        Assert.Contains($"{Ledger}/0001: not a ledger of the responder", plan.Changes);
        Assert.Equal(ReleaseState.Ready, (await Releaser(driver).PlanAsync(Record(driver), null, force: true, default)).State);
    }

    /// <summary>Whoever is faster with the first entry must not say what a release gives back.</summary>
    [Fact]
    public async Task An_entry_that_somebody_else_writes_first_does_not_become_ours()
    {
        await using var model = await ContainedAsync(FunctionSession);
        var forged = model.Parameter(Ledger + "/0001")!.Replace("AdministratorAccess", "PowerUserAccess", StringComparison.Ordinal);
        await using var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        driver.World.MapAccessKey("AKIARESPONDER", FunctionSession);
        forged = forged.Replace(model.User("mallory").Id, driver.User("mallory").Id, StringComparison.Ordinal);
        driver.Aws.Faults.On("ssm", "PutParameter").Nth(1).Meanwhile(() => WriteAsync(
            driver, "arn:aws:iam::123456789012:user/eve", Ledger + "/0001", forged).GetAwaiter().GetResult());
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Failures);
        Assert.DoesNotContain("PowerUserAccess", driver.Parameter(Ledger + "/0002"), StringComparison.Ordinal);
        Assert.DoesNotContain("PowerUserAccess", driver.Parameter(Record(driver)), StringComparison.Ordinal);
    }

    /// <summary>Entries and notes by somebody else contain nobody.</summary>
    [Fact]
    public async Task Ledgers_and_notes_that_somebody_else_wrote_contain_nobody()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var victim = driver.World.Home.EnsureUser("victim");
        var entry = driver.Parameter(Ledger + "/0001")!.Replace("mallory", "victim", StringComparison.Ordinal)
            .Replace(driver.User("mallory").Id, victim.Id, StringComparison.Ordinal);
        var path = Ledger.Replace("mallory", "victim", StringComparison.Ordinal);
        await WriteAsync(driver, "arn:aws:iam::123456789012:user/eve", path + "/0001", entry);
        driver.Restart();
        await driver.SendAsync(Call("iam.amazonaws.com", "PutUserPermissionsBoundary", new JsonObject
        {
            ["userName"] = "victim",
            ["permissionsBoundary"] = "arn:aws:iam::aws:policy/ReadOnlyAccess",
        }));
        Assert.Null(victim.BoundaryArn);

        driver.World.Home.Attach(victim, Admin);
        var note = JsonSerializer.Serialize(new
        {
            schema = "responder/renamed/1",
            at = Time(CalledAt.AddMinutes(1)),
            kind = "user",
            account = EventBuilder.Account,
            name = "victim",
            id = victim.Id,
        });
        await WriteAsync(
            driver, "arn:aws:iam::123456789012:user/eve", Ledger.Replace("mallory", "ghost", StringComparison.Ordinal) + "/renamed", note);
        driver.Restart();
        await driver.SendAsync(AdminAttachedTo("ghost"));
        Assert.Null(victim.BoundaryArn);
    }

    /// <summary>Closing the ledger of somebody who only bears another name would leave him contained for good.</summary>
    [Fact]
    public async Task A_release_before_the_rename_is_told_closes_nothing_unless_it_is_forced()
    {
        await using var driver = await ContainedAsync(FunctionSession);
        var record = Record(driver);
        driver.World.Home.Rename(driver.User("mallory"), "eva");
        var plan = await Releaser(driver).PlanAsync(record, null, force: false, default);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains("IAM knows no user mallory: deleted, or renamed since", Assert.Single(plan.Changes), StringComparison.Ordinal);

        driver.World.MapAccessKey("AKIARESPONDER", FunctionSession);
        driver.Restart();
        await driver.SendAsync(
            Call("iam.amazonaws.com", "UpdateUser", new JsonObject { ["userName"] = "mallory", ["newUserName"] = "eva" }));
        plan = await Releaser(driver).PlanAsync(record, null, force: false, default);
        Assert.Equal((ReleaseState.Ready, "eva"), (plan.State, plan.Principal?.Name));
    }

    [Theory]
    [InlineData(ReleaseRole, Ledger + "/0001.release", true)]
    [InlineData(ReleaseRole, "/security/incidents/2026-03-04/event-1", true)]
    [InlineData(ReleaseRole, Ledger + "/0002", false)]
    [InlineData(ReleaseRole, "/security/budget/containments", false)]
    [InlineData(ReleaseRole, "/security/mode", false)]
    [InlineData(OperatorRole, Ledger + "/0002", true)]
    [InlineData(OperatorRole, Ledger + "/0001.release", false)]
    [InlineData(OperatorRole, "/security/mode", false)]
    public async Task Each_role_writes_the_parameters_that_are_its_own(string role, string name, bool isTrusted)
    {
        await using var driver = await ResponderDriver.StartAsync(s_options);
        var response = await driver.SendAsync(
            Call("ssm.amazonaws.com", "PutParameter", new JsonObject { ["name"] = name }).By(Session(role, "anna")));
        Assert.Equal(isTrusted ? Outcome.Trusted : Outcome.Alert, response.Outcome);
    }

    [Theory]
    [InlineData("PutUserPermissionsBoundary", "permissionsBoundary", DenyAll, false)]
    [InlineData("DetachUserPolicy", "policyArn", Admin, false)]
    [InlineData("DetachUserPolicy", "policyArn", DenyAll, true)]
    [InlineData("AttachUserPolicy", "policyArn", Admin, true)]
    public async Task Whoever_contains_by_hand_is_trusted_in_what_takes_away(string call, string member, string value, bool isPaged)
    {
        await using var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        var response = await driver.SendAsync(
            Call("iam.amazonaws.com", call, new JsonObject { ["userName"] = "mallory", [member] = value })
                .By(Session(OperatorRole, "otto")));
        Assert.Equal(isPaged, response.Outcome is Outcome.Alert or Outcome.Incident);
    }

    private static async Task<ResponderDriver> ContainedAsync(string writer)
    {
        var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        driver.World.MapAccessKey("AKIARESPONDER", writer);
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        return driver;
    }

    private static async Task WriteAsync(ResponderDriver driver, string writer, string name, string text)
    {
        driver.World.MapAccessKey("AKIAWRITER", writer);
        using var ssm = new AwsClients(driver.Aws.Url, "us-east-1", new BasicAWSCredentials("AKIAWRITER", "secret")).Ssm();
        await ssm.PutParameterAsync(new PutParameterRequest { Name = name, Value = text, Type = "String", Overwrite = true });
    }

    /// <returns>The events that the release caused.</returns>
    private static async Task<TrailRecord[]> ReleaseAsync(ResponderDriver driver, bool force = false, string? stopAt = null)
    {
        driver.World.MapAccessKey("AKIARESPONDER", ReleaseSession);
        if (stopAt is not null) driver.Aws.Faults.On("iam", stopAt).Refuse();
        var before = driver.World.Trail.Count;
        var releaser = Releaser(driver);
        var plan = await releaser.PlanAsync(Record(driver), null, force, default);
        Assert.Equal(ReleaseState.Ready, plan.State);
        var result = await releaser.ReleaseAsync(plan, ReleaseSession, null, default);
        Assert.Equal(stopAt is null, result.Released);
        driver.World.MapAccessKey("AKIARESPONDER", FunctionSession);
        return [.. driver.World.Trail.Skip(before).Where(static t => t.ErrorCode is null)];
    }

    private static Releaser Releaser(ResponderDriver driver) => new(
        driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock, null, s_options);

    private static string Record(ResponderDriver driver) => driver.Parameters("/security/incidents/").Keys.First();

    private static JsonElement Event(TrailRecord record) => JsonDocument.Parse(record.ToEventBridgeEvent()).RootElement;

    private static JsonElement Changed(JsonElement e, Action<JsonNode> change)
    {
        var json = JsonNode.Parse(e.GetRawText())!;
        change(json["detail"]!);
        json["detail"]!["eventID"] = Guid.NewGuid().ToString();
        json["detail"]!["requestID"] = Guid.NewGuid().ToString();
        return JsonDocument.Parse(json.ToJsonString()).RootElement;
    }
}
