using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Responder.Detections;
using Responder.LocalAws.State;
using Responder.Operations.Drill;
using Responder.Records;
using Responder.Settings;
using Responder.Tests.FaultMatrix;
using Responder.Vocabulary;

namespace Responder.Tests.Drills;

/// <summary>The drill, against the embedded endpoint with the real responder behind an event loop.</summary>
public sealed partial class DrillTests
{
    private const string DenyAll = EventBuilder.DenyAll;
    private const string Admin = EventBuilder.Admin;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task A_drill_proves_the_path_and_leaves_nothing(int lag)
    {
        var world = await WorldAsync(lag);
        var before = world.World.Snapshot(SnapshotParts.Iam);
        var process = world.Process();
        var outcome = await process.RunAsync();

        var result = outcome!.Result!;
        Assert.Empty(result.Failures);
        Assert.True(result.Passed);
        Assert.True(result.Ending.IsGone);
        Assert.Equal(before, world.World.Snapshot(SnapshotParts.Iam));
        Assert.Empty(world.OpenLedgers);
        Assert.Equal([DrillWorld.Last], world.Parameters("/security-drill").Keys);

        // What was seen is what the record says.
        var seen = result.Seen!;
        var record = JsonDocument.Parse(world.Parameters("/security/incidents/")[seen.RecordName!]).RootElement;
        Assert.Equal("released", record.GetProperty("outcome").GetString());
        Assert.Equal(record.GetProperty("alert").GetProperty("messageId").GetString(), seen.MessageId);
        Assert.Contains("responder-drill-", seen.Subject, StringComparison.Ordinal);
        Assert.InRange(seen.Seconds(seen.ContainedAt)!.Value, 2, 12);
        Assert.True(seen.NotContainedAt < seen.ContainedAt);
        Assert.NotEmpty(seen.Parts);
        Assert.True(result.Ending.Release!.IsWhole);

        // What a drill pages: the user, the containment, the release, the deletion. No copy of an event says anything.
        await world.DeliverAsync();
        await world.DeliverAgainAsync();
        Assert.Equal(
            """
            [MEDIUM] IAM user created: NAME 123456789012
            [CRITICAL] AdministratorAccess attached to user NAME (contained) 123456789012
            [RELEASED] user NAME 123456789012
            [MEDIUM] IAM user deleted: NAME 123456789012
            """,
            string.Join('\n', world.World.Messages.Select(static m => DrillName().Replace(m.Subject!, "NAME"))));
        Assert.All(world.World.Messages, static m => Assert.Contains("responder-drill-", m.Subject, StringComparison.Ordinal));
        Assert.Equal(before, world.World.Snapshot(SnapshotParts.Iam));

        var last = LastDrill.Read(world.Parameters("/security-drill")[DrillWorld.Last])!;
        Assert.Equal(
            (true, DrillWorld.Anna, result.Note.StartedAt, seen.Seconds(seen.ContainedAt)),
            (last.Passed, last.By, last.At, last.ContainedSeconds));
    }

    /// <summary>Interrupted before and after every call that a drill makes: the next one leaves nothing.</summary>
    [Theory]
    [InlineData("KilledBefore")]
    [InlineData("KilledAfter")]
    public async Task A_drill_that_is_interrupted_at_any_call_leaves_nothing_after_the_next(string fault)
    {
        var points = await PointsAsync();
        Assert.InRange(points.Count, 25, 200);
        foreach (var (who, call) in points)
        {
            var world = await WorldAsync(0);
            var killed = world.Process((who, call, Enum.Parse<Fault>(fault)));
            Assert.Null(await killed.RunAsync());
            Assert.True(killed.WasHit, $"{who} {call} was not hit");
            await AssertNextIsCleanAsync(world, $"{fault} {who} {call}");
        }
    }

