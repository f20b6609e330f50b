using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.SimpleSystemsManagement.Model;
using Responder.Facts;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Retention;
using Responder.Tests.Storms;
using Responder.Tests.Support;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Retention;

/// <summary>
/// What is over is deleted, and what somebody may still need never is. The records are written by the responder itself, over the wire.
/// </summary>
public sealed class RecordSweepTests
{
    private const string Ledger = "/security/quarantines/123456789012/user.mallory";
    private const string Ledgers = Ledger + "/";
    private const string Record = "/security/incidents/2026-03-04/event-1";
    private const string Budget = "/security/budget/2026-03-04T09";

    /// <summary>Overwritten from hour to hour, and never deleted.</summary>
    private const string Pages = "/security/budget/pages";

    private static readonly TimeSpan s_year = TimeSpan.FromDays(365);

    [Fact]
    public async Task A_finished_alert_goes_when_it_is_old_and_not_a_day_before()
    {
        await using var driver = await ResponderDriver.StartAsync();
        await driver.SendAsync(Storm.PortOpened("sg-1"));
        var name = Assert.Single(driver.Parameters("/security/incidents/")).Key;

        driver.Clock.Now += s_year; // a year to the hour, but the day of the call counts as a whole
        Assert.Empty((await SweepAsync(driver)).Deleted);
        driver.Clock.Now += TimeSpan.FromDays(1);
        var result = await SweepAsync(driver);
        Assert.Equal([name], result.Deleted);
        Assert.Equal((1, true), (result.Parameters, result.Complete));
        Assert.Equal([Pages], driver.Parameters("/security/").Keys);
    }

    [Fact]
    public async Task A_contained_user_keeps_record_and_ledger_whatever_their_age()
    {
        await using var driver = await ContainedAsync();
        driver.Clock.Now += 10 * s_year;
        var result = await SweepAsync(driver);

        Assert.Equal([Budget], result.Deleted);
        Assert.Equal((1, 2), (result.Contained, result.Parameters));
        Assert.Equal([Record, Entry(driver)], driver.Parameters("/security/").Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_released_incident_goes_with_its_ledger_counted_from_the_release()
    {
        await using var driver = await ContainedAsync();
        driver.Clock.Now += 2 * s_year;
        await ReleaseAsync(driver);

        driver.Clock.Now += s_year - TimeSpan.FromDays(1);
        Assert.DoesNotContain(Record, (await SweepAsync(driver)).Deleted);
        driver.Clock.Now += TimeSpan.FromDays(2);
        var entry = Entry(driver);
        Assert.Equal([Record, entry, entry + ".release"], (await SweepAsync(driver)).Deleted);
        Assert.Empty(driver.Parameters("/security/"));
    }

    [Fact]
    public async Task A_released_ledger_stays_as_long_as_a_record_needs_it()
    {
        await using var driver = await ContainedAsync();
        await ReleaseAsync(driver);
        driver.Clock.Now += s_year + TimeSpan.FromDays(2);
        // A younger incident of the same user has a record that names the same ledger.
        var young = driver.Parameter(Record)!.Replace("2026-03-04T", "2027-03-04T", StringComparison.Ordinal);
        driver.World.Home.SetParameter("/security/incidents/2027-03-04/event-2", young);
        Assert.Equal([Budget, Record], (await SweepAsync(driver)).Deleted);
        Assert.NotEmpty(driver.Parameters(Ledgers));
    }

    [Fact]
    public async Task A_record_whose_ledger_is_lost_may_hold_the_only_undo_data_and_stays_until_somebody_closes_it()
    {
        await using var driver = await ContainedAsync();
        using (var ssm = driver.Clients.Ssm())
            await ssm.DeleteParameterAsync(new DeleteParameterRequest { Name = Entry(driver) }, TestContext.Current.CancellationToken);
        driver.Clock.Now += 2 * s_year;
        Assert.Equal(1, (await SweepAsync(driver)).Contained);

        driver.World.Home.SetParameter(
            Record, ClosedText.Record(
                driver.Parameter(Record)!, new Closing(driver.Clock.Now, "arn:aws:iam::123456789012:user/alice", "looked into")));
        Assert.Empty((await SweepAsync(driver)).Deleted); // it was closed today
        driver.Clock.Now += s_year + TimeSpan.FromDays(1);
        Assert.Equal([Record], (await SweepAsync(driver)).Deleted);
    }

    [Fact]
    public async Task An_unfinished_record_stays_and_is_counted()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.Aws.Faults.On("sns", "Publish").Refuse();
        Assert.NotEmpty((await driver.SendAsync(Storm.PortOpened("sg-1"))).Failures);
        driver.Clock.Now += 2 * s_year;

        var result = await SweepAsync(driver);
        Assert.Empty(result.Deleted);
        Assert.Equal(1, result.Unfinished);
    }

    [Theory]
    [InlineData("/security/incidents/2020-01-01/broken", "{\"schema\":", "not JSON")]
    [InlineData("/security/incidents/2020-01-01/theirs", "{\"status\":\"complete\"}", "not of the schema")]
    [InlineData("/security/incidents/yesterday/x", "{}", "not the name of a record")]
    [InlineData("/security/quarantines/123456789012/user.eve", "hello", "not a ledger")]
    [InlineData("/security/budget/whenever", "1", "not a parameter of the responder")]
    [InlineData("/security/database-password", "secret", "not a parameter of the responder")]
    public async Task What_is_not_ours_or_broken_is_named_and_stays(string name, string value, string because)
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.SetParameter(name, value);
        var result = await SweepAsync(driver);

        Assert.Empty(result.Deleted);
        Assert.StartsWith(name + ": " + because, Assert.Single(result.Unreadable), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", result.ToJson(), StringComparison.Ordinal);
        Assert.Equal(value, driver.Parameter(name));
    }

    [Fact]
    public async Task The_kill_switch_is_never_touched_and_0_days_delete_no_record()
    {
        await using var driver = await ResponderDriver.StartAsync();
        driver.World.Home.SetParameter("/security/mode", "observe");
        await driver.SendAsync(Storm.PortOpened("sg-1"));
        driver.World.Home.SetParameter(Budget, "x");
        driver.Clock.Now += 20 * s_year;

        var result = await SweepAsync(driver, never: true);
        Assert.Equal([Budget], result.Deleted);
        Assert.Equal(3, driver.Parameters("/security/").Count);
        Assert.Single((await SweepAsync(driver)).Deleted);
        Assert.Equal("observe", driver.Parameter("/security/mode"));
    }

    [Fact]
    public async Task The_budget_stays_and_notes_of_renames_go_after_two_days()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory", "trent");
        await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"));
        driver.World.Home.Rename(driver.User("trent"), "ghost");
        await driver.SendAsync(AdminAttachedTo("trent").Id("event-2"));
        await driver.SendAsync(
            Call("iam.amazonaws.com", "UpdateUser", new JsonObject { ["userName"] = "trent", ["newUserName"] = "ghost" }));
        string[] notes = ["/security/quarantines/123456789012/user.trent/renamed", "/security/quarantines/123456789012/user.trent/wanted"];
        Assert.All(notes, note => Assert.NotNull(driver.Parameter(note)));
        Assert.Equal(DenyAll, driver.User("ghost").BoundaryArn);

        Assert.Empty((await SweepAsync(driver)).Deleted);
        driver.Clock.Now += TimeSpan.FromDays(3);
        Assert.Equal(notes, (await SweepAsync(driver)).Deleted);
        Assert.NotNull(driver.Parameter("/security/budget/containments"));
    }

