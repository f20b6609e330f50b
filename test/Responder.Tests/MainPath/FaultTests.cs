using System.Text.Json;
using Responder.Containment;
using Responder.Containment.Actions;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.LocalAws;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>
/// Makes every AWS call of a containment fail once, at every position and in every way, and then redelivers the event to a new process.
/// There must be one record, at least one page, a contained user, and the prior state in the ledger.
/// </summary>
public sealed class FaultTests
{
    private const string Prior = "arn:aws:iam::aws:policy/ReadOnlyAccess";

    /// <summary>The calls of one containment, in the order of the design.</summary>
    private static readonly (string Service, string Operation, int Nth)[] s_calls =
    [
        ("ssm", "GetParameters", 1), ("iam", "GetUser", 1), ("iam", "ListAttachedUserPolicies", 1),
        ("ssm", "PutParameter", 1), ("ssm", "PutParameter", 2), ("ssm", "PutParameter", 3), ("ssm", "PutParameter", 4),
        ("iam", "PutUserPermissionsBoundary", 1), ("iam", "DetachUserPolicy", 1), ("sns", "Publish", 1),
    ];

    private static readonly (string Name, Action<FaultRule> Set)[] s_faults =
    [
        ("refused", rule => rule.Refuse()), ("throttled", rule => rule.Throttle()), ("500", rule => rule.ServerError()),
        ("reset before", rule => rule.ResetBefore()), ("reset after", rule => rule.ResetAfter()),
    ];

    public static TheoryData<string, string, int, string> Cases()
    {
        var cases = new TheoryData<string, string, int, string>();
        foreach (var (service, operation, nth) in s_calls)
            foreach (var (name, _) in s_faults)
                cases.Add(service, operation, nth, name);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task One_failure_and_a_redelivery_leave_the_user_contained(string service, string operation, int nth, string fault)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.World.Home.SetBoundary(driver.User("mallory"), Prior);
        var rule = driver.Aws.Faults.On(service, operation).Nth(nth);
        s_faults.Single(f => f.Name == fault).Set(rule);

        var e = AdminAttachedTo("mallory").Id("event-1").Build();
        var first = await driver.SendAsync(e);
        Assert.Equal(1, rule.Hits);
        if (first.Containment.Any(step => step.Result == StepResult.Failed) || first.Alert?.MessageId is null)
            Assert.NotEmpty(first.Failures); // Lambda must try again

        driver.Restart();
        var second = await driver.SendAsync(e);

        Assert.Empty(second.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.DoesNotContain(Admin, driver.User("mallory").AttachedPolicies);
        Assert.NotEmpty(driver.World.Messages);
        Assert.All(
            driver.World.Messages, message =>
                Assert.Equal(driver.World.Messages[0].Attributes["dedupKey"].Value, message.Attributes["dedupKey"].Value));
        var record = Assert.Single(driver.Parameters("/security/incidents/"));
        Assert.True(IncidentText.ReadRecord(record.Value)!.Complete);
        var ledger = driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!;
        Assert.Equal(Prior, ledger!.Prior.Boundary);
        Assert.Equal([Admin], ledger.Prior.Detached);

        driver.Restart();
        Assert.Equal(Outcome.Duplicate, (await driver.SendAsync(e)).Outcome);

        await AssertReleasedForGoodAsync(driver, record.Key, e);
    }

    /// <summary>A release restores the prior state; neither the events that it causes nor a late copy of the first event undo it.</summary>
    private static async Task AssertReleasedForGoodAsync(ResponderDriver driver, string recordName, JsonElement e)
    {
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        var before = driver.World.Trail.Count;
        var result = await releaser.ReleaseAsync(
            await releaser.PlanAsync(recordName, null, force: false, default), "arn:aws:iam::123456789012:role/ReleaseRole", null, default);
        Assert.Empty(result.Failures);
        AssertReleased();

        driver.Restart();
        var caused = driver.World.Trail.Skip(before).Select(record => JsonDocument.Parse(record.ToEventBridgeEvent()).RootElement)
            .ToArray();
        Assert.Equal(2, caused.Length);
        foreach (var next in caused) Assert.Contains((await driver.SendAsync(next)).Outcome, new[] { Outcome.Trusted, Outcome.None });
        Assert.Equal(Outcome.Duplicate, (await driver.SendAsync(e)).Outcome);
        AssertReleased();

        void AssertReleased()
        {
            Assert.Equal(Prior, driver.User("mallory").BoundaryArn);
            Assert.Equal([Admin], driver.User("mallory").AttachedPolicies);
        }
    }

    [Fact]
    public async Task A_released_user_who_is_given_administrator_anew_is_contained_anew()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var first = await driver.SendAsync(AdminAttachedTo("mallory"));
        await AssertReleasedAsync(driver, first.RecordName!);
        driver.World.Home.SetBoundary(driver.User("mallory"), Prior);
        driver.Restart();

        var second = await driver.SendAsync(AdminAttachedTo("mallory").At(driver.Clock.Now));

        Assert.Equal(Outcome.Incident, second.Outcome);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        var ledger = driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!;
        Assert.False(ledger.Released);
        Assert.Equal(Prior, ledger.Prior.Boundary);
    }

