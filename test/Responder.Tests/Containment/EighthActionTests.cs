using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Detections;
using Responder.Operations.ByHand;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Containment;

/// <summary>An additional action works end to end with nothing but its file and its place in a list.</summary>
public sealed class EighthActionTests
{
    private const string Policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}""";
    private const string Ledger = "/security/quarantines/123456789012/user.mallory";

    private static readonly ActionCatalog s_actions = new([.. ContainmentActions.All, RemoveInlinePolicies.Action]);

    [Fact]
    public async Task It_is_promoted_taken_written_down_paged_logged_read_back_and_released()
    {
        await using var driver = await StartAsync();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Empty(response.Failures);
        Assert.Contains(
            response.Containment, static s => s is { Action: "DeleteUserPolicy", Subject: "reader", Result: StepResult.Succeeded });
        Assert.Empty(driver.User("mallory").InlinePolicies);
        Assert.Contains("before:   inline policies reader", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);

        var ledger = JsonNode.Parse(Assert.Single(driver.Parameters(Ledger)).Value)!["prior"]!;
        Assert.Equal(["actions", "boundary", "detached", "held", "inline"], ledger.AsObject().Select(static m => m.Key));
        Assert.Equal(["quarantine-user", "remove-inline-policies"], ledger["actions"]!.AsArray().Select(static a => (string)a!));
        Assert.Equal(Policy, (string?)ledger["inline"]!["reader"]);
        Assert.Equal(ledger.ToJsonString(), JsonNode.Parse(driver.Parameter(response.RecordName!)!)!["prior"]!.ToJsonString());
        Assert.Contains("\"inline\":{\"reader\":", driver.LogText.ToString(), StringComparison.Ordinal);
        Assert.Contains(RemoveInlinePolicies.Action.Id, driver.World.Home.LedgerOf(Ledger, null, s_actions)!.Prior.Actions);

        var releaser = Releaser(driver);
        var plan = await releaser.PlanAsync(response.RecordName!, null, force: false, default);
        Assert.Equal(ReleaseState.Ready, plan.State);
        Assert.Equal(["AttachUserPolicy", "PutUserPolicy", "DeleteUserPermissionsBoundary"], plan.Steps.Select(static s => s.Action));
        Assert.Contains("inline policy reader", plan.Described.Before);
        var result = await releaser.ReleaseAsync(plan, "tester", null, default);
        Assert.Empty(result.Failures);
        Assert.Contains("inline policy reader", result.Proof!);
        Assert.Equal(Policy, Assert.Single(driver.User("mallory").InlinePolicies).Value);
        Assert.True(driver.World.Home.LedgerOf(Ledger, null, s_actions)!.Released);
    }

    [Fact]
    public async Task What_somebody_puts_again_is_taken_away_again()
    {
        await using var driver = await StartAsync();
        await driver.SendAsync(AdminAttachedTo("mallory"));
        driver.Restart();
        driver.World.Home.PutInline(driver.User("mallory"), "reader", Policy);

        var request = new JsonObject { ["userName"] = "mallory", ["policyName"] = "reader", ["policyDocument"] = Policy };
        var response = await driver.SendAsync(Call("iam.amazonaws.com", "PutUserPolicy", request).By(User("eve")));

        Assert.Equal("Quarantine of user mallory undone: inline policy put again", response.Decision!.Strongest!.Title);
        Assert.Empty(response.Failures);
        Assert.Empty(driver.User("mallory").InlinePolicies);
    }

    [Fact]
    public async Task A_release_refuses_what_somebody_changed_in_between()
    {
        await using var driver = await StartAsync();
        var record = (await driver.SendAsync(AdminAttachedTo("mallory"))).RecordName!;
        driver.World.Home.PutInline(driver.User("mallory"), "reader", Policy);

        var plan = await Releaser(driver).PlanAsync(record, null, force: false, default);

        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Equal("inline policy reader was put again by somebody else", Assert.Single(plan.Changes));
    }

    /// <summary>The ledger was never written, so a release knows only what is in the log.</summary>
    [Fact]
    public async Task The_log_line_is_read_back()
    {
        await using var driver = await StartAsync();
        var record = (await driver.SendAsync(AdminAttachedTo("mallory"))).RecordName!;
        var logged = LoggedPriorStates.Read(driver.LogText.ToString(), s_actions);

        var plan = await Releaser(driver).PlanAsync(record, null, logged, force: false, default);

        Assert.Contains("PutUserPolicy", plan.Steps.Select(static s => s.Action));
    }

    [Fact]
    public async Task A_person_takes_it_by_its_name()
    {
        await using var driver = await StartAsync();
        var mallory = new Principal(PrincipalKind.User, Account, "mallory");
        var actions = ContainmentRequest.ActionsOf(mallory, ["remove-inline-policies"], s_actions);
        Assert.Equal([RemoveInlinePolicies.Action], actions);
        var request = new ContainmentRequest(mallory, actions, "arn:aws:iam::123456789012:user/oncall", null, null);
        var containment = new HandContainment(request, driver.Options, driver.Clients, Account, "us-east-1", driver.Clock, s_actions);

        Assert.Equal(["DeleteUserPolicy"], (await containment.PlanAsync(default)).Calls.Select(static c => c.Action));
        Assert.Empty((await containment.ContainAsync(default)).Failures);
        Assert.Empty(driver.User("mallory").InlinePolicies);
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public void Its_permissions_are_declared_with_it()
    {
        Assert.Equal(["iam:GetUser", "iam:ListUserPolicies", "iam:GetUserPolicy"], RemoveInlinePolicies.Action.Reads);
        Assert.Equal((string[])["iam:DeleteUserPolicy"], RemoveInlinePolicies.Action.Permissions);
        Assert.Equal((string[])["iam:PutUserPolicy"], RemoveInlinePolicies.Action.UndoPermissions);
    }

    private static Releaser Releaser(ResponderDriver driver) =>
        new(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock, s_actions);

    private static async Task<ResponderDriver> StartAsync()
    {
        const string Stages = "iam.admin-policy-attached:remove-inline-policies=Contain";
        var options = ResponderOptions.FromEnvironment(
            static name => name == "DETECTION_STAGES" ? Stages : null, DetectionCatalog.Default, s_actions.All);
        var driver = await ResponderDriver.StartAsync(options, "mallory");
        driver.World.Home.PutInline(driver.User("mallory"), "reader", Policy);
        driver.Actions = s_actions;
        driver.Restart();
        return driver;
    }
}