    [Fact]
    public async Task Counters_go_after_two_days_and_this_hour_s_stays()
    {
        await using var driver = await ContainedAsync();
        Assert.Empty((await SweepAsync(driver)).Deleted);
        driver.Clock.Now += TimeSpan.FromDays(2);
        Assert.Equal([Budget], (await SweepAsync(driver)).Deleted);
    }

    [Fact]
    public async Task Hundreds_of_parameters_are_read_by_pages_and_deleted_in_tens()
    {
        await using var driver = await ManyAsync(215);
        driver.Clock.Now += 2 * s_year;
        var result = await SweepAsync(driver);

        Assert.Equal((215, 1, true), (result.Deleted.Count, result.Parameters, result.Complete));
        Assert.Equal(22, driver.Aws.Calls.Of("ssm", "GetParametersByPath").Count);
        Assert.Equal(22, driver.Aws.Calls.Of("ssm", "DeleteParameters").Count);
    }

    [Fact]
    public async Task Throttling_is_waited_for_and_what_is_left_is_left_to_the_next_run_which_finishes()
    {
        await using var driver = await ManyAsync(35);
        driver.Clock.Now += 2 * s_year;
        driver.Aws.Faults.On("ssm", "GetParametersByPath").Nth(2).Throttle();
        driver.Aws.Faults.On("ssm", "DeleteParameters").From(3).Times(5).Throttle();

        var first = await WaitingAsync(driver, SweepAsync(driver));
        Assert.Equal((20, 16, false), (first.Deleted.Count, first.Parameters, first.Complete));
        Assert.Empty(first.Failures);
        Assert.Contains("\"complete\":false", first.ToJson(), StringComparison.Ordinal);

        var second = await WaitingAsync(driver, SweepAsync(driver));
        Assert.Equal((15, 1, true), (second.Deleted.Count, second.Parameters, second.Complete));
    }