    private static async Task AssertReleasedAsync(ResponderDriver driver, string recordName)
    {
        var releaser = new Releaser(driver.Accounts(), driver.Clients.Ssm(), new ParameterNames("/security"), driver.Clock);
        Assert.Empty(
            (await releaser.ReleaseAsync(
                await releaser.PlanAsync(recordName, null, force: false, default), "tester", null, default)).Failures);
    }

    [Theory]
    [InlineData(null, Prior)]
    [InlineData("arn:aws:iam::aws:policy/PowerUserAccess", "arn:aws:iam::aws:policy/PowerUserAccess")]
    public async Task A_ledger_that_another_delivery_wrote_first_stands_unless_it_says_unknown(string? theirs, string expected)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var user = new Principal(PrincipalKind.User, EventBuilder.Account, "mallory");
        var names = new IncidentNames("/security/incidents/2026-03-04/event-1", null, "/security/quarantines/123456789012/user.mallory");
        driver.World.Home.SetParameter(
            LedgerBook.EntryName(names.Ledger!, 1),
            Assert.Single(LedgerText.Entry(user, Priors.OfUser(theirs, [Admin]), names.Record, CalledAt)));

        // This delivery read the ledger before the other one wrote it.
        var e = EventParser.Parse(AdminAttachedTo("mallory").Id("event-1").Build()).Event!;
        var facts = KnownFacts.None(DetectionCatalog.Default.Detect(e), CalledAt) with
        {
            Ledger = Read<LedgerState>.Of(null),
            Record = Read<RecordState>.Of(null),
        };
        var decision = new Decider(new ResponderOptions(), ContainmentActions.All).Decide(e, facts, EventBuilder.Account);
        var claim = await new SsmIncidents(driver.Clients.Ssm(), new ParameterNames("/security"), ActionCatalog.Default)
            .ClaimAsync(decision, names, Priors.OfUser(Prior, [Admin]), default);

        Assert.Empty(claim.Failures);
        Assert.Equal(expected, driver.World.Home.LedgerOf(names.Ledger!)!.Prior.Boundary);
    }

    [Fact]
    public async Task Two_deliveries_at_the_same_time_keep_the_prior_state()
    {
        for (var round = 0; round < 20; round++)
        {
            await using var driver = await ResponderDriver.StartAsync(null, "mallory");
            driver.World.Home.SetBoundary(driver.User("mallory"), Prior);
            driver.Aws.Faults.Latency = TimeSpan.FromMilliseconds(round % 5);
            var e = AdminAttachedTo("mallory").Build();
            var one = driver.Responder;
            driver.Restart();
            var first = one.RespondAsync(e, new Invocation(EventBuilder.Account));
            await Task.Delay(round); // tries different overlaps of the four round trips of the two deliveries
            await Task.WhenAll(first, driver.SendAsync(e));

            Assert.Equal(
                Prior, driver.World.Home.LedgerOf("/security/quarantines/123456789012/user.mallory")!.Prior.Boundary);
            Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
            Assert.Single(driver.Parameters("/security/incidents/"));
            Assert.NotEmpty(driver.World.Messages);
        }
    }
}
