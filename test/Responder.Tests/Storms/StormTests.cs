using System.Text.Json;
using Responder.Records;
using Responder.Reporting;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.Storms;

/// <summary>
/// Ten thousand findings in a minute: what matters is still done at once, repeats are counted, and neither the pages nor the parameters
/// grow with the storm. The tests use the real wire and several instances of the function.
/// </summary>
public sealed class StormTests
{
    private const string Incidents = "/security/incidents/";
    private const int Instances = 4;

    /// <summary>The pages of one cause in an hour: five, then the 10th, the 100th and the 1,000th.</summary>
    private const int Most = 8;

    [Fact]
    public async Task Repeats_by_one_actor_page_once_and_share_one_record()
    {
        await using var storm = await Storm.StartAsync(1);
        var responses = await storm.SendAsync(Events(static _ => Storm.PortOpened("sg-1")));

        Assert.Single(storm.Driver.World.Messages);
        Assert.Equal(Outcome.Alert, responses[0].Outcome);
        Assert.All(responses.Skip(1), static r => Assert.Equal((Outcome.Recorded, 0), (r.Outcome, r.Failures.Count)));
        AssertAllLogged(storm);

        var record = IncidentText.ReadRecord(Assert.Single(storm.Driver.Parameters(Incidents)).Value)!;
        // The record is written at 1 to 8, then at powers of two and once a minute; 8,192 is the last power.
        Assert.InRange(record.Count, 8_192, Storm.Findings);
        Assert.InRange(storm.Driver.Aws.Calls.Of("ssm", "PutParameter").Count, 10, 25);
        Assert.InRange(storm.Driver.Aws.Calls.Of("ssm", "GetParameters").Count, 1, 25);
    }

    [Fact]
    public async Task The_count_is_exact_again_with_the_next_write()
    {
        await using var storm = await Storm.StartAsync(1);
        await storm.SendAsync(Events(static _ => Storm.PortOpened("sg-1"), 100));
        storm.Driver.Clock.Now += TimeSpan.FromMinutes(2);
        await storm.SendAsync(0, Storm.PortOpened("sg-1").Id("the-last"));

        var record = IncidentText.ReadRecord(Assert.Single(storm.Driver.Parameters(Incidents)).Value)!;
        Assert.Equal((101, "the-last"), (record.Count, record.EventIds[^1]));
    }

    [Trap("E10")]
    [Fact]
    public async Task Rotating_session_names_are_one_actor()
    {
        const string role = "arn:aws:iam::123456789012:role/dev";
        await using var storm = await Storm.StartAsync(Instances);
        await storm.SendAsync(Events(static i => Storm.PortOpened("sg-1").By(Session(role, $"session-{i}"))));

        Assert.Single(storm.Driver.Parameters(Incidents));
        Assert.InRange(storm.Driver.World.Messages.Count, 1, Instances); // one for each instance that began before the first record existed
        AssertAllLogged(storm);
        var record = IncidentText.ReadRecord(storm.Driver.Parameters(Incidents).Values.Single())!;
        Assert.InRange(record.Count, 1_000, Storm.Findings); // simultaneous writes may lose each other's share
    }

    [Trap("E14")]
    [Fact]
    public async Task Made_up_targets_fill_neither_the_parameters_nor_the_mailbox()
    {
        await using var storm = await Storm.StartAsync(Instances);
        await storm.SendAsync(Events(static i => Storm.PortOpened($"sg-{i}")));

        // One process pages 5, and the 10th, 100th and 1,000th; processes that run at the same moment may each do so.
        Assert.InRange(storm.Driver.World.Messages.Count, Most, Most * Instances);
        Assert.InRange(storm.Driver.Parameters(Incidents).Count, Most + 1, Most * Instances + 1);
        Assert.InRange(storm.Driver.Aws.Calls.Of("ssm", "GetParameters").Count, 1, 400);
        Assert.Contains(
            storm.Driver.World.Messages, static m => m.For("email")
            .Contains("5 of this kind in this hour said something new: further ones page only", StringComparison.Ordinal));
        Assert.Contains(
            storm.Driver.World.Messages, static m => m.For("email").Contains("not each of them was paged", StringComparison.Ordinal));
        AssertAllLogged(storm);
        var flood = storm.Driver.Parameters(Incidents).Single(static p => p.Key.Contains("/many-", StringComparison.Ordinal));
        Assert.InRange(IncidentText.ReadRecord(flood.Value)!.Count, 1000, Storm.Findings);
    }

    [Trap("E10")]
    [Trap("E14")]
    [Fact]
    public async Task Another_actor_is_not_hidden_by_a_flood()
    {
        await using var storm = await Storm.StartAsync(1);
        await storm.SendAsync(Events(static i => Storm.PortOpened($"sg-{i}"), 200));
        var before = storm.Driver.World.Messages.Count;
        var response = await storm.SendAsync(0, Storm.PortOpened("sg-7").By(User("bob")));

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Equal(before + 1, storm.Driver.World.Messages.Count);
    }

