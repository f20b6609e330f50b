using System.Text.Json.Nodes;
using Amazon.IdentityManagement.Model;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Facts;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>Names that move, and a name that nobody could read: nobody is contained for another, and every page says what is so.</summary>
[Trap("E35")]
public sealed class AnotherNameTests
{
    private const string Boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    /// <summary>Without GetUser a decoy cannot be told from whom the call named; IAM shows no grant on him either.</summary>
    [Fact]
    public async Task A_decoy_whom_nobody_could_read_is_not_touched()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var home = driver.World.Home;
        home.Rename(driver.User("mallory"), "x");
        home.EnsureUser("mallory", created: CalledAt.AddSeconds(1));
        driver.Aws.Faults.On("iam", "GetUser").Times(2).Throttle();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.NotEmpty(response.Failures);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Empty(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
        var page = driver.World.Messages[0];
        Assert.Contains("(NOT contained)", page.Subject, StringComparison.Ordinal);
        Assert.Contains("whom the name user mallory means could not be read", page.For("email"), StringComparison.Ordinal);
        Assert.Contains("nobody was touched", page.For("email"), StringComparison.Ordinal);
        Assert.Contains($"user x ({driver.User("x").Id})", page.For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_shows_the_grant_is_contained_although_GetUser_is_throttled()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("iam", "GetUser").Times(2).Throttle();
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task Whose_id_is_read_only_afterwards_is_told_by_when_he_was_made()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.Attach(driver.World.Home.EnsureUser("mallory", created: CalledAt.AddSeconds(1)), Admin);
        driver.Aws.Faults.On("iam", "GetUser").Times(2).Throttle();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.NotEmpty(response.Failures);
        var last = driver.World.Messages[^1];
        Assert.DoesNotContain("(contained)", last.Subject, StringComparison.Ordinal);
        Assert.Contains("is somebody else now", last.For("email"), StringComparison.Ordinal);
    }

    /// <summary>
    /// The rename is told first, but the one who was renamed bears a third name by then. That the old name means somebody else is known.
    /// </summary>
    [Fact]
    public async Task A_rename_of_which_only_the_old_name_is_known_protects_whoever_bears_it_now()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var home = driver.World.Home;
        home.EnsureUser("bob", created: CalledAt.AddYears(-1));
        home.Rename(driver.User("mallory"), "x");
        home.Rename(driver.User("bob"), "mallory");
        home.Rename(driver.User("x"), "bob");
        var renamed = await driver.SendAsync(Renamed("mallory", "x", 1).Id("rename-1"));
        Assert.NotEmpty(renamed.Failures);
        driver.Restart();

        var response = await driver.SendAsync(AdminAttachedTo("mallory").Id("attach"));
        Assert.NotEmpty(response.Failures);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Contains("was renamed to x at 2026-03-04T", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);

        // The other renames tell where he is.
        driver.Restart();
        await driver.SendAsync(Renamed("bob", "mallory", 2).Id("rename-2"));
        await driver.SendAsync(Renamed("x", "bob", 3).Id("rename-3"));
        await driver.SendAsync(Renamed("mallory", "x", 1).Id("rename-1"));
        await driver.SendAsync(AdminAttachedTo("mallory").Id("attach"));
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Equal(DenyAll, driver.User("bob").BoundaryArn);
    }

    /// <summary>Events name no ids. Where a name went on to an administrator, the page names everybody who holds the policy.</summary>
    [Fact]
    public async Task Where_the_new_name_was_given_away_too_the_page_names_all_holders()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory", "bob");
        var home = driver.World.Home;
        home.Rename(driver.User("mallory"), "z");
        home.Rename(driver.User("z"), "x");
        home.Rename(driver.User("bob"), "z");
        await driver.SendAsync(AdminAttachedTo("mallory").Id("attach"));
        driver.Restart();
        await driver.SendAsync(Renamed("mallory", "z", 1).Id("rename"));

