using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Aws;
using Responder.Records;
using Responder.Settings;
using Responder.Tests.Evasions;
using Responder.Tests.Support;
using Responder.Vocabulary;
using static Responder.Testing.EventBuilder;

namespace Responder.Tests.MainPath;

/// <summary>Sessions of roles outlive the quarantine of the user who opened them, so the page names the roles.</summary>
public sealed class RoleChainTests
{
    private const string Deploy = "arn:aws:iam::123456789012:role/ci/Deploy";
    private const string Reader = "arn:aws:iam::123456789012:role/Reader";
    private static readonly DateTimeOffset s_now = CalledAt.AddSeconds(3);

    [Trap("C5")]
    [Fact]
    public async Task The_page_names_each_role_that_the_contained_user_took_on_with_the_command_that_revokes_its_sessions()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(driver, Assumed(Reader, "peek", s_now.AddHours(-2)), Assumed(Deploy, "one", s_now.AddMinutes(-50)),
            Assumed(Deploy, "two", s_now.AddMinutes(-5)));
        await driver.SendAsync(AdminAttachedTo("mallory").Id("e-1"));

        var message = Assert.Single(driver.World.Messages);
        var page = message.For("email");
        Assert.Contains(
            $"The user took on {Deploy} (2 times, 2026-03-04 08:11:10Z to 2026-03-04 08:56:10Z; last as "
                + "arn:aws:sts::123456789012:assumed-role/Deploy/two; a session may last until 2026-03-04 09:56:10Z). "
            + $"Revoke its older sessions:  responder contain {Deploy} --action revoke-sessions --incident e-1\n", page,
            StringComparison.Ordinal);
        Assert.Contains($"The user took on {Reader} (once, 2026-03-04 07:01:10Z; last as "
            + "arn:aws:sts::123456789012:assumed-role/Reader/peek; the last session ended 2026-03-04 08:01:10Z)", page,
            StringComparison.Ordinal);
        Assert.True(
            page.IndexOf(Deploy, StringComparison.Ordinal) < page.IndexOf(Reader, StringComparison.Ordinal),
            "the role taken on last comes first");
        Assert.Contains("That is what CloudTrail's event history of us-east-1 since 2026-03-03 21:01:10Z has; it lacks the last minutes "
            + "and what was called in other regions. Ask again", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Deploy", message.For("sms"), StringComparison.Ordinal);

        var json = JsonDocument.Parse(message.For("lambda")).RootElement.GetProperty("rolesAssumed");
        Assert.Equal([Deploy, Reader], json.GetProperty("roles").EnumerateArray().Select(static r => r.GetProperty("arn").GetString()!));
        Assert.Equal(2, json.GetProperty("roles")[0].GetProperty("count").GetInt32());
        Assert.Equal("us-east-1", json.GetProperty("region").GetString());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("failure").ValueKind);
        Assert.Contains(Deploy, driver.LogText.ToString(), StringComparison.Ordinal);
        var record = JsonDocument.Parse(Assert.Single(driver.Parameters("/security/incidents/")).Value).RootElement;
        Assert.Equal(Deploy, record.GetProperty("rolesAssumed").GetProperty("roles")[0].GetProperty("arn").GetString());
    }

    [Fact]
    public async Task It_is_asked_for_the_users_name_and_the_longest_life_of_a_session_and_takes_no_round_trip()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.Latency = TimeSpan.FromMilliseconds(200);
        History(driver, Assumed(Deploy, "one", s_now.AddHours(-1)));
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var call = Assert.Single(driver.Aws.Calls.Of("cloudtrail"));
        Assert.Equal("Username", call.Parameters["LookupAttributes.member.1.AttributeKey"]);
        Assert.Equal("mallory", call.Parameters["LookupAttributes.member.1.AttributeValue"]);
        Assert.Equal(
            (s_now - TimeSpan.FromHours(12)).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
            call.Parameters["StartTime"]);
        Assert.True(call.Overlaps(Assert.Single(driver.Aws.Calls.Of("iam", "PutUserPermissionsBoundary"))));
        Assert.Equal(4, driver.Aws.Calls.SequentialRoundTrips());
    }

    /// <summary>CloudTrail is searched by a name, and anybody may give a session any name.</summary>
    /// <summary>The page waits for it, so no retry of the client may.</summary>
    [Fact]
    public async Task It_is_asked_once_however_often_the_clients_retry()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("cloudtrail", "LookupEvents").Throttle();
        var history = new EventHistory(driver.Clients with { MaxErrorRetry = 2 }, driver.Clock);
        var roles = await history.RolesAssumedByAsync(
            new Principal(PrincipalKind.User, Account, "mallory"), "us-east-1", TestContext.Current.CancellationToken);
        Assert.NotNull(roles.Failure);
        Assert.Single(driver.Aws.Calls.Of("cloudtrail", "LookupEvents"));
    }

    [Fact]
    public async Task Only_what_the_user_itself_did_and_what_succeeded_counts()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(
            driver,
            Assumed(Role("Framed"), "x", s_now.AddHours(-1)).By(Session(Role("Other"), "mallory")),
            Assumed(Role("Neighbour"), "x", s_now.AddHours(-1)).By(User("mallory", Foreign)),
            Assumed(Role("Refused"), "x", s_now.AddHours(-1)).Refused(),
            Assumed(Role("Early"), "x", s_now.AddHours(-12).AddSeconds(-1)),
            Call("iam.amazonaws.com", "AssumeRoleLookalike", new JsonObject { ["roleArn"] = Role("Lookalike") }).By(User("mallory"))
                .With("eventTime", Stamp(s_now.AddHours(-1))),
            Assumed(Deploy, "x", s_now.AddHours(-1)));
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.Contains($"The user took on {Deploy} (once", page, StringComparison.Ordinal);
        foreach (var name in (string[])["Framed", "Neighbour", "Refused", "Early", "Lookalike"])
            Assert.DoesNotContain(name, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_names_no_role_is_counted_and_the_session_s_ARN_names_the_role_where_it_can()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(
            driver,
            Assumed(Deploy, "x", s_now.AddHours(-1)).With("requestParameters", null),
            Assumed(Deploy, "x", s_now.AddHours(-1)).With("requestParameters", null).With("responseElements", null));
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.Contains("The user took on arn:aws:iam::123456789012:role/Deploy (once", page, StringComparison.Ordinal);
        Assert.Contains("(1 calls of AssumeRole could not be read)", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_read_up_to_a_few_and_what_is_left_out_is_said()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(driver, [.. Enumerable.Range(1, 260).Select(static i => i == 120 || i == 250
            ? Assumed(i == 120 ? Deploy : Reader, "x", s_now.AddMinutes(-i))
            : Call("ec2.amazonaws.com", "DescribeInstances", null).By(User("mallory")).With("eventTime", Stamp(s_now.AddMinutes(-i))))]);
        await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Equal(EventHistory.MostPages, driver.Aws.Calls.Of("cloudtrail").Count);
        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.Contains(Deploy, page, StringComparison.Ordinal);
        Assert.DoesNotContain(Reader, page, StringComparison.Ordinal);
        Assert.Contains("since 2026-03-03 21:01:10Z was read back to 2026-03-04 05:41:10Z only: LookupEvents: the newest 200 events of "
            + "this name were read, there are more", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused", "AccessDeniedException")]
    [InlineData("throttled", "ThrottlingException: Rate exceeded")]
    [InlineData("broken", "InternalFailure")]
    public async Task A_history_that_does_not_answer_fails_nothing_and_the_page_says_why(string fault, string because)
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        var rule = driver.Aws.Faults.On("cloudtrail");
        _ = fault switch { "refused" => rule.Refuse(), "throttled" => rule.Throttle(), _ => rule.ServerError() };
        var response = await driver.SendAsync(AdminAttachedTo("mallory"));

        Assert.Empty(response.Failures);
        Assert.Equal(DenyAll, driver.User("mallory").BoundaryArn);
        Assert.NotNull(response.RecordName);
        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.Contains("could not be looked up in CloudTrail's event history of us-east-1", page, StringComparison.Ordinal);
        Assert.Contains(because, page, StringComparison.Ordinal);
        Assert.Contains(
            "aws cloudtrail lookup-events --lookup-attributes AttributeKey=Username,AttributeValue=mallory", page,
            StringComparison.Ordinal);
        Assert.DoesNotContain("None seen", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_that_hangs_is_left_behind_after_its_time()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        driver.Aws.Faults.On("cloudtrail").Hang();
        var sending = driver.SendAsync(AdminAttachedTo("mallory"));
        await driver.ArrivedAsync("cloudtrail", "LookupEvents", TestContext.Current.CancellationToken);
        driver.Clock.Advance(EventHistory.MostTime - TimeSpan.FromMilliseconds(1));
        Assert.False(sending.IsCompleted);
        driver.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var response = await sending;

        Assert.Empty(response.Failures);
        Assert.Contains("LookupEvents: timed out", Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_contained_is_not_asked_about()
    {
        var observing = new ResponderOptions { Mode = Mode.Observe };
        await using var driver = await ResponderDriver.StartAsync(observing, "mallory");
        await driver.SendAsync(AdminAttachedTo("mallory"));
        driver.World.Home.Attach(driver.World.Home.EnsureRole("Deploy"), Admin);
        await driver.SendAsync(AdminAttachedToRole("Deploy"));

        Assert.Equal(2, driver.World.Messages.Count);
        Assert.Empty(driver.Aws.Calls.Of("cloudtrail"));
        Assert.DoesNotContain("rolesAssumed", driver.World.Messages[0].For("lambda"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task None_seen_is_not_none()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(driver);
        await driver.SendAsync(AdminAttachedTo("mallory"));
        Assert.Contains(
            "None seen: CloudTrail's event history of us-east-1 since 2026-03-03 21:01:10Z names no role that the user took on; it lacks "
                + "the last minutes and what was called in other regions. Ask again in some minutes",
            Assert.Single(driver.World.Messages).For("email"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_record_names_cannot_break_out_of_the_page_or_its_commands()
    {
        const string Evil = "arn:aws:iam::123456789012:role/$(reboot)x'; rm -rf /";
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(driver, Assumed(Evil, "s\u001b[31m", s_now.AddHours(-1)));
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.DoesNotContain('\u001b', page);
        var line = Assert.Single(page.Split('\n'), static l => l.Contains("--action revoke-sessions", StringComparison.Ordinal));
        var words = PosixShell.Words(line[line.IndexOf("responder contain", StringComparison.Ordinal)..]);
        Assert.Equal(Evil, words[2]);
    }

    [Fact]
    public async Task A_role_whose_name_a_shell_cannot_show_has_a_sentence_in_place_of_its_command()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(driver, Assumed("arn:aws:iam::123456789012:role/\n\u202Ex", "s", s_now.AddHours(-1)));
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var page = Assert.Single(driver.World.Messages).For("email");
        Assert.DoesNotContain('\u202E', page);
        Assert.DoesNotContain("--action revoke-sessions", page, StringComparison.Ordinal);
        Assert.Contains(
            "Revoke its older sessions:  (no command: a name holds characters that a shell cannot show; use the console or the unique id)",
            page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_with_many_roles_fits_and_counts_those_it_leaves_out()
    {
        await using var driver = await ResponderDriver.StartAsync(null, "mallory");
        History(driver,
            [.. Enumerable.Range(0, 45).Select(static i => Assumed(Role($"{new string('r', 55)}-{i:00}"), "x", s_now.AddMinutes(-1 - i)))]);
        await driver.SendAsync(AdminAttachedTo("mallory"));

        var text = Assert.Single(driver.Parameters("/security/incidents/")).Value;
        Assert.InRange(text.Length, 1, IncidentText.MaxLength);
        var roles = JsonDocument.Parse(text).RootElement.GetProperty("rolesAssumed");
        Assert.Equal(45, roles.GetProperty("roles").GetArrayLength() + roles.GetProperty("more").GetInt32());
        Assert.Equal(
            45, JsonDocument.Parse(driver.World.Messages[0].For("sqs")).RootElement.GetProperty("rolesAssumed").GetProperty("roles")
            .GetArrayLength());
        var page = driver.World.Messages[0].For("email");
        Assert.Contains("Further roles that the user took on: ", page, StringComparison.Ordinal);
        Assert.Contains(" and 15 more", page, StringComparison.Ordinal);
    }

    private static string Role(string name) => "arn:aws:iam::123456789012:role/" + name;

    private static string Stamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static EventBuilder Assumed(string role, string session, DateTimeOffset time) =>
        Call("sts.amazonaws.com", "AssumeRole", new JsonObject { ["roleArn"] = role, ["roleSessionName"] = session })
            .By(User("mallory")).With("eventTime", Stamp(time)).With("readOnly", true)
            .With("responseElements", new JsonObject
            {
                ["assumedRoleUser"] = new JsonObject
                {
                    ["assumedRoleId"] = "AROAEXAMPLE:" + session,
                    ["arn"] = $"arn:aws:sts::123456789012:assumed-role/{role[(role.LastIndexOf('/') + 1)..]}/{session}",
                },
            });

    private static void History(ResponderDriver driver, params EventBuilder[] events)
    {
        foreach (var e in events) driver.World.Home.AddEvent(e.Build().GetProperty("detail").GetRawText());
    }
}
