using System.Text.Json.Nodes;
using Responder.Containment;
using Responder.Decisions;
using Responder.Facts;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>A name is not a person: what happens to whom IAM does not know, knows late, or knows as somebody else.</summary>
[Trap("E21")]
public sealed class IdentityTests
{
    private const string Ledger = "/security/quarantines/123456789012/user.mallory";

    [Fact]
    public async Task Whom_IAM_does_not_know_is_not_said_to_be_contained_and_the_delivery_fails()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "eve");
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Equal("IAM knows no user mallory: just made, renamed or deleted", Assert.Single(response.Failures));
        Assert.All(response.Containment, static step => Assert.Equal(StepResult.Failed, step.Result));
        Assert.Null(driver.Parameter(Ledger));
        Assert.False(IncidentText.ReadRecord(driver.Parameter(response.RecordName!)!)!.Complete);
        var page = Assert.Single(driver.World.Messages);
        Assert.Contains("(NOT contained)", page.Subject, StringComparison.Ordinal);
        Assert.Equal("false", page.Attributes["contained"].Value);
        Assert.Contains("IAM knows no user mallory", page.For("email"), StringComparison.Ordinal);
        Assert.Contains($"the policy is now held by: user eve ({driver.User("eve").Id})", page.For("email"), StringComparison.Ordinal);
        Assert.Empty(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
    }

    /// <summary>Three looks within five seconds, since IAM lags three to four.</summary>
    [Fact]
    public async Task Whom_IAM_comes_to_know_within_seconds_is_contained_and_a_second_page_says_so()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        driver.Aws.Faults.On("iam", "GetUser").Nth(3).Meanwhile(() => home.Attach(home.EnsureUser("mallory"), Admin));
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Equal(2, driver.World.Messages.Count);
        Assert.Contains("(NOT contained)", driver.World.Messages[0].Subject, StringComparison.Ordinal);
        Assert.Contains("(contained)", driver.World.Messages[1].Subject, StringComparison.Ordinal);
        Assert.Contains("IAM did not know user mallory at first", driver.World.Messages[1].For("email"), StringComparison.Ordinal);
        var ledger = driver.World.Home.LedgerOf(Ledger)!;
        Assert.Equal((false, driver.User("mallory").Id), (ledger.Released, ledger.PrincipalId));
        Assert.InRange(driver.Clock.Now - CalledAt, TimeSpan.Zero, TimeSpan.FromSeconds(13));
    }

    [Fact]
    public async Task Whom_IAM_comes_to_know_late_and_does_not_let_us_contain_is_not_said_to_be_contained()
    {
        await using var driver = await ResponderDriver.StartAsync();
        var home = driver.World.Home;
        driver.Aws.Faults.On("iam", "GetUser").Nth(2).Meanwhile(() => home.Attach(home.EnsureUser("mallory"), Admin));
        driver.Aws.Faults.On("iam", "PutUserPermissionsBoundary").Refuse();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.NotEmpty(response.Failures);
        Assert.Equal(2, driver.World.Messages.Count);
        Assert.Contains("(containment FAILED)", driver.World.Messages[1].Subject, StringComparison.Ordinal);
        Assert.Contains("IAM did not know user mallory at first", driver.World.Messages[1].For("email"), StringComparison.Ordinal);
        Assert.DoesNotContain("he is contained now", driver.World.Messages[1].For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_quarter_of_an_hour_gone_is_a_result_unless_a_user_who_is_free_has_the_policy()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.Clock.Now = CalledAt.AddMinutes(16);
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal((Outcome.Alert, GuardrailId.GoneTarget), (response.Outcome, response.Decision!.Guardrail));
        Assert.Empty(response.Failures);
        Assert.Contains("(not contained)", Assert.Single(driver.World.Messages).Subject, StringComparison.Ordinal);
        Assert.Equal(Severity.Critical, response.Severity);

        driver.World.Home.Attach(driver.World.Home.EnsureUser("eve"), Admin);
        driver.Restart();
        var held = await driver.SendAsync(AdminAttachedTo("mallory").Id("another-delivery"));
        Assert.Equal(Outcome.Incident, held.Outcome);
        Assert.NotEmpty(held.Failures);
        driver.World.Home.SetBoundary(driver.User("eve"), DenyAll);
        driver.Restart();
        var contained = await driver.SendAsync(AdminAttachedTo("mallory").Id("another-delivery"));
        Assert.Empty(contained.Failures);
    }

    [Fact]
    public async Task A_user_made_after_the_call_is_a_decoy_and_is_left_alone()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.Attach(driver.World.Home.EnsureUser("mallory", created: CalledAt.AddSeconds(1)), Admin);
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.NotEmpty(response.Failures);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Contains("was made at 2026-03-04T", driver.World.Messages[0].For("email"), StringComparison.Ordinal);
        Assert.Contains("after the call", driver.World.Messages[0].For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_made_in_the_second_of_the_call_may_be_the_one_it_named()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.Attach(driver.World.Home.EnsureUser("mallory", created: CalledAt), Admin);
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task Whoever_has_a_contained_users_name_later_inherits_nothing_of_him()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var first = await driver.SendAsync(AdminAttachedTo("mallory"));
        var (former, home) = (driver.User("mallory").Id, driver.World.Home);
        home.Delete(driver.User("mallory"));
        driver.Clock.Now += TimeSpan.FromDays(90);
        home.EnsureUser("mallory", created: driver.Clock.Now.AddDays(-1));
        driver.Restart();

        // An ordinary boundary on the new user undoes nobody's quarantine.
        const string Developers = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        home.SetBoundary(driver.User("mallory"), Developers);
        var ordinary = await driver.SendAsync(Call("iam.amazonaws.com", "PutUserPermissionsBoundary", new JsonObject
        {
            ["userName"] = "mallory",
            ["permissionsBoundary"] = Developers,
        }).At(driver.Clock.Now));
        Assert.NotEqual(Outcome.Incident, ordinary.Outcome);
        Assert.Equal(Developers, driver.User("mallory").BoundaryArn);

        // Releasing the old incident gives him nothing.
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var plan = await releaser.PlanAsync(first.RecordName!, null, force: false, default);
        Assert.Empty(plan.Steps);
        Assert.Contains(plan.Changes, change => change.Contains(former, StringComparison.Ordinal));
        Assert.Equal(ReleaseState.Changed, plan.State);
        plan = await releaser.PlanAsync(first.RecordName!, null, force: true, default);
        Assert.Empty((await releaser.ReleaseAsync(plan, "tester", null, default)).Failures);
        Assert.Equal(Developers, driver.User("mallory").BoundaryArn);
        Assert.Empty(driver.User("mallory").AttachedPolicies);

        // Given administrator rights himself, he is contained and gets a ledger of his own.
        home.Attach(driver.User("mallory"), Admin);
        var second = await driver.SendAsync(AdminAttachedTo("mallory").Id("second").At(driver.Clock.Now));
        Assert.Equal(Outcome.Incident, second.Outcome);
        var ledger = driver.World.Home.LedgerOf(Ledger)!;
        Assert.Equal((driver.User("mallory").Id, Developers), (ledger.PrincipalId, ledger.Prior.Boundary));
    }

    [Fact]
    public async Task A_contained_user_who_is_renamed_stays_contained_and_can_be_released_by_the_old_incident()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var first = await driver.SendAsync(AdminAttachedTo("mallory"));
        driver.World.Home.Rename(driver.User("mallory"), "ghost");
        driver.Restart();
        var renamed = Call("iam.amazonaws.com", "UpdateUser", new JsonObject { ["userName"] = "mallory", ["newUserName"] = "ghost" });
        var response = await driver.SendAsync(renamed.At(CalledAt.AddSeconds(30)));

        Assert.Equal((Outcome.Alert, Severity.Critical), (response.Outcome, response.Severity));
        Assert.Empty(response.Failures);
        var page = driver.World.Messages[^1].For("email");
        Assert.StartsWith("CRITICAL: Contained user mallory renamed to ghost", page, StringComparison.Ordinal);
        Assert.Contains("stands:   the quarantine, under the new name", page, StringComparison.Ordinal);
        Assert.Contains(driver.User("ghost").Id, page, StringComparison.Ordinal);
        Assert.DoesNotContain("not contained", page, StringComparison.OrdinalIgnoreCase);
        var ledger = driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.ghost")!;
        Assert.Equal((false, driver.User("ghost").Id), (ledger.Released, ledger.PrincipalId));

        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var plan = await releaser.PlanAsync(first.RecordName!, null, force: false, default);
        Assert.Equal((ReleaseState.Ready, "ghost"), (plan.State, plan.Principal!.Name));
        Assert.Empty((await releaser.ReleaseAsync(plan, "tester", null, default)).Failures);
        Assert.Null(driver.User("ghost").BoundaryArn);
        Assert.Equal([Admin], driver.User("ghost").AttachedPolicies);
    }

    /// <summary>The name means somebody else after the rename, and whoever was renamed was given nothing by it.</summary>
    [Fact]
    public async Task A_call_after_a_rename_does_not_follow_it()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "alice");
        driver.World.Home.Rename(driver.User("alice"), "alice.smith");
        var request = new JsonObject { ["userName"] = "alice", ["newUserName"] = "alice.smith" };
        await driver.SendAsync(Call("iam.amazonaws.com", "UpdateUser", request));
        driver.Clock.Now += TimeSpan.FromMinutes(5);
        driver.Restart();
        var response = await driver.SendAsync(AdminAttachedTo("alice").Id("later").At(driver.Clock.Now.AddSeconds(-2)));
        Assert.Null(driver.User("alice.smith").BoundaryArn);
        Assert.NotEmpty(response.Failures);
    }

    /// <summary>Ledger, place and guardrails are those of the one who shows, not of whoever had the name before.</summary>
    [Fact]
    public async Task Whom_IAM_comes_to_know_late_gets_undo_data_and_a_place_of_his_own()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        var (former, home) = (driver.User("mallory").Id, driver.World.Home);
        home.Delete(driver.User("mallory"));
        driver.Restart();
        driver.Aws.Calls.Clear();
        driver.Aws.Faults.On("iam", "GetUser").Nth(2).Meanwhile(() => home.Attach(home.EnsureUser("mallory", created: CalledAt), Admin));
        var second = await driver.SendAsync(AdminAttachedTo("mallory").Id("second"));

        Assert.Empty(second.Failures);
        var ledger = driver.World.Home.LedgerOf(Ledger, driver.User("mallory").Id)!;
        Assert.Equal((driver.User("mallory").Id, ""), (ledger.PrincipalId, ledger.Prior.Boundary));
        // Whoever was contained before may only have been renamed: his entry stays.
        Assert.False(driver.World.Home.LedgerOf(Ledger, former)!.Released);
        var places = ContainmentBudget.Read(driver.Parameter("/security/budget/containments"), driver.Clock.Now);
        Assert.Equal(2, places.People.Count + places.Lesser.Count);
    }

    [Fact]
    public async Task A_name_that_changed_hands_while_he_was_contained_is_a_failed_containment_and_a_second_page()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var home = driver.World.Home;
        driver.Aws.Faults.On("iam", "GetUser").Nth(2).Meanwhile(() =>
        {
            home.Rename(driver.User("mallory"), "eve");
            home.EnsureUser("mallory", created: CalledAt);
        });
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.NotEmpty(response.Failures);
        Assert.False(response.IsContained);
        Assert.Equal(2, driver.World.Messages.Count);
        Assert.Contains("(containment FAILED)", driver.World.Messages[1].Subject, StringComparison.Ordinal);
        Assert.Contains("is somebody else now", driver.World.Messages[1].For("email"), StringComparison.Ordinal);
        Assert.Contains("anotherId", driver.Parameter(response.RecordName!)!, StringComparison.Ordinal);
    }

    [Trap("E22")]
    [Fact]
    public async Task A_grant_taken_back_is_contained_while_the_call_is_young_and_paged_with_the_command_later()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsureUser("mallory");
        var young = await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(Outcome.Incident, young.Outcome);
        Assert.Contains("IAM does not show the grant on user mallory", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);

        driver.World.Home.EnsureUser("eve");
        driver.Clock.Now = CalledAt.AddHours(1);
        var late = await driver.SendAsync(AdminAttachedTo("eve").Id("late"));
        Assert.Equal((Outcome.Alert, GuardrailId.GoneGrant, Severity.Critical), (late.Outcome, late.Decision!.Guardrail, late.Severity));
        Assert.Null(driver.User("eve").BoundaryArn);
        Assert.Contains("responder contain", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
    }

    [Trap("E22")]
    [Fact]
    public async Task A_sibling_that_comes_after_the_release_contains_nobody_again()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var first = await driver.SendAsync(AdminAttachedTo("mallory"));
        driver.Clock.Now += TimeSpan.FromMinutes(5);
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var plan = await releaser.PlanAsync(first.RecordName!, null, force: false, default);
        Assert.Empty((await releaser.ReleaseAsync(plan, "tester", null, default)).Failures);
        driver.Restart();

        var sibling = await driver.SendAsync(AdminAttachedTo("mallory").Id("sibling").At(CalledAt.AddSeconds(1)));
        Assert.Equal(GuardrailId.BeforeRelease, sibling.Decision!.Guardrail);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Equal([Admin], driver.User("mallory").AttachedPolicies);
        Assert.Equal(DecisionAction.Alert, sibling.Decision.Action);
    }

    /// <summary>IAM's state decides, and times only excuse the caller.</summary>
    [Trap("E22")]
    [Fact]
    public async Task A_boundary_taken_off_before_the_containment_and_told_later_undid_nothing()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        driver.Restart();
        var request = new JsonObject { ["userName"] = "mallory" };
        var removed = Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", request).By(User("eve")).At(CalledAt.AddSeconds(-1));

        var old = await driver.SendAsync(removed.Id("old"));
        Assert.Equal((Outcome.Alert, Severity.High), (old.Outcome, old.Severity));
        Assert.Single(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
        Assert.DoesNotContain(
            "/budget/", string.Join(' ', driver.Parameters("/security/budget/").Keys.Where(static k => k.Contains("mallory"))),
            StringComparison.Ordinal);

        // Somebody took it off later: it is put back, and this caller is not accused.
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        var excused = await driver.SendAsync(removed.Id("excused"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains("was made before the containment", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
        Assert.Equal(Outcome.Incident, excused.Outcome);
    }

    [Fact]
    public async Task A_kill_switch_that_nobody_could_read_is_told()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("ssm", "GetParameters").Throttle();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains("the kill switch could not be read", driver.World.Messages[0].For("email"), StringComparison.Ordinal);
        Assert.Contains("killSwitchNotRead", driver.Parameter(response.RecordName!)!, StringComparison.Ordinal);
        Assert.Contains("\"KillSwitchUnread\":1", driver.LogText.ToString(), StringComparison.Ordinal);
    }
}
