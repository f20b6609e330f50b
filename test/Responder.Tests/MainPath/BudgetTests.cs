using Responder.Decisions;
using Responder.Facts;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>One place for each principal and hour, taken only when he is contained; decoys never use up the places of people.</summary>
[Trap("E23")]
public sealed class BudgetTests
{
    private const string Places = "/security/budget/containments";

    private static readonly ResponderOptions s_three = new() { ContainmentBudgetPerHour = 3 };

    [Fact]
    public async Task Ten_deliveries_about_one_user_take_one_place()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory", "trent");
        for (var i = 0; i < 10; i++)
        {
            driver.Restart();
            await driver.SendAsync(AdminAttachedTo("mallory").Id($"event-{i}"));
        }

        Assert.Single(ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now).People);
        await driver.SendAsync(AdminAttachedTo("trent"));
        Assert.Equal(DenyAll, driver.User("trent").BoundaryArn);
    }

    [Fact]
    public async Task Users_whom_a_boundary_keeps_from_everything_leave_the_places_to_others()
    {
        string[] capped = [.. Enumerable.Range(0, 5).Select(static i => $"capped-{i}")];
        await using var driver = await ResponderDriver.StartAsync(s_three, [.. capped, "mallory"]);
        foreach (var name in capped)
        {
            driver.World.Home.SetBoundary(driver.User(name), "arn:aws:iam::aws:policy/ReadOnlyAccess");
            driver.Restart();
            await driver.SendAsync(AdminAttachedTo(name));
        }

        Assert.Equal(3, capped.Count(name => driver.User(name).BoundaryArn == DenyAll)); // they have a budget of their own
        Assert.Empty(ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now).People);
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    /// <summary>Otherwise whoever attaches a boundary that allows everything would be hidden behind decoys.</summary>
    [Fact]
    public async Task A_boundary_that_keeps_nobody_from_anything_is_read_and_does_not_count()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory");
        const string Everything = "arn:aws:iam::123456789012:policy/everything";
        driver.World.Home.EnsurePolicy(Everything, """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""");
        driver.World.Home.SetBoundary(driver.User("mallory"), Everything);
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Single(ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now).People);
    }

    [Fact]
    public async Task Throwaway_users_leave_the_places_to_people()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory");
        for (var i = 0; i < 6; i++)
        {
            driver.World.Home.Attach(driver.World.Home.EnsureUser($"new-{i}", created: CalledAt.AddHours(-1)), Admin);
            driver.Restart();
            await driver.SendAsync(AdminAttachedTo($"new-{i}"));
        }

        var places = ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now);
        Assert.Equal((0, 3), (places.People.Count, places.Lesser.Count));
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
    }

    [Fact]
    public async Task Whom_IAM_does_not_know_and_whom_a_guardrail_spares_take_no_place()
    {
        await using var driver = await ResponderDriver.StartAsync(
            s_three with { BreakGlassArns = new HashSet<string> { "arn:aws:iam::123456789012:user/glass" } }, "glass");
        await driver.SendAsync(AdminAttachedTo("ghost"));
        await driver.SendAsync(AdminAttachedTo("glass"));
        Assert.Null(driver.Parameter(Places));
    }

    /// <summary>Without the places, each process has one; a budget for each would be as many budgets as there are processes.</summary>
    [Fact]
    public async Task While_SSM_is_down_each_process_contains_one()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory", "trent", "oscar");
        driver.Aws.Faults.On("ssm").Throttle();
        await driver.SendAsync(AdminAttachedTo("mallory"));
        var second = await driver.SendAsync(AdminAttachedTo("trent"));
        Assert.Equal(GuardrailId.Budget, second.Decision!.Guardrail);
        driver.Restart();
        Assert.Equal(DecisionAction.Contain, (await driver.SendAsync(AdminAttachedTo("oscar"))).Decision!.Action);
    }

    [Fact]
    public async Task A_read_that_fails_leaves_the_places_of_others_as_they_are()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory", "trent");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        var before = driver.Parameter(Places);
        driver.Restart();
        driver.Aws.Faults.On("ssm", "GetParameters").Throttle();
        Assert.Equal(DecisionAction.Contain, (await driver.SendAsync(AdminAttachedTo("trent"))).Decision!.Action);
        Assert.Equal(before, driver.Parameter(Places));
    }

    /// <summary>Two executions that write at the same moment must not forget each other's places.</summary>
    [Fact]
    public async Task Places_that_were_overwritten_are_written_again()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory");
        var theirs = ContainmentBudget.Read(null, driver.Clock.Now).With(new BudgetPlace("123456789012", "01234567", IsLesser: false));
        driver.Aws.Faults.On("ssm", "PutParameter").Nth(1).Meanwhile(() => driver.World.Home.SetParameter(Places, theirs.ToText()));
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory"))).Failures);
        var written = ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now);
        Assert.Equal(2, written.People.Count);
        Assert.Contains("123456789012:01234567", written.People);
    }

    /// <summary>The storm itself throttles the store: a process whose places nobody can see gets no further ones.</summary>
    [Fact]
    public async Task A_place_that_could_not_be_written_is_the_last_one_of_its_process()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory", "trent", "oscar");
        driver.Aws.Faults.On("ssm", "PutParameter").Throttle();
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        var refused = await driver.SendAsync(AdminAttachedTo("trent"));
        Assert.Equal(GuardrailId.Budget, refused.Decision!.Guardrail);
        Assert.Null(driver.User("trent").BoundaryArn);

        // What could not be written is written after the next page that can be recorded.
        driver.Aws.Faults.Clear();
        await driver.SendAsync(AdminAttachedTo("trent").Id("event-2"));
        Assert.NotEmpty(ContainmentBudget.Read(driver.Parameter(Places), driver.Clock.Now).People);
        Assert.Equal(DecisionAction.Contain, (await driver.SendAsync(AdminAttachedTo("oscar"))).Decision!.Action);
    }

    /// <summary>A letter that claims to be of tomorrow would stay young until then.</summary>
    [Fact]
    public async Task A_call_that_is_timed_ahead_of_our_clock_contains_nobody()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three, "mallory");
        var ahead = await driver.SendAsync(AdminAttachedTo("mallory").At(driver.Clock.Now.AddHours(5)));
        Assert.Equal((Outcome.Alert, GuardrailId.FreshCall), (ahead.Outcome, ahead.Decision!.Guardrail));
        Assert.Equal(
            Outcome.Incident,
            (await driver.SendAsync(AdminAttachedTo("mallory").Id("event-2").At(driver.Clock.Now.AddMinutes(5)))).Outcome);
    }

    [Fact]
    public async Task The_next_hour_begins_anew()
    {
        await using var driver = await ResponderDriver.StartAsync(s_three with { ContainmentBudgetPerHour = 1 }, "mallory", "trent");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Equal(GuardrailId.Budget, (await driver.SendAsync(AdminAttachedTo("trent"))).Decision!.Guardrail);
        driver.Clock.Now += TimeSpan.FromHours(1);
        driver.Restart();
        Assert.Equal(
            DecisionAction.Contain, (await driver.SendAsync(AdminAttachedTo("trent").Id("later").At(driver.Clock.Now))).Decision!.Action);
    }

    [Theory]
    [InlineData(9, 0, true)]
    [InlineData(10, 0, false)] // this account has had its ten
    [InlineData(0, 50, true)] // the installation is at its limit, and this account has had fewer than two
    [InlineData(1, 49, true)]
    [InlineData(2, 48, false)]
    public void Each_account_of_an_organization_has_a_budget_and_the_installation_a_limit(int here, int elsewhere, bool hasRoom)
    {
        var budget = new ContainmentBudget(
            "", [.. Enumerable.Range(0, here).Select(static i => $"111111111111:{i}"), .. Enumerable.Range(0, elsewhere)
                .Select(static i => $"{222222222222 + (i / 10)}:{i}")], []);
        Assert.Equal(hasRoom, budget.HasRoom(new BudgetPlace("111111111111", "new", IsLesser: false), 10, hasMembers: true));
    }

    [Fact]
    public void A_full_budget_fits_into_its_parameter()
    {
        var budget = ContainmentBudget.Read(null, CalledAt);
        for (var i = 0; budget.HasRoom(new BudgetPlace("", "", IsLesser: false), int.MaxValue, hasMembers: false); i++)
            budget = budget.With(new BudgetPlace("123456789012", $"{i:x8}", IsLesser: false))
                .With(new BudgetPlace("123456789012", $"f{i:x7}", true));
        Assert.InRange(budget.ToText().Length, 3000, 4096);
        Assert.Equal(budget.People, ContainmentBudget.Read(budget.ToText(), CalledAt).People);
    }
}
