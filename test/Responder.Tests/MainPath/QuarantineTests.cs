using System.Text.Json;
using Responder.Containment.Actions;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>A user is given AdministratorAccess and is contained, paged and recorded, over the wire.</summary>
public sealed class QuarantineTests
{
    [Trap("C3")]
    [Fact]
    public async Task A_user_given_AdministratorAccess_is_contained_paged_and_recorded()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var response = await driver.SendAsync(AdminAttachedTo("mallory").Id("event-1"));

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Empty(driver.User("mallory").AttachedPolicies);

        var message = Assert.Single(driver.World.Messages);
        Assert.Equal("[CRITICAL] AdministratorAccess attached to user mallory (contained) 123456789012", message.Subject);
        Assert.Equal("CRITICAL", message.Attributes["severity"].Value);
        Assert.Equal("iam.admin-policy-attached", message.Attributes["detection"].Value);
        Assert.Equal("true", message.Attributes["contained"].Value);
        Assert.Equal("/security/incidents/2026-03-04/event-1", response.RecordName);

        using var record = JsonDocument.Parse(driver.Parameter("/security/incidents/2026-03-04/event-1")!);
        Assert.Equal("complete", record.RootElement.GetProperty("status").GetString());
        Assert.Equal("contained", record.RootElement.GetProperty("outcome").GetString());
        var ledger = driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!;
        Assert.Equal("", ledger!.Prior.Boundary);
        Assert.Equal([Admin], ledger.Prior.Detached);
        Assert.False(ledger.Released);
    }

    [Fact]
    public async Task Contained_after_two_round_trips_and_finished_after_four()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory", "warm-up");
        await driver.SendAsync(AdminAttachedTo("warm-up")); // code is compiled and connections are open afterwards
        driver.Aws.Calls.Clear();
        driver.Aws.Faults.Latency = TimeSpan.FromMilliseconds(250); // long enough for calls of one trip to overlap on a busy machine
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var calls = driver.Aws.Calls.All;
        Assert.Equal(4, driver.Aws.Calls.SequentialRoundTrips());
        var lastContainment = calls.Where(c => c.Operation is "PutUserPermissionsBoundary" or "DetachUserPolicy").Max(c => c.EndTicks);
        var publish = Assert.Single(calls, c => c.Operation == "Publish");
        Assert.True(publish.StartTicks >= lastContainment, "the page tells what was done");
        var all = calls.Where(c => c.Operation is "GetUser" or "ListAttachedUserPolicies" or "GetParameters").ToArray();
        var readBack = all.Where(c => c.StartTicks >= lastContainment).ToArray();
        Assert.Equal(["GetUser", "ListAttachedUserPolicies"], readBack.Select(static c => c.Operation).Order(StringComparer.Ordinal));
        Assert.All(readBack, read => Assert.True(read.Overlaps(publish), "what was done is read back beside the page"));
        var reads = all.Except(readBack).ToArray();
        Assert.All(reads, read => Assert.True(reads.All(read.Overlaps), "the reads are one round trip"));
        Assert.DoesNotContain(calls, c => c.Operation == "PutUserPermissionsBoundary" && reads.Any(r => r.StartTicks > c.StartTicks));
    }

    [Trap("C2")]
    [Fact]
    public async Task The_prior_boundary_is_in_the_ledger()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.SetBoundary(driver.User("mallory"), "arn:aws:iam::aws:policy/ReadOnlyAccess");
        await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(
            "arn:aws:iam::aws:policy/ReadOnlyAccess",
            driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!.Prior.Boundary);
        Assert.Contains("arn:aws:iam::aws:policy/ReadOnlyAccess", driver.LogText.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_event_again_is_a_duplicate_also_for_another_process()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var e = AdminAttachedTo("mallory").Build();
        await driver.SendAsync(e);

        var again = await driver.SendAsync(e);
        driver.Restart();
        var elsewhere = await driver.SendAsync(e);

        Assert.Equal(Outcome.Duplicate, again.Outcome);
        Assert.Equal(Outcome.Duplicate, elsewhere.Outcome);
        Assert.Equal(Severity.Critical, elsewhere.Severity);
        Assert.Single(driver.World.Messages);
        Assert.Single(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"));
    }

    [Fact]
    public async Task A_second_event_on_a_contained_user_keeps_the_first_prior_state()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        driver.World.Home.Attach(driver.User("mallory"), Admin);
        driver.Restart();
        var second = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(Outcome.Incident, second.Outcome);
        Assert.Empty(driver.User("mallory").AttachedPolicies);
        Assert.Equal("", driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!.Prior.Boundary);
        Assert.Equal(2, driver.World.Messages.Count);
    }

    [Fact]
    public async Task Our_mark_without_a_ledger_is_unknown_never_prior_state()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.SetBoundary(driver.User("mallory"), DenyAll);
        await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Null(driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!.Prior.Boundary);
        Assert.Contains("UNKNOWN", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_given_AdministratorAccess_is_alerted_recorded_and_the_command_is_exact()
    {
        await using var driver = await ResponderDriver.StartAsync(null);
        driver.World.Home.EnsureRole("Deploy");
        var response = await driver.SendAsync(AdminAttachedToRole("Deploy"));

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Empty(response.Containment);
        Assert.Empty(driver.Aws.Calls.Of("iam", "Put*"));
        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.Contains(
            "aws iam put-role-permissions-boundary --role-name Deploy --permissions-boundary arn:aws:iam::aws:policy/AWSDenyAll", page,
            StringComparison.Ordinal);
        Assert.Contains(
            "aws iam detach-role-policy --role-name Deploy --policy-arn arn:aws:iam::aws:policy/AdministratorAccess", page,
            StringComparison.Ordinal);
        Assert.NotNull(driver.Parameter(response.RecordName!));
    }

    [Fact]
    public async Task Repeats_within_an_hour_share_one_record_and_one_page()
    {
        await using var driver = await ResponderDriver.StartAsync(null);
        driver.World.Home.EnsureRole("Deploy");
        var first = await driver.SendAsync(AdminAttachedToRole("Deploy"));
        driver.Restart();
        var second = await driver.SendAsync(AdminAttachedToRole("Deploy"));

        Assert.Equal(Outcome.Recorded, second.Outcome);
        Assert.Equal(first.RecordName, second.RecordName);
        Assert.Single(driver.World.Messages);
        Assert.Equal(2, IncidentText.ReadRecord(driver.Parameter(first.RecordName!)!)!.Count);
    }

    [Fact]
    public async Task Observe_contains_nothing_and_says_what_it_would_have_done()
    {
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions { Mode = Mode.Observe }, "mallory");
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Empty(driver.Aws.Calls.Of("iam", "Put*"));
        Assert.Empty(driver.Aws.Calls.Of("iam", "Detach*"));
        var message = Assert.Single(driver.World.Messages);
        Assert.Contains("(would contain)", message.Subject, StringComparison.Ordinal);
        Assert.Contains("not contained: observe mode", message.For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kill_switch_forces_observe()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.SetParameter("/security/mode", "observe");
        await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Null(driver.User("mallory").BoundaryArn);
        Assert.Contains("(would contain)", Assert.Single(driver.World.Messages).Subject, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_budget_stops_containment_but_never_the_page()
    {
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions { ContainmentBudgetPerHour = 2 }, "u1", "u2", "u3");
        foreach (var name in (string[])["u1", "u2", "u3"])
        {
            driver.Restart();
            await driver.SendAsync(AdminAttachedTo(name));
        }

        Assert.Equal(DenyAll, driver.User("u2").BoundaryArn);
        Assert.Null(driver.User("u3").BoundaryArn);
        Assert.Equal(3, driver.World.Messages.Count);
        Assert.Contains("containment budget of this hour exhausted", driver.World.Messages[2].For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exhausted_budget_pages_even_what_would_page_nobody_and_says_so_loudly()
    {
        var promoted = new Dictionary<(string, ActionId), Stage> { [("iam.policy-attached", QuarantineUser.Action.Id)] = Stage.Contain };
        await using var driver = await ResponderDriver.StartAsync(
            new ResponderOptions { ContainmentBudgetPerHour = 1, ActionStages = promoted }, "u1", "u2");
        const string ReadOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        await driver.SendAsync(AdminAttachedTo("u1", ReadOnly));
        driver.Restart();
        var second = await driver.SendAsync(AdminAttachedTo("u2", ReadOnly));

        Assert.Equal(DenyAll, driver.User("u1").BoundaryArn);
        Assert.Null(driver.User("u2").BoundaryArn);
        Assert.Equal(Severity.Low, second.Severity);
        Assert.True(second.Severity < driver.Options.MinimumAlertSeverity);
        Assert.Contains(
            "WARNING:  the responder contains nobody else in this hour", driver.World.Messages[^1].For("email"), StringComparison.Ordinal);
        Assert.Equal(Outcome.Alert, second.Outcome);
    }

    [Fact]
    public async Task A_promoted_role_is_quarantined_and_its_sessions_are_revoked_but_for_the_caller_s_alone_when_it_is_its_own()
    {
        var promoted = new Dictionary<(
            string, ActionId), Stage>
        { [("iam.admin-policy-attached", RevokeSessions.Action.Id)] = Stage.Contain };
        await using var driver = await ResponderDriver.StartAsync(new ResponderOptions { ActionStages = promoted });
        var role = driver.World.Home.EnsureRole("Deploy");
        driver.World.Home.Attach(role, Admin);
        var self = Session(role.Arn, "build-7");
        self["principalId"] = role.Id + ":build-7";
        var response = await driver.SendAsync(AdminAttachedToRole("Deploy").By(self));

        Assert.Equal(Outcome.Incident, response.Outcome);
        Assert.Null(role.BoundaryArn); // quarantining roles was not promoted
        Assert.Contains(Admin, role.AttachedPolicies);
        var policy = Assert.Single(role.InlinePolicies);
        Assert.StartsWith("ResponderRevokeSessions-", policy.Key, StringComparison.Ordinal);
        Assert.Contains($"\"aws:userid\":\"{role.Id}:build-7\"", policy.Value, StringComparison.Ordinal);
        Assert.Contains("\"aws:TokenIssueTime\":\"2026-03-04T09:01:10Z\"", policy.Value, StringComparison.Ordinal);
        Assert.Contains(
            $"{policy.Key} may be lifted after 2026-03-04 21:01:10Z", Assert.Single(driver.World.Messages).For("email"),
            StringComparison.Ordinal);
    }

    [Trap("C5")]
    [Fact]
    public async Task A_page_of_a_contained_user_asks_CloudTrail_for_the_roles_he_took_on()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Contains(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=mallory --start-time "
                + "2026-03-03T21:01:10Z",
            Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SSM_that_is_down_delays_neither_containment_nor_page_and_the_page_holds_the_record()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("ssm").Throttle();
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.Contains("no permissions boundary", page, StringComparison.Ordinal);
        Assert.Contains("WARNING", page, StringComparison.Ordinal);
        Assert.NotEmpty(response.Failures);
    }

    [Fact]
    public async Task SSM_that_hangs_is_left_behind_after_its_second()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.CallTimeout = TimeSpan.FromSeconds(10); // completing the record ends only by the client's timeout, in machine time
        driver.Restart();
        var response = await driver.SendWhileHangingAsync(AdminAttachedTo("mallory"), "ssm");

        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.Single(driver.World.Messages);
        Assert.Null(response.RecordName);
        Assert.NotEmpty(response.Failures);
    }

    [Fact]
    public async Task Nothing_of_a_refused_call_reaches_SSM()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.SetBoundary(driver.User("mallory"), null);
        var response = await driver.SendAsync(AdminAttachedTo("mallory").Refused());
        var again = await driver.SendAsync(AdminAttachedTo("mallory").Refused());

        Assert.Equal(Outcome.Alert, response.Outcome);
        Assert.Equal(Outcome.Recorded, again.Outcome);
        Assert.Empty(driver.Aws.Calls.Of("ssm"));
        Assert.Empty(driver.Aws.Calls.Of("iam"));
        Assert.Single(driver.World.Messages);
    }

    [Fact]
    public async Task An_event_that_cannot_be_read_is_malformed_and_says_why()
    {
        await using var driver = await ResponderDriver.StartAsync(null);
        var response = await driver.SendAsync(
            JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["detail-type"] = "AWS API Call via CloudTrail" }));

        Assert.Equal(Outcome.Malformed, response.Outcome);
        Assert.Equal("detail is missing: expected an object, the CloudTrail record", response.MalformedBecause);
    }

    [Fact]
    public void The_main_path_reads_aloud()
    {
        var source = File.ReadAllText(Repository.PathOf("src", "Responder", "SecurityResponder.cs"));
        var body = source[source.IndexOf("RespondAsync(ParsedEvent parsed", StringComparison.Ordinal)..];
        var positions = (
            (string[])["parsed.Event", "Detect(e)", "_lookUp.OfAsync(", "Decide(e", "_containing.OfAsync(", "NotifyAsync(", "RecordAsync("])
            .Select(word => body.IndexOf(word, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, positions);
        Assert.Equal(positions.Order(), positions);
    }
}