        var page = driver.World.Messages[^1].For("email");
        Assert.Contains($"user x ({driver.User("x").Id})", page, StringComparison.Ordinal);
        Assert.Contains("names were given away since the call", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_about_nobody_has_a_command_for_each_holder_and_none_for_the_name()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.Rename(driver.User("mallory"), "x");
        driver.World.Home.EnsureUser("mallory", created: CalledAt.AddSeconds(1));
        await driver.SendAsync(AdminAttachedTo("mallory"));
        var page = driver.World.Messages[0].For("email");
        Assert.Contains("responder contain arn:aws:iam::123456789012:user/x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Undo the quarantine", page, StringComparison.Ordinal);
        Assert.DoesNotContain("--user-name mallory --permissions-boundary", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_that_ends_while_the_boundary_is_put_back_is_told()
    {
        await using var driver = await ContainedAsync();
        var home = driver.World.Home;
        var contained = driver.Parameters("/security/").ToArray();
        var ledger = contained.Single(static p => p.Key.EndsWith("/user.mallory/0001", StringComparison.Ordinal)).Key;
        Assert.True((await Releaser(driver).ReleaseAsync(await PlanAsync(driver), "anna", null, default)).Released);
        var release = driver.Parameter(ledger + ".release")!;
        // Back to the time before the release, with the boundary taken off by somebody.
        await driver.Clients.Ssm().DeleteParameterAsync(new DeleteParameterRequest { Name = ledger + ".release" });
        foreach (var (name, value) in contained.Where(static p => p.Key.Contains("/incidents/", StringComparison.Ordinal)))
            home.SetParameter(name, value);
        await driver.Clients.Iam().DetachUserPolicyAsync(new DetachUserPolicyRequest { UserName = "mallory", PolicyArn = Admin });
        driver.Restart();
        driver.Aws.Faults.On("iam", "PutUserPermissionsBoundary").Nth(1).Meanwhile(() =>
        {
            home.SetParameter(ledger + ".release", release);
            home.Attach(driver.User("mallory"), Admin);
        });
        await driver.SendAsync(Call("iam.amazonaws.com", "DeleteUserPermissionsBoundary", new JsonObject { ["userName"] = "mallory" })
            .Id("removed").At(driver.Clock.Now));

        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Contains("while this was put back", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
        // The release of the put-back lifts it, and does not take the first release's work for somebody else's.
        driver.Restart();
        var second = driver.Parameters("/security/incidents/").Keys.Single(static k => k.EndsWith("/removed", StringComparison.Ordinal));
        var again = await Releaser(driver).PlanAsync(second, null, force: false, default);
        Assert.Empty(again.Changes);
        Assert.Equal(ReleaseState.Ready, again.State);
        Assert.True((await Releaser(driver).ReleaseAsync(again, "anna", null, default)).Released);
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    /// <summary>What its plan names and IAM shows was done by it, although its note could not be written.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_release_that_was_stopped_before_a_note_is_not_taken_for_somebody_else(int write)
    {
        await using var driver = await ContainedAsync();
        driver.Aws.Faults.On("ssm", "PutParameter").From(write).Throttle();
        Assert.False((await Releaser(driver).ReleaseAsync(await PlanAsync(driver), "anna", null, default)).Released);
        driver.Aws.Faults.Clear();

        var plan = await PlanAsync(driver);
        Assert.Equal((ReleaseState.Ready, 0), (plan.State, plan.Changes.Count));
        Assert.True((await Releaser(driver).ReleaseAsync(plan, "anna", null, default)).Released);
        Assert.Equal([Admin], driver.User("mallory").AttachedPolicies);
        Assert.Null(driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task A_release_that_was_stopped_before_its_record_writes_it_the_next_time()
    {
        await using var driver = await ContainedAsync();
        driver.Aws.Faults.On("ssm", "PutParameter").From(5).Throttle();
        var first = await Releaser(driver).ReleaseAsync(await PlanAsync(driver), "anna", null, default);
        driver.Aws.Faults.Clear();
        Assert.False(first.Released);
        Assert.DoesNotContain("\"release\":", Record(driver), StringComparison.Ordinal);

        var plan = await PlanAsync(driver);
        Assert.True(plan.IsEnded);
        Assert.Empty(plan.Steps);
        var second = await Releaser(driver).ReleaseAsync(plan, "anna", null, default);
        Assert.True(second.Released);
        Assert.Contains("\"release\":", Record(driver), StringComparison.Ordinal);
        Assert.Contains("was released before", new ClosingNote(second).Text, StringComparison.Ordinal);
        Assert.Equal(ReleaseState.AlreadyReleased, (await PlanAsync(driver)).State);
    }

    [Fact]
    public async Task Another_boundary_than_the_one_that_is_known_has_to_be_forced_and_is_said()
    {
        await using var driver = await ContainedAsync(Boundary);
        var record = driver.Parameters("/security/incidents/").Keys.Single();
        var plan = await Releaser(driver).PlanAsync(record, "none", force: false, default);
        Assert.Equal(ReleaseState.Changed, plan.State);
        Assert.Contains(plan.Changes, static c => c.Contains("the boundary before was", StringComparison.Ordinal)
            && c.Contains("ReadOnlyAccess", StringComparison.Ordinal));
        Assert.Contains(plan.Described.Before, static b => b.Contains("ReadOnlyAccess", StringComparison.Ordinal));
        var forced = await Releaser(driver).ReleaseAsync(
            await Releaser(driver).PlanAsync(record, "none", force: true, default), "anna", null, default);
        Assert.False(forced.IsWhole);
        Assert.DoesNotContain("is as it was before", new ClosingNote(forced).Text, StringComparison.Ordinal);
        // The one that the ledger knows may be named.
        Assert.Equal(ReleaseState.AlreadyReleased, (await Releaser(driver).PlanAsync(record, Boundary, force: false, default)).State);
    }

    [Fact]
    public async Task What_is_not_compared_is_named()
    {
        await using var driver = await ContainedAsync();
        driver.World.Home.PutInline(driver.User("mallory"), "quiet", """{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""");
        driver.World.Home.AddToGroup("mallory", "admins");
        var plan = await PlanAsync(driver);
        Assert.Equal(2, plan.Uncompared.Count);
        Assert.Contains("inline policies quiet", plan.Uncompared[0], StringComparison.Ordinal);
        Assert.Contains("groups admins", plan.Uncompared[1], StringComparison.Ordinal);
        var result = await Releaser(driver).ReleaseAsync(plan, "anna", null, default);
        Assert.Contains("See below for what was not compared", new ClosingNote(result).Text, StringComparison.Ordinal);
    }

    /// <summary>Whoever may do nothing gains nothing by a grant.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_grant_to_whom_everything_is_denied_takes_no_place_of_the_people(bool isBoundary)
    {
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions { ContainmentBudgetPerHour = 5 });
        var user = driver.World.Home.EnsureUser("mallory", created: CalledAt.AddYears(-1));
        driver.World.Home.Attach(user, Admin);
        if (isBoundary) driver.World.Home.SetBoundary(user, DenyAll);
        else driver.World.Home.Attach(user, DenyAll);
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Empty(ContainmentBudget.Read(driver.Parameter("/security/budget/containments"), driver.Clock.Now).People);
    }

    private static EventBuilder Renamed(string from, string to, int seconds) => Call(
        "iam.amazonaws.com", "UpdateUser", new JsonObject { ["userName"] = from, ["newUserName"] = to }).At(CalledAt.AddSeconds(seconds));

    private static async Task<ResponderDriver> ContainedAsync(string? boundary = null)
    {
        var driver = await ResponderDriver.StartAsync(null, "mallory");
        if (boundary is not null) driver.World.Home.SetBoundary(driver.User("mallory"), boundary);
        Assert.Equal(Outcome.Incident, (await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Outcome);
        driver.Restart();
        return driver;
    }

    private static string Record(ResponderDriver driver) => driver.Parameters("/security/incidents/").Values.Single();

    private static Task<ReleasePlan> PlanAsync(ResponderDriver driver, bool force = false) => Releaser(driver).PlanAsync(
        driver.Parameters("/security/incidents/").Keys.Single(), null, force, default);

    private static Releaser Releaser(ResponderDriver driver) =>
        new(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
}