    /// <summary>A call that fails is told; what it left is gone after the next drill at the latest.</summary>
    [Theory]
    [InlineData("Refused")]
    [InlineData("ServerError")]
    [InlineData("ResetAfterwards")]
    public async Task A_drill_whose_call_fails_says_so_and_leaves_nothing_after_the_next(string fault)
    {
        foreach (var (who, call) in await PointsAsync())
        {
            var world = await WorldAsync(0);
            var failing = world.Process((who, call, Enum.Parse<Fault>(fault)));
            var place = $"{fault} {who} {call}";
            var isTold = false;
            try
            {
                var outcome = (await failing.RunAsync())!;
                isTold = outcome.Plan.Refusals.Count > 0 || outcome.Result is { Passed: false };
            }
            catch (Exception e) when (Responder.Aws.AwsFailure.Is(e))
            {
                isTold = true;
            }

            // A look that fails once is made again; a release only names what it does not compare.
            var isLook = call.Operation is "GetUser" or "ListAttachedUserPolicies" or "ListUserPolicies" or "ListGroupsForUser"
                or "GetParameter" or "GetParameters" or "GetParametersByPath" or "PutParameter";
            // The SDK makes a call again whose connection was cut.
            Assert.True(isTold || isLook || fault == "ResetAfterwards", $"{place} was not told");
            // A call that is made twice is two calls to the function.
            await AssertNextIsCleanAsync(world, place, fault == "ResetAfterwards" ? 3 : 2);
        }
    }

    [Fact]
    public async Task Another_user_of_the_name_is_not_touched()
    {
        foreach (var id in (string?[])[null, "AIDASOMEBODYELSE"])
        {
            var world = await WorldAsync(0);
            var note = await LeftBehindAsync(world, id, token: "another token");
            var user = world.World.Home.Users[note.Name];
            world.World.Home.Attach(user, Admin);
            var outcome = (await world.Process().RunAsync())!;
            Assert.Empty(outcome.CleanedUp.Single().Failures);
            Assert.Contains("another user", outcome.CleanedUp.Single().Notes.Single(), StringComparison.Ordinal);
            Assert.Same(user, world.World.Home.Users[note.Name]);
            Assert.Equal([Admin], user.AttachedPolicies);
            Assert.Equal([DrillWorld.Last], world.Parameters("/security-drill").Keys);
        }
    }

    /// <summary>Our user by id, on another path: a note that somebody else wrote must not lead the drill to anybody.</summary>
    [Fact]
    public async Task A_user_outside_the_drill_s_path_is_not_touched()
    {
        var world = await WorldAsync(0);
        const string Name = "responder-drill-20260304-090000-0011aabb";
        var user = world.World.Home.EnsureUser(Name, "/people/");
        await WriteNoteAsync(world, Name, user.Id, "00112233445566778899aabbccddeeff");
        var ending = (await world.Process().RunAsync())!.CleanedUp.Single();
        Assert.Contains("is not touched", ending.Failures.Single(), StringComparison.Ordinal);
        Assert.Same(user, world.World.Home.Users[Name]);

        // A note that names somebody who is no drill's user is none.
        await world.Process().Person.Clients.Ssm().PutParameterAsync(new()
        {
            Name = "/security-drill/anna",
            Value = $$"""{"schema":"responder.drill-user/1","name":"anna","token":"00112233445566778899aabbccddeeff","id":"{{world.World.Home.Users["anna"].Id}}","startedAt":"2026-03-04T09:00:00.000Z"}""",
            Type = "String",
        });
        var outcome = (await world.Process().RunAsync())!;
        Assert.Equal(["/security-drill/anna"], outcome.Plan.Unreadable);
        Assert.True(world.World.Home.Users.ContainsKey("anna"));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("group")]
    [InlineData("policy")]
    [InlineData("inline")]
    public async Task A_user_with_something_on_him_is_deleted_only_where_his_id_was_written_down(string what)
    {
        var world = await WorldAsync(0);
        var note = await LeftBehindAsync(world, id: null);
        var user = world.World.Home.Users[note.Name];
        Give(world, user, what);
        var ending = (await world.Process().RunAsync())!.CleanedUp.Single();
        Assert.False(ending.IsGone);
        Assert.Contains("he is not touched", ending.Failures.Single(), StringComparison.Ordinal);
        Assert.Same(user, world.World.Home.Users[note.Name]);
        Assert.Contains("/security-drill/" + note.Name, world.Parameters("/security-drill").Keys);

        await WriteNoteAsync(world, note.Name, user.Id, note.Token);
        ending = (await world.Process().RunAsync())!.CleanedUp.Single();
        Assert.True(ending.IsGone);
        Assert.Contains("which no drill gave", ending.Failures.Single(), StringComparison.Ordinal);
        Assert.Empty(world.DrillUsers);
        Assert.Equal([DrillWorld.Last], world.Parameters("/security-drill").Keys);
    }