    [Fact]
    public async Task What_AWS_refuses_is_a_failure_and_deletes_nothing()
    {
        await using var driver = await ManyAsync(5);
        driver.Clock.Now += 2 * s_year;
        driver.Aws.Faults.On("ssm", "DeleteParameters").Refuse();
        var result = await SweepAsync(driver);
        Assert.Contains("AccessDenied", Assert.Single(result.Failures), StringComparison.Ordinal);
        Assert.Equal(6, driver.Parameters("/security/").Count);
    }

    /// <summary>Until everything has been read, the rest may contain a record that needs the ledger.</summary>
    [Fact]
    public async Task A_run_that_is_cut_off_deletes_no_ledger()
    {
        await using var driver = await ContainedAsync();
        await ReleaseAsync(driver);
        driver.Clock.Now += 2 * s_year;
        driver.Aws.Faults.On("ssm", "GetParametersByPath").Nth(2).Refuse();
        for (var i = 0; i < 20; i++) driver.World.Home.SetParameter($"/security/zzz/{i}", "x");

        var result = await SweepAsync(driver);
        Assert.False(result.Complete);
        Assert.Equal([Budget, Record], result.Deleted);
        Assert.NotEmpty(driver.Parameters(Ledgers));
    }

    [Fact]
    public async Task Time_that_is_up_ends_the_run_without_a_failure()
    {
        await using var driver = await ManyAsync(5);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        var result = await Sweep(driver).SweepAsync(cancelled.Token);
        Assert.False(result.Complete);
        Assert.Empty(result.Failures);
        Assert.Empty(result.Deleted);
    }

    /// <summary>The user is contained again between the reading and the deletion, so the new undo data must stay.</summary>
    [Fact]
    public async Task A_ledger_that_changes_while_the_sweep_runs_stays()
    {
        await using var driver = await ContainedAsync();
        await ReleaseAsync(driver);
        driver.Clock.Now += 2 * s_year;
        var entry = Entry(driver);
        var changed = driver.Parameter(entry + ".release")!.Replace("\"released\"", "\"releasing\"", StringComparison.Ordinal);
        driver.Aws.Faults.On("ssm", "GetParameters").Meanwhile(() => driver.World.Home.SetParameter(entry + ".release", changed));

        Assert.DoesNotContain(entry + ".release", (await SweepAsync(driver)).Deleted);
        Assert.NotNull(driver.Parameter(entry + ".release"));
    }

    /// <summary>The name of the only entry of the ledger.</summary>
    private static string Entry(ResponderDriver driver) =>
        Assert.Single(driver.Parameters(Ledgers).Keys, static name => !name.EndsWith(".release", StringComparison.Ordinal));

    private static async Task<ResponderDriver> ContainedAsync()
    {
        var driver = await ResponderDriver.StartAsync(null, "mallory");
        Assert.Empty((await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"))).Failures);
        // The one parameter that stays for ever gives way to a counter, which does not.
        await driver.Clients.Ssm().DeleteParameterAsync(new DeleteParameterRequest { Name = "/security/budget/containments" });
        driver.World.Home.SetParameter(Budget, "x");
        driver.Aws.Calls.Clear();
        return driver;
    }

    private static async Task<ResponderDriver> ManyAsync(int records)
    {
        var driver = await ResponderDriver.StartAsync();
        await driver.SendAsync(Storm.PortOpened("sg-1"));
        var (name, text) = driver.Parameters("/security/incidents/").Single();
        for (var i = 1; i < records; i++) driver.World.Home.SetParameter($"{name}-{i}", text);
        driver.Aws.Calls.Clear();
        return driver;
    }

    private static async Task ReleaseAsync(ResponderDriver driver)
    {
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        Assert.Empty(
            (await releaser.ReleaseAsync(await releaser.PlanAsync(Record, null, false, default), "tester", null, default)).Failures);
        driver.Aws.Calls.Clear();
    }

    private static RecordSweep Sweep(ResponderDriver driver, bool never = false) =>
        new(driver.Clients.Ssm(), new ParameterNames("/security"), never ? null : s_year, driver.Clock);

    /// <summary>Advances the clock, so that the pauses of the sweep end.</summary>
    private static async Task<SweepResult> WaitingAsync(ResponderDriver driver, Task<SweepResult> sweeping)
    {
        while (!sweeping.IsCompleted)
        {
            driver.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        return await sweeping;
    }

    private static async Task<SweepResult> SweepAsync(ResponderDriver driver, bool never = false)
    {
        var result = await Sweep(driver, never).SweepAsync(TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(result.ToJson());
        Assert.Equal(result.Deleted.Count, json.RootElement.GetProperty("deleted").GetInt32());
        return result;
    }
}
