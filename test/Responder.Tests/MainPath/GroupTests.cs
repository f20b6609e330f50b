using System.Text.Json.Nodes;
using Responder.Containment.Actions;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>Groups have ids as users have, and no boundary: what is done to one is that its administrator policies are detached.</summary>
[Trap("E32")]
public sealed class GroupTests
{
    private static readonly ResponderOptions s_options = new()
    {
        ActionStages = new Dictionary<(string, ActionId), Stage>
        {
            [("iam.admin-policy-attached", DetachFromGroup.Action.Id)] = Stage.Contain,
        },
    };

    [Fact]
    public async Task Ledger_record_and_page_of_a_contained_group_have_its_id()
    {
        await using var driver = await ContainedAsync();
        var id = driver.World.Home.Groups["ops"].Id;
        Assert.Equal(id, driver.World.Home.LedgerOf("/security/quarantines/123456789012/group.ops")!.PrincipalId);
        Assert.Contains(id, driver.Parameters("/security/incidents/").Single().Value, StringComparison.Ordinal);
        Assert.Contains(id, driver.World.Messages.Single().For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contained_group_that_is_renamed_takes_its_ledger_along_and_can_be_released_by_the_old_incident()
    {
        await using var driver = await ContainedAsync();
        var record = driver.Parameters("/security/incidents/").Single().Key;
        driver.World.Home.Rename(driver.World.Home.Groups["ops"], "poets");
        driver.Restart();
        var response = await driver.SendAsync(Renamed("ops", "poets"));
        Assert.Equal(Severity.Critical, response.Severity);
        Assert.Empty(response.Failures);
        var page = driver.World.Messages[^1].For("email");
        Assert.Contains("What was detached stays detached", page, StringComparison.Ordinal);

        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var plan = await releaser.PlanAsync(record, null, force: false, default);
        Assert.Equal((ReleaseState.Ready, "poets"), (plan.State, plan.Principal?.Name));
        Assert.Empty((await releaser.ReleaseAsync(plan, "anna", null, default)).Failures);
        Assert.Equal([Admin], driver.World.Home.Groups["poets"].AttachedPolicies);
    }

    [Fact]
    public async Task A_group_made_anew_under_the_name_inherits_nothing()
    {
        await using var driver = await ContainedAsync();
        var record = driver.Parameters("/security/incidents/").Single().Key;
        driver.World.Home.Rename(driver.World.Home.Groups["ops"], "gone");
        driver.World.Home.EnsureGroup("ops");
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var plan = await releaser.PlanAsync(record, null, force: false, default);
        Assert.Contains("is somebody else", Assert.Single(plan.Changes), StringComparison.Ordinal);
        Assert.Empty(plan.Steps);
        plan = await releaser.PlanAsync(record, null, force: true, default);
        Assert.Empty((await releaser.ReleaseAsync(plan, "anna", null, default)).Failures);
        Assert.Empty(driver.World.Home.Groups["ops"].AttachedPolicies);
    }

    /// <summary>An event has no id of a group; whoever renames it keeps its members and its policies.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_joined_a_group_that_was_renamed_is_contained_by_what_his_groups_give_him(bool isDecoyMade)
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        home.Attach(home.EnsureGroup("poets"), Admin); // it was called ops when he joined
        home.EnsureUser("mallory");
        home.AddToGroup("mallory", "poets");
        if (isDecoyMade) home.EnsureGroup("ops", created: CalledAt.AddSeconds(2));
        var response = await driver.SendAsync(Call(
            "iam.amazonaws.com", "AddUserToGroup", new JsonObject { ["userName"] = "mallory", ["groupName"] = "ops" }));
        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains("the user is in poets", driver.World.Messages.Single().For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_group_that_is_gone_nothing_is_said_to_have_been_read()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureUser("mallory");
        var response = await driver.SendAsync(Call(
            "iam.amazonaws.com", "AddUserToGroup", new JsonObject { ["userName"] = "mallory", ["groupName"] = "ops" }));
        Assert.Equal(Severity.Medium, response.Severity);
        Assert.DoesNotContain("policies were read", driver.World.Messages.Single().For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_whose_id_nobody_could_read_is_not_said_to_be_contained()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options);
        driver.World.Home.Attach(driver.World.Home.EnsureGroup("ops"), Admin);
        driver.Aws.Faults.On("iam", "GetGroup").Refuse();
        var response = await driver.SendAsync(Call(
            "iam.amazonaws.com", "AttachGroupPolicy", new JsonObject { ["groupName"] = "ops", ["policyArn"] = Admin }));
        Assert.NotEmpty(response.Failures);
        Assert.Contains("(containment unproven)", driver.World.Messages[0].Subject, StringComparison.Ordinal);
    }

    /// <summary>Without ContainGroups the function contains no group; a rename of one is told, and no delivery fails over it.</summary>
    [Fact]
    public async Task An_ordinary_rename_of_a_group_is_a_note()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureGroup("poets");
        var response = await driver.SendAsync(Renamed("ops", "poets"));
        Assert.Equal((Severity.Low, Outcome.Recorded), (response.Severity, response.Outcome));
        Assert.Empty(response.Failures);
    }

    private static EventBuilder Renamed(string from, string to) => Call(
        "iam.amazonaws.com", "UpdateGroup", new JsonObject { ["groupName"] = from, ["newGroupName"] = to });

    private static async Task<ResponderDriver> ContainedAsync()
    {
        var driver = await ResponderDriver.StartAsync(s_options);
        driver.World.Home.Attach(driver.World.Home.EnsureGroup("ops"), Admin);
        var response = await driver.SendAsync(Call(
            "iam.amazonaws.com", "AttachGroupPolicy", new JsonObject { ["groupName"] = "ops", ["policyArn"] = Admin }));
        Assert.Empty(response.Failures);
        Assert.Empty(driver.World.Home.Groups["ops"].AttachedPolicies);
        return driver;
    }
}