    [Fact]
    public async Task A_user_of_the_token_who_has_nothing_is_deleted()
    {
        var world = await WorldAsync(0);
        await LeftBehindAsync(world, id: null);
        var ending = (await world.Process().RunAsync())!.CleanedUp.Single();
        Assert.True(ending.IsGone);
        Assert.Empty(ending.Failures);
        Assert.Empty(world.DrillUsers);
    }

    [Fact]
    public async Task Who_is_not_contained_in_a_quarter_of_an_hour_is_deleted_and_the_drill_failed()
    {
        var world = await WorldAsync(0);
        world.Delivers = false;
        var before = world.World.Snapshot(SnapshotParts.Iam);
        var outcome = (await world.Process().RunAsync())!;
        Assert.InRange(world.Clock.GetUtcNow() - EventBuilder.CalledAt, TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(16));
        Assert.Contains(outcome.Result!.Failures, static f => f.StartsWith("not contained in 15 minutes", StringComparison.Ordinal));
        Assert.Null(outcome.Result.Seen!.ContainedAt);
        Assert.Equal(before, world.World.Snapshot(SnapshotParts.Iam));
        Assert.False(LastDrill.Read(world.Parameters("/security-drill")[DrillWorld.Last])!.Passed);

        // The events arrive at last: he is gone, and nobody else is contained for him.
        world.Delivers = true;
        await world.DeliverAsync();
        Assert.Equal(before, world.World.Snapshot(SnapshotParts.Iam));
        Assert.Empty(world.OpenLedgers);
    }

