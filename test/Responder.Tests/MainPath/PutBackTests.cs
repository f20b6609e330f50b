using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using Responder.Containment.Actions;
using Responder.Decisions;
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

/// <summary>If somebody removes a quarantine, that is CRITICAL, and it is put back at once; a release does not count.</summary>
public sealed class PutBackTests
{
    private const string Ledger = "/security/quarantines/123456789012/user.mallory";
    private const string ReleaseRole = "arn:aws:iam::123456789012:role/responder-ReleaseRole";
    private const string ReadOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    private static readonly ResponderOptions s_options = new()
    {
        ReleaseRoleArn = ReleaseRole,
        TrustedPrincipalArns = new HashSet<string> { "arn:aws:iam::123456789012:role/Pipeline" },
    };

    [Fact]
    public async Task A_boundary_that_somebody_deletes_is_put_back_and_paged_as_critical()
    {
        await using var driver = await ContainedAsync();
        var response = await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null));

        AssertPutBack(driver, response);
        Assert.Equal("responder.quarantine-undone", response.Decision!.Strongest!.Detection.Id);
        var page = driver.World.Messages[^1];
        Assert.StartsWith(
            "[CRITICAL] Quarantine of user mallory undone: permissions boundary removed (contained)", page.Subject,
            StringComparison.Ordinal);
        Assert.Contains("responder contain arn:aws:iam::123456789012:user/eve", page.For("email"), StringComparison.Ordinal);
        Assert.Contains("was deleted and created anew", page.For("email"), StringComparison.Ordinal);
        Assert.Equal("", driver.World.Home.LedgerOf(Ledger)!.Prior.Boundary); // not what the attacker left
    }

    /// <summary>Setting a boundary that confines causes no finding by itself, but here it freed a contained user.</summary>
    [Fact]
    public async Task A_boundary_that_somebody_replaces_by_a_narrow_one_is_put_back()
    {
        await using var driver = await ContainedAsync();
        var response = await driver.SendAsync(Undone(driver, "PutUserPermissionsBoundary", ReadOnly));
        AssertPutBack(driver, response);
    }

    [Fact]
    public async Task Without_a_quarantine_the_same_call_is_what_it_was()
    {
        await using var driver = await ResponderDriver.StartAsync(s_options, "mallory");
        var removed = await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null));
        Assert.Equal((Severity.High, Outcome.Alert), (removed.Severity, removed.Outcome));
        Assert.Equal("iam.permissions-boundary-weakened", removed.Decision!.Strongest!.Detection.Id);
        var narrowed = await driver.SendAsync(Undone(driver, "PutUserPermissionsBoundary", ReadOnly));
        Assert.Equal(Outcome.None, narrowed.Outcome);
        Assert.Empty(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
    }

    [Fact]
    public async Task Trust_in_a_pipeline_does_not_reach_as_far_as_a_quarantine()
    {
        await using var driver = await ContainedAsync();
        var response = await driver.SendAsync(
            Undone(driver, "DeleteUserPermissionsBoundary", null, Session("arn:aws:iam::123456789012:role/Pipeline", "build")));
        AssertPutBack(driver, response);
    }

    [Fact]
    public async Task The_release_role_takes_off_nothing_without_a_plan()
    {
        await using var driver = await ContainedAsync();
        AssertPutBack(
            driver, await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null, Session(ReleaseRole, "anna"))));
    }

    /// <summary>
    /// This holds for other credentials, too: the ledger contains the ids of the release's calls, and is closed afterwards.
    /// </summary>
    [Fact]
    public async Task The_calls_of_a_release_are_never_put_back()
    {
        await using var driver = await ContainedAsync();
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var record = Assert.Single(driver.Parameters("/security/incidents/")).Key;
        var before = driver.World.Trail.Count;
        Assert.Empty(
            (await releaser.ReleaseAsync(await releaser.PlanAsync(record, null, force: false, default), "anna", null, default)).Failures);
        driver.Restart();
        foreach (var caused in driver.World.Trail.Skip(before).ToArray())
            Assert.NotEqual(
                Outcome.Incident, (await driver.SendAsync(JsonDocument.Parse(caused.ToEventBridgeEvent()).RootElement)).Outcome);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Equal([Admin], driver.User("mallory").AttachedPolicies);
    }

    /// <summary>The calls that put a quarantine back are not taken for another attempt.</summary>
    [Fact]
    public async Task Our_own_calls_start_no_loop()
    {
        await using var driver = await ContainedAsync();
        var before = driver.World.Trail.Count;
        await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null));
        var caused = driver.World.Trail.Skip(before).ToArray();
        Assert.NotEmpty(caused);
        var calls = driver.Aws.Calls.Of("iam", "Put*").Count();
        foreach (var record in caused)
            Assert.NotEqual(
                Outcome.Incident, (await driver.SendAsync(JsonDocument.Parse(record.ToEventBridgeEvent()).RootElement)).Outcome);
        Assert.Equal(calls, driver.Aws.Calls.Of("iam", "Put*").Count());
    }

    [Fact]
    public async Task After_three_times_in_an_hour_nothing_is_put_back_and_the_page_says_so_loudly()
    {
        await using var driver = await ContainedAsync();
        for (var i = 0; i < 3; i++)
        {
            driver.Restart(); // the count is kept in AWS, not in the process
            AssertPutBack(driver, await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null)));
        }

        driver.Restart();
        var fourth = await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null));
        Assert.Equal(Severity.Critical, fourth.Severity);
        Assert.Equal(DecisionAction.Alert, fourth.Decision!.Action);
        Assert.Equal(GuardrailId.PutBackBudget, fourth.Decision.Guardrail);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Contains("the quarantine is OFF", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);

        driver.Clock.Now += TimeSpan.FromHours(1);
        driver.Restart();
        AssertPutBack(driver, await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null)));
        // Not the budget of containments: mallory's one place is of the hour before.
        Assert.Contains("2026-03-04T09", driver.Parameter("/security/budget/containments")!, StringComparison.Ordinal);
    }

    /// <summary>A full store takes no new counter; the pages of all processes are counted in a parameter that the stack made.</summary>
    [Trap("E28")]
    [Fact]
    public async Task In_a_full_store_the_put_backs_are_bounded_across_processes()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.SetParameter("/security/budget/pages", "{}");
        driver.World.Limits.StandardParameters = 0;
        var putBack = 0;
        for (var i = 0; i < 10; i++)
        {
            driver.Restart();
            await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null).Id($"undone-{i}"));
            if (driver.User("mallory").BoundaryArn == DenyAll) putBack++;
        }

        Assert.Equal(3, putBack);
        Assert.Contains("the quarantine is OFF", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stage_Alert_of_the_detection_leaves_the_quarantine_off_and_pages()
    {
        await using var driver = await ContainedAsync();
        driver.Options = driver.Options with { Stages = new Dictionary<string, Stage> { ["responder.quarantine-undone"] = Stage.Alert } };
        driver.Restart();
        var response = await driver.SendAsync(Undone(driver, "DeleteUserPermissionsBoundary", null));
        Assert.Equal((Severity.Critical, DecisionAction.Alert), (response.Severity, response.Decision!.Action));
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task A_key_that_we_deactivated_is_deactivated_again()
    {
        await using var driver = await ContainedAsync(
            new Dictionary<(string, ActionId), Stage> { [("iam.admin-policy-attached", DeactivateKeys.Action.Id)] = Stage.Contain });
        Assert.False(driver.User("mallory").AccessKeys["AKIAMALLORYEXAMPLE"].Active);
        driver.World.Home.EnsureAccessKey(driver.User("mallory"), "AKIAMALLORYEXAMPLE");
        driver.Restart();

        var response = await driver.SendAsync(
            Call("iam.amazonaws.com", "UpdateAccessKey", new JsonObject
            {
                ["userName"] = "mallory",
                ["accessKeyId"] = "AKIAMALLORYEXAMPLE",
                ["status"] = "Active",
            }).By(User("eve")));

        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.False(driver.User("mallory").AccessKeys["AKIAMALLORYEXAMPLE"].Active);
    }

    [Fact]
    public async Task A_denial_of_sessions_that_somebody_deletes_is_put_back()
    {
        var options = s_options with
        {
            ActionStages = new Dictionary<(
                string, ActionId), Stage>
            { [("iam.admin-policy-attached", RevokeSessions.Action.Id)] = Stage.Contain }
        };
        await using var driver = await ResponderDriver.StartAsync(options);
        var role = driver.World.Home.EnsureRole("Deploy");
        await driver.SendAsync(AdminAttachedToRole("Deploy"));
        var (name, text) = Assert.Single(role.InlinePolicies);
        using (var iam = driver.Clients.Iam())
            await iam.DeleteRolePolicyAsync(new DeleteRolePolicyRequest { RoleName = "Deploy", PolicyName = name });
        Assert.Empty(role.InlinePolicies);
        driver.Clock.Now += TimeSpan.FromMinutes(1);
        driver.Restart();

        var response = await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteRolePolicy", new JsonObject { ["roleName"] = "Deploy", ["policyName"] = name })
            .By(User("eve")));

        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.Empty(response.Failures);
        // this also covers sessions that were issued in the meantime
        Assert.Contains("2026-03-04T09:02:10Z", Assert.Single(role.InlinePolicies, p => p.Key == name).Value, StringComparison.Ordinal);
        Assert.NotEqual(text, role.InlinePolicies[name]);
    }

    [Fact]
    public async Task A_denial_of_sessions_that_somebody_rewrites_is_put_back()
    {
        var options = s_options with
        {
            ActionStages = new Dictionary<(
                string, ActionId), Stage>
            { [("iam.admin-policy-attached", RevokeSessions.Action.Id)] = Stage.Contain }
        };
        await using var driver = await ResponderDriver.StartAsync(options);
        var role = driver.World.Home.EnsureRole("Deploy");
        await driver.SendAsync(AdminAttachedToRole("Deploy"));
        var name = Assert.Single(role.InlinePolicies).Key;
        const string harmless = """{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"}]}""";
        driver.World.Home.PutInline(role, name, harmless);
        driver.Clock.Now += TimeSpan.FromMinutes(1);
        driver.Restart();

        var response = await driver.SendAsync(
            Call("iam.amazonaws.com", "PutRolePolicy", new JsonObject
            {
                ["roleName"] = "Deploy",
                ["policyName"] = name,
                ["policyDocument"] = harmless,
            }).By(User("eve")));

        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.Empty(response.Failures);
        Assert.Contains("denial of its sessions rewritten", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
        Assert.Contains("2026-03-04T09:02:10Z", Assert.Single(role.InlinePolicies).Value, StringComparison.Ordinal);
    }

    /// <summary>Roles and groups are contained only on request, but they stay contained even if no stage asks for it any more.</summary>
    [Theory]
    [InlineData("role")]
    [InlineData("group")]
    public async Task A_detached_policy_that_somebody_attaches_again_is_detached_again(string kind)
    {
        var action = kind == "role" ? QuarantineRole.Action : DetachFromGroup.Action;
        var options = s_options with
        {
            ActionStages = new Dictionary<(
                string, ActionId), Stage>
            { [("iam.admin-policy-attached", action.Id)] = Stage.Contain }
        };
        await using var driver = await ResponderDriver.StartAsync(options);
        IamEntity entity = kind == "role" ? driver.World.Home.EnsureRole("ops") : driver.World.Home.EnsureGroup("ops");
        driver.World.Home.Attach(entity, Admin);
        EventBuilder Attached() =>
            Call("iam.amazonaws.com", kind == "role" ? "AttachRolePolicy" : "AttachGroupPolicy", new JsonObject
            {
                [kind + "Name"] = "ops",
                ["policyArn"] = Admin,
            }).By(User("eve"));
        Assert.Equal(Outcome.Incident, (await driver.SendAsync(Attached())).Outcome);
        Assert.Empty(entity.AttachedPolicies);
        driver.World.Home.Attach(entity, Admin);
        driver.World.Home.Attach(entity, ReadOnly);
        driver.Options = driver.Options with { ActionStages = s_options.ActionStages };
        driver.Restart();

        var response = await driver.SendAsync(Attached());

        Assert.Equal(
            (Severity.Critical, Outcome.Incident, "responder.quarantine-undone"),
            (response.Severity, response.Outcome, response.Decision!.Strongest!.Detection.Id));
        Assert.Empty(response.Failures);
        Assert.Equal([ReadOnly], entity.AttachedPolicies);
        var ledger = driver.World.Home.LedgerOf($"/security/quarantines/123456789012/{kind}.ops")!;
        Assert.Equal([Admin], ledger.Prior.Detached); // a release attaches the policy once
        Assert.False(ledger.Released);
    }

    /// <summary>Without the ledger, nobody knows whose boundary it was, so the delivery fails and Lambda tries again.</summary>
    [Fact]
    public async Task While_the_ledger_cannot_be_read_the_delivery_fails_and_a_later_one_puts_back()
    {
        await using var driver = await ContainedAsync();
        driver.Aws.Faults.On("ssm", "GetParameters").Refuse();
        var e = Undone(driver, "PutUserPermissionsBoundary", ReadOnly).Build(); // has no finding by itself
        var blind = await driver.SendAsync(e);
        Assert.NotEmpty(blind.Failures);
        Assert.Equal(ReadOnly, driver.User("mallory").BoundaryArn);
        driver.Aws.Faults.Clear();
        driver.Restart();
        AssertPutBack(driver, await driver.SendAsync(e));
    }

    /// <summary>Anybody can make calls that are refused, and a refused call changes nothing.</summary>
    [Fact]
    public async Task A_refused_attempt_puts_nothing_back()
    {
        await using var driver = await ContainedAsync();
        var response = await driver.SendAsync(
            Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" }).By(User("eve"))
            .Refused());
        Assert.NotEqual(Outcome.Incident, response.Outcome);
        Assert.Single(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
    }

    private static async Task<ResponderDriver> ContainedAsync(IReadOnlyDictionary<(string, ActionId), Stage>? stages = null)
    {
        var driver = await ResponderDriver.StartAsync(s_options with { ActionStages = stages ?? s_options.ActionStages }, "mallory");
        driver.World.Home.EnsureAccessKey(driver.User("mallory"), "AKIAMALLORYEXAMPLE");
        Assert.Equal(Outcome.Incident, (await driver.SendAsync(AdminAttachedTo("mallory"))).Outcome);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        driver.Restart();
        return driver;
    }

    /// <summary>Lets eve make the change in the world and returns the event of it.</summary>
    private static EventBuilder Undone(ResponderDriver driver, string call, string? boundary, JsonObject? by = null)
    {
        driver.World.Home.SetBoundary(driver.User("mallory"), boundary);
        var request = new JsonObject { ["userName"] = "mallory" };
        if (boundary is not null) request["permissionsBoundary"] = boundary;
        return Call("iam.amazonaws.com", call, request).By(by ?? User("eve"));
    }

    private static void AssertPutBack(ResponderDriver driver, Response response)
    {
        Assert.Equal((Severity.Critical, Outcome.Incident), (response.Severity, response.Outcome));
        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Empty(driver.User("mallory").AttachedPolicies);
    }
}
