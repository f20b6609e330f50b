using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Analysis.Timeline;
using Responder.Cli.Tests.Html;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Settings;

namespace Responder.Cli.Tests.Timeline;

public sealed class TimelineTests : IDisposable
{
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["RESPONDER_ROLE_ARNS"] = Intrusion.Responder,
        ["RELEASE_ROLE_ARN"] = Intrusion.Release,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("alice")]
    [InlineData("ALICE")]
    [InlineData("arn:aws:iam::123456789012:user/alice")]
    [InlineData("AKIAALICE0000000EXAMPLE")]
    public async Task Everything_that_a_user_did_is_followed_across_roles_and_keys_and_nothing_else(string subject)
    {
        var (ids, summary) = await IdsAsync(subject, Log(Intrusion.Records()));
        Assert.Equal(["01", "02", "03", "05", "06"], ids);
        Assert.Equal(
            (5, 0, true),
            (summary.GetProperty("events").GetInt32(), summary.GetProperty("omitted").GetInt32(), summary.GetProperty("complete")
            .GetBoolean()));
    }

    [Fact]
    public async Task Sessions_that_bear_another_identitys_names_are_not_joined()
    {
        var (ids, _) = await IdsAsync("bob", Log(Intrusion.Records()));
        Assert.Equal(["11", "12", "15"], ids);
        (ids, _) = await IdsAsync("ASIABOBADMIN0000EXAMPLE", Log(Intrusion.Records()));
        Assert.Equal(["13"], ids);
    }

    [Fact]
    public async Task A_role_is_all_of_its_sessions_and_what_they_opened()
    {
        var (ids, _) = await IdsAsync("arn:aws:iam::123456789012:role/deploy", Log(Intrusion.Records()));
        Assert.Equal(["02", "03", "05", "06", "12"], ids);
    }

    [Fact]
    public async Task A_session_shows_the_call_that_opened_it_and_nothing_else_of_the_opener()
    {
        var (ids, _) = await IdsAsync("ASIAADMIN0000000EXAMPLE", Log(Intrusion.Records()));
        Assert.Equal(["02", "03", "05", "06"], ids);
    }

    [Fact]
    public async Task Of_an_incident_the_actor_is_traced_back_to_the_user_and_the_target_shows_what_was_contained_and_released()
    {
        var run = await TimelineAsync("03", Log(Intrusion.Records()));
        Assert.Equal(["01", "02", "03", "04", "05", "06", "07"], Ids(run));
        Assert.Equal(
            ["04:contained", "07:released"], run.Json.SkipLast(1).Where(static l => l.GetProperty("mark").GetString() is not null)
            .Select(static l => $"{l.GetProperty("eventId")}:{l.GetProperty("mark")}"));
        Assert.Equal((1, 1), (run.Json[^1].GetProperty("contained").GetInt32(), run.Json[^1].GetProperty("released").GetInt32()));
        // Without the roles in the environment, the same calls are somebody else's and no containment of ours.
        var without = await Cli.RunAsync("timeline", "03", Log(Intrusion.Records()), "--format", "json");
        Assert.All(without.Json.SkipLast(1), static line => Assert.Equal(JsonValueKind.Null, line.GetProperty("mark").ValueKind));
    }

    [Fact]
    public async Task The_order_of_records_and_files_makes_no_difference()
    {
        var expected = await IdsAsync("alice", Log(Intrusion.Records()));
        var files = Intrusion.Records().Reverse().Select((record, i) => _folder.Write($"part-{i:00}.json", record.ToJsonString()))
            .ToArray();
        var run = await Cli.RunAsync(s_environment, ["timeline", "alice", .. files, files[0], "--format", "json"]);
        Assert.Equal(expected.Ids, Ids(run));
    }

    [Fact]
    public async Task A_long_chain_in_the_worst_order_is_followed_to_its_end()
    {
        var chain = Enumerable.Range(0, 20).Select(static i => (JsonNode)Intrusion.Call(
            $"c{i:00}", $"09:{i:00}:00", "sts", "AssumeRole", i == 0
                ? Intrusion.User("alice", "AKIAALICE0000000EXAMPLE")
                : Intrusion.Session($"r{i}", "s", $"ASIACHAIN{i:00}00000EXAMPLE"),
            Intrusion.Role($"r{i + 1}", "s"), Intrusion.Credentials($"ASIACHAIN{i + 1:00}00000EXAMPLE"))).Reverse();
        var (ids, summary) = await IdsAsync("alice", Log(chain));
        Assert.Equal(20, ids.Length);
        Assert.True(summary.GetProperty("complete").GetBoolean());
        (ids, _) = await IdsAsync("c19", Log(chain));
        Assert.Equal(20, ids.Length);
    }

    [Fact]
    public async Task A_refused_call_hands_out_nothing()
    {
        var refused = Intrusion.Call(
            "21", "09:01:00", "sts", "AssumeRole", Intrusion.User("alice"), Intrusion.Role("deploy", "x"),
            Intrusion.Credentials("ASIAREFUSED00000EXAMPLE"), error: "AccessDenied");
        var other = Intrusion.Call("22", "09:02:00", "s3", "ListBuckets", Intrusion.Session("deploy", "x", "ASIAREFUSED00000EXAMPLE"));
        Assert.Equal(["21"], (await IdsAsync("alice", Log([refused, other]))).Ids);
    }

    [Fact]
    public async Task Session_tokens_federation_and_copies_in_another_account_are_followed()
    {
        var federated = Intrusion.Call("32", "09:02:00", "s3", "ListBuckets", new JsonObject
        {
            ["type"] = "FederatedUser",
            ["principalId"] = "123456789012:bob",
            ["arn"] = "arn:aws:sts::123456789012:federated-user/bob",
            ["accountId"] = Samples.Account,
            ["accessKeyId"] = "ASIAFEDERATED000EXAMPLE",
        });
        var copy = Intrusion.Call("33", "09:03:00", "sts", "AssumeRole", new JsonObject
        {
            ["type"] = "AWSAccount",
            ["principalId"] = "AIDAALICE0000000",
            ["accountId"] = Samples.Account,
        }, Intrusion.Role("x", "y"));
        copy["userIdentity"]!["principalId"] = Intrusion.User("alice")["principalId"]!.GetValue<string>();
        var foreign = Intrusion.Call(
            "34", "09:04:00", "sts", "AssumeRole", new JsonObject
            {
                ["type"] = "AWSAccount",
                ["principalId"] = "AROAOTHER0000000:" + Intrusion.User("alice")["principalId"],
                ["accountId"] = Samples.Account,
            }, Intrusion.Role("x", "y"));
        var (ids, _) = await IdsAsync("alice", Log(
        [
            federated, copy, foreign,
            Intrusion.Call("31", "09:01:00", "sts", "GetFederationToken", Intrusion.User("alice"), new JsonObject
            {
                ["name"] = "bob",
            }, Intrusion.Credentials("ASIAFEDERATED000EXAMPLE")),
        ]));
        Assert.Equal(["31", "32", "33"], ids);
    }

    [Fact]
    public async Task A_sign_in_with_a_password_that_it_set_is_shown_and_the_earlier_ones_are_not()
    {
        static JsonNode SignIn(string id, string time) =>
            Intrusion.Call(
                id, time, "signin", "ConsoleLogin", Intrusion.User("carol"), null, new JsonObject { ["ConsoleLogin"] = "Success" });
        var (ids, _) = await IdsAsync("alice", Log(
        [
            SignIn("41", "08:00:00"),
            Intrusion.Call("42", "09:00:00", "iam", "UpdateLoginProfile", Intrusion.User("alice"), new JsonObject
            {
                ["userName"] = "carol",
            }), SignIn("43", "09:30:00"),
            Intrusion.Call("44", "09:40:00", "s3", "ListBuckets", Intrusion.User("carol")),
        ]));
        Assert.Equal(["42", "43"], ids);
    }

    [Fact]
    public async Task A_name_that_two_accounts_know_is_listed_and_not_guessed()
    {
        var other = Intrusion.Call(
            "51", "09:00:00", "s3", "ListBuckets", new JsonObject
            {
                ["type"] = "IAMUser",
                ["arn"] = "arn:aws:iam::210987654321:user/ops/alice",
                ["accountId"] = "210987654321",
                ["userName"] = "alice",
            });
        var run = await TimelineAsync("alice", Log([.. Intrusion.Records(), other]));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(
            "arn:aws:iam::123456789012:user/alice, arn:aws:iam::210987654321:user/ops/alice", run.Error, StringComparison.Ordinal);
        Assert.Equal(["51"], (await IdsAsync("arn:aws:iam::210987654321:user/ops/alice", Log([.. Intrusion.Records(), other]))).Ids);
    }

    [Theory]
    [InlineData("nobody", "no such user, role or event")]
    [InlineData("arn:aws:sts::123456789012:assumed-role/deploy/ci", "a session's name was chosen by its caller")]
    [InlineData("arn:aws:s3:::bucket", "expected the ARN of an IAM user")]
    public async Task What_names_nobody_is_a_wrong_usage(string subject, string because)
    {
        var run = await TimelineAsync(subject, Log(Intrusion.Records()));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(because, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stretch_of_time_is_shown_and_who_is_followed_is_learned_from_all()
    {
        var run = await TimelineAsync(
            "alice", Log(Intrusion.Records()), "--since", "2026-03-04T09:03:30Z", "--until", "2026-03-04T09:04:30Z");
        Assert.Equal(["05"], Ids(run));
        Assert.Equal(
            2, (await TimelineAsync("alice", Log(Intrusion.Records()), "--since", "2026-03-05", "--until", "2026-03-04")).ExitCode);
    }

    [Fact]
    public async Task JSON_has_these_fields()
    {
        var run = await TimelineAsync("alice", Log(Intrusion.Records()));
        var attached = run.Json.Single(static line => line.TryGetProperty("eventId", out var id) && id.GetString() == "03");
        Assert.Equal(
            [
                "eventTime", "eventId", "eventSource", "eventName", "outcome", "errorCode", "account", "region", "actor", "accessKeyId",
                "sourceIdentity", "sourceIpAddress", "via", "mark", "findings",
                "file", "record",
            ],
            attached.EnumerateObject().Select(static p => p.Name));
        Assert.Equal(3, attached.GetProperty("via").GetArrayLength());
        Assert.Equal("iam.admin-policy-attached", attached.GetProperty("findings")[0].GetProperty("detection").GetString());
        Assert.Equal(
            ["summary", "subject", "partial", "unread", "records", "events", "omitted", "complete", "notOpened", "undated", "findings",
                "contained",
                "released",
                "follows"], run.Json[^1].EnumerateObject().Select(static p => p.Name));
    }

    [Fact]
    public async Task Text_and_page_show_the_same_events_and_hostile_names_stay_text()
    {
        var records = HostileText.All.Select(
            static (name, i) =>
                (JsonNode)Intrusion.Call(
                    $"h{i}-{name}", "09:10:00", "s3", name, Intrusion.Session("deploy", name, "ASIADEPLOY000000EXAMPLE", name))).ToArray();
        var log = Log([.. Intrusion.Records(), .. records]);
        var text = await Cli.RunAsync("timeline", "alice", log);
        Assert.Equal(0, text.ExitCode);
        Assert.All(text.Output, static c => Assert.True(c == '\n' || !char.IsControl(c)));
        Assert.DoesNotContain('\u202E', text.Output);
        Assert.Contains(
            "CRITICAL AdministratorAccess attached to user mallory  [iam.admin-policy-attached]", text.Output, StringComparison.Ordinal);

        var html = await Cli.RunAsync("timeline", "alice", log, "--format", "html");
        var page = StrictHtml.Parse(html.Output);
        Assert.Equal(
            5 + HostileText.All.Count, page.All.Count(static e => e["class"]?.StartsWith("entry ", StringComparison.Ordinal) == true));
        Assert.Single(page.All, static e => e.Tag == "script");
        Assert.DoesNotContain(
            page.All, static e => e.Tag is "img" or "iframe" or "form" or "link" or "base"
            || e.Attributes.Keys.Any(static name => name.StartsWith("on", StringComparison.Ordinal)));
        Assert.DoesNotContain("FwoGZ", html.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void An_interrupted_timeline_is_not_complete(bool isPartial, bool isComplete)
    {
        var build = new TimelineBuild(new ResponderOptions(), [], static _ => { });
        using var summary = JsonDocument.Parse(TimelineSummary.Json("alice", build, new TimelineScope([], null, null, [], isPartial)));
        Assert.Equal(
            (isPartial, isComplete),
            (summary.RootElement.GetProperty("partial").GetBoolean(), summary.RootElement.GetProperty("complete").GetBoolean()));
    }

    [Fact]
    public async Task The_page_says_what_was_asked_for_and_what_could_not_be_read()
    {
        Log(Intrusion.Records());
        _folder.Write("bad.json", "{");
        var run = await Cli.RunAsync("timeline", "alice", _folder.Root, "--since", "2026-03-04T09:02:00Z", "--format", "html");
        var header = StrictHtml.Parse(run.Output).All.Single(static e => e.Tag == "header").Text;
        Assert.Equal(3, run.ExitCode);
        foreach (var part in (string[])[_folder.Root, "2026-03-04 09:02:00Z to the newest", "1 files or records: named at the end"])
            Assert.Contains(part, header, StringComparison.Ordinal);
        Assert.Contains(
            "bad.json", StrictHtml.Parse(run.Output).All.Single(static e => e["id"] == "oddities").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Interrupted", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_browser_the_page_unfolds_by_its_own_script_and_nothing_of_an_attacker_runs()
    {
        var records = HostileText.All.Select(
            static (name, i) =>
                (JsonNode)Intrusion.Call(
                    $"h{i}-{name}", "09:10:00", "s3", name, Intrusion.Session("deploy", name, "ASIADEPLOY000000EXAMPLE", name))).ToArray();
        var path = Path.Combine(_folder.Root, "page.html");
        Assert.Equal(
            0, (await Cli.RunAsync(
                "timeline", "alice", Log([.. Intrusion.Records(), .. records]), "--format", "html", "--output", path)).ExitCode);
        var dom = Browser.DumpDom(path, _folder.Root);
        Assert.Equal(5 + HostileText.All.Count, dom.Split("<details class=\"entry ").Length - 1);
        Assert.Equal(1, dom.Split("<script").Length - 1);
        foreach (var tag in (string[])["<img", "<iframe", "<form", "<object", "<link"])
            Assert.DoesNotContain(tag, dom, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_installations_record_adds_when_it_was_contained_and_released()
    {
        var world = new World(Samples.Account);
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world);
        var file = _folder.Write("incident.json", Samples.Delivered(Samples.Attach(id: "cafe-0001")).ToJsonString());
        world.Home.Attach(world.Home.EnsureUser("mallory"), Samples.AdministratorAccess);
        Assert.Equal(0, (await Cli.RunAsync("replay", file, "--endpoint", endpoint.Url.ToString())).ExitCode);
        var run = await Cli.RunAsync("timeline", "cafe-0001", file, "--endpoint", endpoint.Url.ToString(), "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var contained = Assert.Single(run.Json.SkipLast(1), static line => line.GetProperty("mark").GetString() == "contained");
        Assert.Contains("PutUserPermissionsBoundary", contained.GetProperty("eventName").GetString(), StringComparison.Ordinal);
        Assert.Single(run.Json.SkipLast(1), static line => line.GetProperty("eventId").GetString() == "cafe-0001");

        var shown = await Cli.RunAsync("incidents", "show", "cafe-0001", "--endpoint", endpoint.Url.ToString(), "--format", "json");
        var saved = _folder.Write("saved.txt", shown.Output);
        var again = await Cli.RunAsync("timeline", "cafe-0001", file, "--incident-file", saved, "--format", "json");
        Assert.Single(again.Json.SkipLast(1), static line => line.GetProperty("mark").GetString() == "contained");
        Assert.Equal(2, (await Cli.RunAsync("timeline", "cafe-0001", file, "--incident-file", file)).ExitCode);
    }

    [Fact]
    public async Task What_cannot_be_read_is_named_once_and_the_rest_is_shown()
    {
        Log(Intrusion.Records());
        _folder.Write("bad.json", "{");
        var run = await TimelineAsync("alice", _folder.Root);
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(5, Ids(run).Length);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private string Log(IEnumerable<JsonNode> records) =>
        _folder.Write(
            "log.json", new JsonObject { ["Records"] = new JsonArray([.. records.Select(static r => r.DeepClone())]) }.ToJsonString());

    private static Task<CliRun> TimelineAsync(string subject, string path, params string[] more) =>
        Cli.RunAsync(s_environment, ["timeline", subject, path, "--format", "json", .. more]);

    private static async Task<(string[] Ids, JsonElement Summary)> IdsAsync(string subject, string path)
    {
        var run = await TimelineAsync(subject, path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return (Ids(run), run.Json[^1]);
    }

    private static string[] Ids(CliRun run) => [.. run.Json.SkipLast(1).Select(static line => line.GetProperty("eventId").GetString()!)];
}