    /// <summary>The function is not what it was said to be: the record says why nobody was contained.</summary>
    [Fact]
    public async Task A_function_that_only_alerts_is_told_by_its_record()
    {
        var world = await WorldAsync(0);
        world.Really = world.Options with { Mode = Mode.Observe };
        var outcome = (await world.Process().RunAsync())!;
        Assert.Equal(
            "not contained in 15 minutes; the record says would-contain: not contained: observe mode", outcome.Result!.Failures[0]);
        Assert.NotNull(outcome.Result.Seen!.MessageId);
        Assert.Empty(world.DrillUsers);
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "observe", "deploy with Mode=Enforce" },
        { "kill switch", "responder mode enforce takes it back" },
        { "budget", "containment budget of this hour" },
        { "nobody", "no confirmed subscription" },
        { "unconfirmed", "no confirmed subscription" },
        { "stage", "DETECTION_STAGES keeps quarantine-user" },
        { "trusted", "TRUSTED_PRINCIPAL_ARNS of the function has arn:aws:iam::123456789012:user/anna" },
        { "release", "not of arn:aws:iam::123456789012:role/AnotherRole" },
        { "account", "the installation is in account 999999999999" },
        { "unread", "a drill needs to know this first" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_would_make_a_drill_fail_refuses_it_before_anything_is_made(string reason, string sentence)
    {
        var world = new DrillWorld();
        if (reason == "unconfirmed") await world.SubscribeAsync("email", "oncall@example.com");
        else if (reason != "nobody") await world.SubscribeAsync();
        var process = world.Process();
        switch (reason)
        {
            case "observe": world.Options = world.Options with { Mode = Mode.Observe }; break;
            case "kill switch": world.World.Home.SetParameter("/security/mode", "observe"); break;
            case "budget":
                var budget = Responder.Facts.ContainmentBudget.Read(null, world.Clock.GetUtcNow());
                foreach (var i in Enumerable.Range(0, 10))
                    budget = budget.With(new Responder.Facts.BudgetPlace(EventBuilder.Account, $"{i}", IsLesser: true));
                world.World.Home.SetParameter("/security/budget/containments", budget.ToText());
                break;
            case "stage":
                world.Options = world.Options with
                {
                    Stages = new Dictionary<string, Stage> { ["iam.admin-policy-attached"] = Stage.Alert },
                };
                break;
            case "trusted":
                world.Options = world.Options with { TrustedPrincipalArns = new HashSet<string> { DrillWorld.Anna } };
                break;
            case "release":
                world.Options = world.Options with { ReleaseRoleArn = "arn:aws:iam::123456789012:role/AnotherRole" };
                break;
            case "account":
                world.Options = world.Options with { AlertTopicArn = "arn:aws:sns:us-east-1:999999999999:alerts" };
                break;
            case "unread": process.Release.Faults.On("ssm", "GetParameter").Refuse(); break;
        }

        var before = world.World.Snapshot();
        var outcome = (await process.RunAsync())!;
        Assert.Contains(outcome.Plan.Refusals, refusal => refusal.Contains(sentence, StringComparison.Ordinal));
        Assert.Null(outcome.Result);
        Assert.Equal(before, world.World.Snapshot());
    }

    /// <summary>The notes of a drill are no records of the responder: whoever drills has none of its roles.</summary>
    [Theory]
    [InlineData("PutParameter", DrillWorld.Last, false)]
    [InlineData("DeleteParameter", "/security-drill/responder-drill-20260304-090000-0011aabb", false)]
    [InlineData("PutParameter", "/security/mode", true)]
    public void What_a_drill_writes_down_pages_nobody(string call, string name, bool isFound)
    {
        var e = Responder.Events.EventParser.Parse(
            EventBuilder.Call("ssm.amazonaws.com", call, new JsonObject { ["name"] = name }).By(EventBuilder.User("anna")).Build()).Event!;
        Assert.Equal(
            isFound ? "responder.parameter-changed" : "",
            string.Join(' ', DetectionCatalog.Default.Detect(e).Select(static f => f.Detection.Id)));
    }

    /// <summary>The policy in the manual is what a drill needs: no call is missing, and none is allowed that no drill makes.</summary>
    [Fact]
    public async Task The_policy_in_the_manual_allows_the_calls_of_a_drill_and_no_others()
    {
        var world = await WorldAsync(0);
        var process = world.Process();
        await process.RunAsync();
        var made = process.Person.Calls.All.Select(static c => $"{c.Service}:{c.Operation}")
            // What only a user needs on whom somebody has put something.
            .Concat(["iam:DeleteUserPolicy", "iam:RemoveUserFromGroup", "iam:DeleteAccessKey", "iam:DeleteLoginProfile"])
            // CreateUser with tags needs this one, too; the last two are the command's, which reads the function's settings.
            .Concat(["iam:TagUser", "cloudformation:ListStackResources", "lambda:GetFunctionConfiguration"])
            .Distinct().Order(StringComparer.Ordinal);
        var manual = await File.ReadAllTextAsync(Repository.PathOf("docs", "operations.md"));
        var start = manual.IndexOf("```json\n", manual.IndexOf("\n## Drill\n", StringComparison.Ordinal), StringComparison.Ordinal) + 8;
        using var policy = JsonDocument.Parse(manual[start..manual.IndexOf("```", start, StringComparison.Ordinal)]);
        var statements = policy.RootElement.GetProperty("Statement").EnumerateArray().ToArray();
        var allowed = statements.SelectMany(static s => s.GetProperty("Action").EnumerateArray()).Select(static a => a.GetString()!);
        Assert.Equal(made, allowed.Order(StringComparer.Ordinal));
        Assert.All(
            statements.Where(static s => s.GetProperty("Action")[0].GetString()!.StartsWith("iam:", StringComparison.Ordinal)),
            static s => Assert.All(
                s.GetProperty("Resource").EnumerateArray(), static r => Assert.Contains(
                    r.GetString(), (string[])["arn:aws:iam::ACCOUNT:user/responder-drill/*", "arn:aws:iam::ACCOUNT:group/*"])));
    }

    [GeneratedRegex(@"responder-drill-[^ ]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DrillName();

    private static async Task<DrillWorld> WorldAsync(int lag)
    {
        var world = new DrillWorld(TimeSpan.FromSeconds(lag));
        await world.SubscribeAsync();
        return world;
    }

    private static async Task<IReadOnlyList<(string Who, CallPoint Call)>> PointsAsync()
    {
        var world = await WorldAsync(0);
        var process = world.Process();
        Assert.True((await process.RunAsync())!.Result!.Passed);
        return process.Points;
    }

    private static async Task AssertNextIsCleanAsync(DrillWorld world, string place, int mostPages = 2)
    {
        var next = (await world.Process().RunAsync())!;
        Assert.True(next.CleanedUp.All(static c => c.IsGone && c.Failures.Count == 0), $"{place}: "
            + string.Join("; ", next.CleanedUp.SelectMany(static c => c.Failures)));
        Assert.True(next.Result is { Passed: true }, $"{place}: " + string.Join("; ", next.Result?.Failures ?? next.Plan.Refusals));
        await world.DeliverAsync();
        Assert.True(!world.DrillUsers.Any(), $"{place}: a user is left");
        Assert.True(world.Parameters("/security-drill").Keys.SequenceEqual([DrillWorld.Last]), $"{place}: a note is left");
        Assert.True(world.OpenLedgers.Count == 0, $"{place}: a ledger is open");
        Assert.True(world.World.Home.Users.Values.All(static u => u.BoundaryArn != DenyAll), $"{place}: somebody is contained");
        // Nothing grave was said but that the drill's users were contained, each once.
        var grave = world.World.Messages.Select(static m => m.Subject!)
            .Where(static s => s.StartsWith("[CRITICAL]", StringComparison.Ordinal) || s.StartsWith("[HIGH]", StringComparison.Ordinal))
            .ToArray();
        Assert.True(
            grave.Length <= mostPages && grave.All(static s =>
                s.StartsWith("[CRITICAL] AdministratorAccess attached to user responder-drill-", StringComparison.Ordinal)
                && s.Contains("(contained)", StringComparison.Ordinal)),
            $"{place}: {string.Join("; ", world.World.Messages.Select(static m => m.Subject))}");
    }

    /// <summary>What a drill leaves that was cut off: a note and a user.</summary>
    private static async Task<DrillNote> LeftBehindAsync(DrillWorld world, string? id, string? token = null)
    {
        var note = new DrillNote(
            "responder-drill-20260304-090000-0011aabb", "00112233445566778899aabbccddeeff", world.Clock.GetUtcNow(), DrillWorld.Anna);
        var iam = world.Process().Person.Clients.Iam();
        await iam.CreateUserAsync(new()
        {
            UserName = note.Name,
            Path = DrillNote.UserPath,
            Tags = [new() { Key = DrillNote.TagKey, Value = token ?? note.Token }],
        });
        await WriteNoteAsync(world, note.Name, id, note.Token);
        return note;
    }

    private static Task WriteNoteAsync(DrillWorld world, string name, string? id, string token)
    {
        var note = new DrillNote(name, token, world.Clock.GetUtcNow(), DrillWorld.Anna) { Id = id };
        return world.Process().Person.Clients.Ssm().PutParameterAsync(
            StandardParameter.Put("/security-drill/" + name, note.ToText()));
    }

    private static void Give(DrillWorld world, IamUser user, string what)
    {
        var home = world.World.Home;
        switch (what)
        {
            case "key": home.EnsureAccessKey(user, "AKIASOMEBODYS"); break;
            case "group":
                home.EnsureGroup("readers");
                home.AddToGroup(user.Name, "readers");
                break;
            case "policy": home.Attach(user, "arn:aws:iam::aws:policy/ReadOnlyAccess"); break;
            case "inline": home.PutInline(user, "mine", """{"Version":"2012-10-17","Statement":[]}"""); break;
        }
    }
}