    [Fact]
    public async Task Refused_calls_write_no_parameter_and_page_within_bounds()
    {
        await using var storm = await Storm.StartAsync(Instances);
        await storm.SendAsync(Events(static i => AdminAttachedTo($"victim-{i}").Refused()));

        Assert.Empty(storm.Driver.Parameters("/security/"));
        Assert.Empty(storm.Driver.Aws.Calls.Of("ssm"));
        Assert.Empty(storm.Driver.Aws.Calls.Of("iam"));
        Assert.InRange(storm.Driver.World.Messages.Count, 1, Most * Instances);
        AssertAllLogged(storm);
    }

    [Fact]
    public async Task Containment_in_the_midst_of_a_storm_takes_its_two_round_trips_and_waits_for_no_SSM()
    {
        await using var storm = await Storm.StartAsync(Instances, null, "mallory");
        storm.Driver.Aws.Faults.On("ssm", "PutParameter").Throttle();
        storm.Driver.Aws.Faults.On("ssm", "GetParameters").Throttle();
        var events = Events(static i => i == 5_001 ? AdminAttachedTo("mallory") : Storm.PortOpened($"sg-{i % 50}"));
        var responses = await storm.SendAsync(events);

        Assert.Equal(Outcome.Incident, responses[5_001].Outcome);
        Assert.Equal(DenyAll, storm.Driver.User("mallory").BoundaryArn);
        Assert.Single(storm.Driver.World.Messages, static m => m.Subject!.Contains("(contained)", StringComparison.Ordinal));
        Assert.Empty(storm.Driver.Parameters("/security/"));
        AssertAllLogged(storm);

        // Between the first read and the boundary, the instance that contained makes only the calls of these two round trips.
        var calls = storm.CallsOf(5_001 % Instances);
        var read = calls.First(static c => c.Operation == "GetUser");
        var boundary = calls.Single(static c => c.Operation == "PutUserPermissionsBoundary");
        var between = calls.Where(c => c.StartTicks < boundary.StartTicks && c.StartTicks >= read.StartTicks).ToArray();
        Assert.All(
            between, static c =>
                Assert.Contains(
                    c.Operation, (string[])[
                        "GetUser", "ListAttachedUserPolicies", "GetParameters", "GetParametersByPath", "PutParameter", "DetachUserPolicy",
                    ]));
        // The budget and the claims of record and ledger run beside the boundary. On a busy machine the ledger's second try may overtake
        // it.
        Assert.InRange(between.Count(static c => c.Operation == "PutParameter"), 0, 4);
        var page = calls.Last(
            static c => c.Operation == "Publish" && c.Parameters["Subject"].Contains("mallory", StringComparison.Ordinal));
        Assert.True(boundary.EndTicks <= page.StartTicks);
    }

