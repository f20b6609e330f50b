using Responder.Operations.Release;
using Responder.Records;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>An ARN is a name: what a policy said when it was taken off is what a release may give back.</summary>
[Trap("E33")]
public sealed class RestoredPolicyTests
{
    private const string Policy = "arn:aws:iam::123456789012:policy/deploy";
    private const string Everything = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";
    private const string Little = """{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}""";

    [Fact]
    public async Task A_policy_that_is_unchanged_is_put_back()
    {
        await using var driver = await ContainedAsync();
        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Ready, plan.State);
        Assert.Equal(["AttachUserPolicy", "DeleteUserPermissionsBoundary"], plan.Steps.Select(static s => s.Action));
    }

    [Fact]
    public async Task A_policy_that_was_made_anew_is_another_one_and_is_never_put_back()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.DeletePolicy(Policy);
        driver.World.Home.EnsurePolicy(Policy, Everything, created: CalledAt.AddHours(1));
        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains("was made anew at 2026-03-04T", Assert.Single(plan.Changes), StringComparison.Ordinal);

        var forced = await PlanAsync(driver, force: true);
        Assert.Equal("DeleteUserPermissionsBoundary", Assert.Single(forced.Steps).Action);
        Assert.True((await Releaser(driver).ReleaseAsync(forced, "anna", null, default)).Released);
        Assert.Empty(driver.User("mallory").AttachedPolicies);
    }

    /// <summary>Whoever deletes the first version hides that the policy is a new one; when it was made still tells.</summary>
    [Fact]
    public async Task A_policy_that_was_made_anew_and_lost_its_first_version_is_never_put_back_either()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.DeletePolicy(Policy);
        driver.World.Home.EnsurePolicy(Policy, Everything, version: 2, created: CalledAt.AddHours(1));
        Assert.Contains("was made anew at 2026-03-04T", Assert.Single((await PlanAsync(driver)).Changes), StringComparison.Ordinal);
        Assert.Equal("DeleteUserPermissionsBoundary", Assert.Single((await PlanAsync(driver, force: true)).Steps).Action);
    }

    /// <summary>Another entry, as of a boundary that was put back, is no later beginning.</summary>
    [Fact]
    public async Task A_second_entry_does_not_hide_what_was_changed_before_it()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.EnsurePolicy(Policy, Little, created: CalledAt.AddHours(1));
        driver.Clock.Now = CalledAt.AddHours(2);
        driver.World.Home.SetBoundary(driver.User("mallory"), "arn:aws:iam::aws:policy/ReadOnlyAccess");
        driver.Restart();
        await driver.SendAsync(Call("iam.amazonaws.com", "PutUserPermissionsBoundary", new System.Text.Json.Nodes.JsonObject
        {
            ["userName"] = "mallory",
            ["permissionsBoundary"] = "arn:aws:iam::aws:policy/ReadOnlyAccess",
        }).At(driver.Clock.Now));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains((await PlanAsync(driver)).Changes, static c => c.Contains("says something else since", StringComparison.Ordinal));
    }

    /// <summary>What is attached to somebody who is contained was not his before, unless it was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_attached_while_contained_is_given_back_only_to_whom_it_belonged(bool hadIt)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.EnsurePolicy(Policy, Everything, created: CalledAt.AddDays(-1));
        if (hadIt) driver.World.Home.Attach(driver.User("mallory"), Policy);
        await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"));
        driver.World.Home.Attach(driver.User("mallory"), Policy);
        driver.Clock.Now += TimeSpan.FromMinutes(1);
        driver.Restart();
        await driver.SendAsync(AdminAttachedTo("mallory", Policy).Id("event-2").At(driver.Clock.Now));
        Assert.Empty(driver.User("mallory").AttachedPolicies);

        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Ready, plan.State);
        Assert.True((await Releaser(driver).ReleaseAsync(plan, "anna", null, default)).Released);
        Assert.Equal(hadIt ? [Admin, Policy] : [Admin], driver.User("mallory").AttachedPolicies);
        Assert.Equal(hadIt, !plan.Notes.Any(static n => n.Contains("attached while the target was contained", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AdministratorAccess_that_came_while_contained_is_not_given_back()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.Attach(driver.User("mallory"), Admin);
        driver.World.Home.Attach(driver.User("mallory"), Policy);
        driver.Clock.Now += TimeSpan.FromMinutes(1);
        foreach (var (policy, id) in ((string, string)[])[(Policy, "event-2"), (Admin, "event-3")])
        {
            driver.Restart();
            await driver.SendAsync(AdminAttachedTo("mallory", policy).Id(id).At(driver.Clock.Now));
        }

        Assert.Empty(driver.User("mallory").AttachedPolicies);
        Assert.True((await Releaser(driver).ReleaseAsync(await PlanAsync(driver), "anna", null, default)).Released);
        Assert.Equal([Policy], driver.User("mallory").AttachedPolicies);
    }

    [Fact]
    public async Task A_policy_that_says_something_else_since_is_put_back_only_if_forced()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.EnsurePolicy(Policy, Little, created: CalledAt.AddHours(1));
        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains("says something else since 2026-03-04T", Assert.Single(plan.Changes), StringComparison.Ordinal);
        Assert.Equal(2, (await PlanAsync(driver, force: true)).Steps.Count);
    }

    [Fact]
    public async Task A_policy_that_exists_no_longer_is_said_to_be_gone()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.DeletePolicy(Policy);
        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains("exists no longer, so it is not put back", Assert.Single(plan.Changes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_read_has_to_be_forced()
    {
        await using var driver = await ContainedAsync();
        driver.Aws.Faults.On("iam", "ListPolicyVersions").Refuse();
        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains("is still what it was before could not be told: ListPolicyVersions", Assert.Single(plan.Changes),
            StringComparison.Ordinal);
    }

    /// <summary>A wider boundary of the same name would free more than there was.</summary>
    [Fact]
    public async Task A_boundary_that_was_made_anew_is_not_put_back_and_a_person_names_one()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.EnsurePolicy(Policy, Everything, created: CalledAt.AddDays(-1));
        driver.World.Home.SetBoundary(driver.User("mallory"), Policy);
        driver.World.Home.Attach(driver.User("mallory"), Admin);
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Failures);
        Assert.Equal(ReleaseState.Ready, (await PlanAsync(driver)).State);

        driver.World.Home.DeletePolicy(Policy);
        driver.World.Home.EnsurePolicy(Policy, Everything, created: CalledAt.AddHours(1));
        Assert.Equal(ReleaseState.NeedsBoundary, (await PlanAsync(driver, force: true)).State);
        Assert.Equal(ReleaseState.Ready, (await PlanAsync(driver, force: true, boundary: "none")).State);
    }

    [Fact]
    public async Task Whose_id_was_never_read_is_another_one_if_he_was_made_after_the_containment()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.Attach(driver.User("mallory"), Admin);
        driver.Aws.Faults.On("iam", "GetUser").Refuse();
        await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"));
        driver.Aws.Faults.Clear();
        driver.World.Home.Delete(driver.User("mallory"));
        var another = driver.World.Home.EnsureUser("mallory", created: CalledAt.AddHours(1));
        driver.World.Home.SetBoundary(another, DenyAll);
        var plan = await PlanAsync(driver);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains("is somebody else than the one who was contained (id unknown)", Assert.Single(plan.Changes),
            StringComparison.Ordinal);
        Assert.Empty((await PlanAsync(driver, force: true)).Steps);
    }

    private static async Task<ResponderDriver> ContainedAsync()
    {
        var driver = await ResponderDriver.StartAsync();
        driver.World.Home.EnsurePolicy(Policy, Everything, created: CalledAt.AddDays(-1));
        driver.World.Home.Attach(driver.World.Home.EnsureUser("mallory"), Policy);
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory", Policy).Id("event-1"))).Failures);
        Assert.Empty(driver.User("mallory").AttachedPolicies);
        return driver;
    }

    private static Task<ReleasePlan> PlanAsync(ResponderDriver driver, bool force = false, string? boundary = null) =>
        Releaser(driver).PlanAsync(driver.Parameters("/security/incidents/").Keys.First(), boundary, force, default);

    private static Releaser Releaser(ResponderDriver driver) =>
        new(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
}