    /// <summary>A call of SSM that never answers delays the containment by the one second that all reads share, and no longer.</summary>
    [Fact(Timeout = 120_000)] // a step of the clock that nobody waits for must fail, not hold the run
    public async Task An_SSM_that_hangs_delays_containment_by_no_more_than_its_second()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.CallTimeout = TimeSpan.FromHours(1); // this timeout uses the clock of the machine and must not end the calls here
        driver.Restart();
        driver.Aws.Faults.On("ssm").Hang();
        var sending = driver.SendAsync(AdminAttachedTo("mallory"));
        await driver.ArrivedAsync("ssm", "GetParameters", TestContext.Current.CancellationToken);
        driver.Clock.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
        driver.Clock.Advance(TimeSpan.FromMilliseconds(1));
        // the clock does not advance until then
        await driver.ArrivedAsync("iam", "PutUserPermissionsBoundary", TestContext.Current.CancellationToken);
        driver.Aws.Faults.Clear(); // later calls end only by the client's timeout, which is long here
        driver.Aws.Faults.On("ssm").Refuse();
        var response = await driver.WhileHangingAsync(sending, "ssm");

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Single(driver.World.Messages);
    }

    [Trap("E10")]
    [Fact]
    public async Task A_rise_in_severity_pages_whatever_the_storm()
    {
        await using var storm = await Storm.StartAsync(1);
        await storm.SendAsync(Events(static i => Storm.PortOpened($"sg-{i % 40}"), 1_000));
        var before = storm.Driver.World.Messages.Count;
        // One group has a record of its own, the other shares that of the flood.
        foreach (var group in (string[])["sg-1", "sg-39"])
        {
            var response = await storm.SendAsync(0, Storm.PortOpened(group, all: true));
            Assert.Equal((Outcome.Alert, Severity.Critical), (response.Outcome, response.Severity));
        }

        Assert.Equal(before + 2, storm.Driver.World.Messages.Count);
        Assert.Equal(Outcome.Recorded, (await storm.SendAsync(0, Storm.PortOpened("sg-1", all: true))).Outcome);
    }

    [Fact]
    public async Task A_rise_that_another_instance_paged_is_a_repeat_here_once_the_record_says_so()
    {
        await using var storm = await Storm.StartAsync(2);
        await storm.SendAsync(Events(static _ => Storm.PortOpened("sg-1"), 20));
        await storm.SendAsync(0, Storm.PortOpened("sg-1", all: true));
        var before = storm.Driver.World.Messages.Count;

        Assert.Equal(Outcome.Recorded, (await storm.SendAsync(1, Storm.PortOpened("sg-1", all: true))).Outcome);
        Assert.Equal(before, storm.Driver.World.Messages.Count);
        Assert.Equal(Severity.Critical, IncidentText.ReadRecord(storm.Driver.Parameters(Incidents).Values.Single())!.Severity);
    }

    [Fact]
    public async Task A_storm_over_one_user_contains_it_each_time_and_bounds_records_and_pages()
    {
        const int events = 300;
        await using var storm = await Storm.StartAsync(1, null, "mallory");
        var responses = await storm.SendAsync(Events(static _ => AdminAttachedTo("mallory"), events));

        Assert.All(responses, static r => Assert.Equal((Outcome.Incident, 0), (r.Outcome, r.Failures.Count)));
        Assert.Equal(events, storm.Driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary").Count(static c => c.Succeeded));
        // The first containment, five more, the 10th and the 100th; what came between shares one record.
        Assert.Equal(8, storm.Driver.World.Messages.Count);
        Assert.Equal(9, storm.Driver.Parameters(Incidents).Count);
        Assert.Single(storm.Driver.Parameters("/security/quarantines/"));
        Assert.Equal(
            ["/security/budget/containments", "/security/budget/pages"],
            storm.Driver.Parameters("/security/budget/").Keys.Order(StringComparer.Ordinal));

        // A failed containment always pages.
        storm.Driver.Aws.Faults.On("iam", "PutUserPermissionsBoundary").Refuse();
        var failed = await storm.SendAsync(0, AdminAttachedTo("mallory"));
        Assert.NotEmpty(failed.Failures);
        Assert.Equal(9, storm.Driver.World.Messages.Count);
    }

    [Fact]
    public async Task A_flood_of_grants_is_contained_up_to_the_budget_and_counted_only_so_far()
    {
        var users = Enumerable.Range(0, 200).Select(static i => $"user-{i}").ToArray();
        await using var storm = await Storm.StartAsync(1, null, users);
        await storm.SendAsync(Events(static i => AdminAttachedTo($"user-{i}"), users.Length));

        Assert.Equal(10, storm.Driver.World.Home.Users.Values.Count(static u => u.BoundaryArn == DenyAll));
        Assert.Equal(10, storm.Driver.Parameters("/security/quarantines/").Count);
        Assert.Equal(
            10, storm.Driver.Aws.Calls.Of("ssm", "PutParameter")
            .Count(static c => c.Parameters["Name"] == "/security/budget/containments"));
        // Ten incidents, seven of the findings that were only paged, and the record that all others share.
        Assert.Equal(18, storm.Driver.Parameters(Incidents).Count);
        Assert.Equal(17, storm.Driver.World.Messages.Count);
        AssertAllLogged(storm, users.Length);
    }

    [Fact]
    public async Task Counts_that_cannot_be_written_cost_one_failure_a_minute_and_are_made_up_for()
    {
        await using var storm = await Storm.StartAsync(1);
        await storm.SendAsync(0, Storm.PortOpened("sg-1").Id("first"));
        var throttle = storm.Driver.Aws.Faults.On("ssm", "PutParameter").Times(1);
        throttle.Throttle();
        var responses = await storm.SendAsync(Events(static _ => Storm.PortOpened("sg-1"), 50));

        Assert.Equal(1, throttle.Hits);
        Assert.Single(responses, static r => r.Failures.Count > 0);
        Assert.Single(storm.Driver.World.Messages);
        storm.Driver.Clock.Now += TimeSpan.FromMinutes(2);
        Assert.Empty((await storm.SendAsync(0, Storm.PortOpened("sg-1").Id("last"))).Failures);
        Assert.Equal(52, IncidentText.ReadRecord(storm.Driver.Parameters(Incidents).Values.Single())!.Count);
    }

    private static JsonElement[] Events(Func<int, EventBuilder> create, int count = Storm.Findings) =>
        [.. Enumerable.Range(0, count).Select(i => create(i).Id(Storm.IdOf(i)).Build())];

    private static void AssertAllLogged(Storm storm, int count = Storm.Findings)
    {
        foreach (var what in (string[])["decided", "responded"])
        {
            var logged = storm.Logged(what);
            Assert.Equal(count, logged.Count);
            Assert.Contains(Storm.IdOf(0), logged);
            Assert.Contains(Storm.IdOf(count - 1), logged);
        }
    }
}
