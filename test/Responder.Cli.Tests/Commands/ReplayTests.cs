using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.LocalAws;
using Responder.LocalAws.State;

namespace Responder.Cli.Tests.Commands;

public sealed class ReplayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_policy_version_keeps_its_number_so_that_another_one_stays_unknown()
    {
        JsonObject Call(string name, string version, JsonObject request)
        {
            var record = Samples.Attach(user: name);
            record["eventName"] = name;
            request["policyArn"] = "arn:aws:iam::123456789012:policy/p";
            record["requestParameters"] = request;
            record["responseElements"] = new JsonObject { ["policyVersion"] = new JsonObject { ["versionId"] = version } };
            return record;
        }

        var made = Call("CreatePolicyVersion", "v3", new JsonObject
        {
            ["policyDocument"] = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""",
            ["setAsDefault"] = true,
        });
        var file = _folder.Write("versions.jsonl", string.Join('\n', (JsonObject[])[
            made, Call("SetDefaultPolicyVersion", "v1", new JsonObject { ["versionId"] = "v1" }),
            Call("SetDefaultPolicyVersion", "v3", new JsonObject { ["versionId"] = "v3" })]));
        var run = await Cli.RunAsync("replay", file, "--format", "json");
        Assert.Equal(["CRITICAL", "MEDIUM", "CRITICAL"], run.Json.Select(static line => line.GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task An_attachment_is_answered_with_exactly_this_line()
    {
        var file = Event(Samples.Attach(id: "11111111-2222-3333-4444-555555555555"));
        var run = await Cli.RunAsync("replay", file, "--format", "json");
        var expected = $$"""
            {"file":{{Encoded(file)}},"record":1,"eventId":"11111111-2222-3333-4444-555555555555","eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy",
            "outcome":"incident","severity":"CRITICAL",
            "findings":[{"detection":"iam.admin-policy-attached","severity":"CRITICAL","title":"AdministratorAccess attached to user mallory","stage":"Contain"}],
            "decision":{"action":"Contain","because":"administrator rights given to user mallory"},
            "containment":[{"action":"PutUserPermissionsBoundary","target":"mallory","result":"Succeeded","error":null},
            {"action":"DetachUserPolicy","target":"mallory","result":"Succeeded","error":null}],
            "alert":{"subject":"[CRITICAL] AdministratorAccess attached to user mallory (contained) 123456789012","topicArn":"arn:aws:sns:us-east-1:123456789012:responder-alerts"},
            "incident":"/security/incidents/2026-03-04/11111111-2222-3333-4444-555555555555","error":null}
            """.ReplaceLineEndings("");
        Assert.Equal(expected + "\n", run.Output);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Malformed_duplicate_recorded_trusted_and_none_are_answered_with_exactly_these_lines()
    {
        var attach = Samples.Attach(id: "aaaa");
        var unknown = Samples.Attach(id: "bbbb");
        unknown["eventSource"] = "nobody-knows.amazonaws.com";
        unknown["eventName"] = "DoNothing";
        var file = _folder.Write(
            "lines.jsonl", $"{attach.ToJsonString()}\n{{\"detail-type\":\"x\"}}\n{attach.ToJsonString()}\n{unknown.ToJsonString()}\n");
        var run = await Cli.RunAsync("replay", file, "--format", "json");
        var name = Encoded(file);
        Assert.Equal(4, run.Lines.Count);
        Assert.Equal(
            $$"""{"file":{{name}},"record":2,"eventId":null,"eventSource":null,"eventName":null,"outcome":"malformed","severity":"none","findings":[],"decision":{"action":"None","because":"line 2: detail is missing: expected an object, the CloudTrail record"},"containment":[],"alert":null,"incident":null,"error":"line 2: detail is missing: expected an object, the CloudTrail record"}""",
            run.Lines[1]);
        var duplicate = run.Json[2];
        Assert.Equal("duplicate", duplicate.GetProperty("outcome").GetString());
        Assert.Equal("CRITICAL", duplicate.GetProperty("severity").GetString());
        Assert.Equal("iam.admin-policy-attached", duplicate.GetProperty("findings")[0].GetProperty("detection").GetString());
        Assert.Empty(duplicate.GetProperty("containment").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, duplicate.GetProperty("alert").ValueKind);
        Assert.Equal("/security/incidents/2026-03-04/aaaa", duplicate.GetProperty("incident").GetString());
        Assert.Equal(
            $$"""{"file":{{name}},"record":4,"eventId":"bbbb","eventSource":"nobody-knows.amazonaws.com","eventName":"DoNothing","outcome":"none","severity":"none","findings":[],"decision":{"action":"None","because":"no finding"},"containment":[],"alert":null,"incident":null,"error":null}""",
            run.Lines[3]);
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("lines.jsonl: line 2: detail is missing", run.Error, StringComparison.Ordinal);

        var trusted = await Cli.RunAsync(new Dictionary<string, string>
        {
            ["TRUSTED_PRINCIPAL_ARNS"] = "arn:aws:iam::123456789012:user/alice",
        }, "replay", Event(attach), "--format", "json");
        Assert.Equal("trusted", Assert.Single(trusted.Json).GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task The_sample_of_the_readme_is_an_incident()
    {
        var run = await Cli.RunAsync("replay", Samples.File("iam.admin-policy-attached", "fires.json"), "--format", "json");
        Assert.Equal("incident", Assert.Single(run.Json).GetProperty("outcome").GetString());
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task The_same_file_given_twice_is_a_duplicate_the_second_time()
    {
        var file = Event(Samples.Attach());
        var run = await Cli.RunAsync("replay", file, file, "--format", "json");
        Assert.Equal(["incident", "duplicate"], run.Json.Select(static line => line.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task Two_accounts_in_one_run_are_two_accounts()
    {
        var file = _folder.Write(
            "both.jsonl",
            $"{Samples.Attach(id: "one").ToJsonString()}\n{Samples.Attach(account: "210987654321", id: "two").ToJsonString()}\n");
        var run = await Cli.RunAsync("replay", file, "--format", "json");
        Assert.All(run.Json, static line => Assert.Equal("incident", line.GetProperty("outcome").GetString()));
        Assert.All(
            run.Json, static line => Assert.Equal("Succeeded", line.GetProperty("containment")[1].GetProperty("result").GetString()));
        Assert.Equal(
            ["123456789012", "210987654321"],
            run.Json.Select(static line => line.GetProperty("alert").GetProperty("topicArn").GetString()!.Split(':')[4]));
    }

    [Fact]
    public async Task Another_partition_is_contained_with_its_own_policies()
    {
        var record = Samples.Attach(policy: "arn:aws-cn:iam::aws:policy/AdministratorAccess");
        record["awsRegion"] = "cn-north-1";
        record["userIdentity"]!["arn"] = "arn:aws-cn:iam::123456789012:user/alice";
        var run = await Cli.RunAsync("replay", Event(record), Event(Samples.Attach(user: "other")), "--format", "json");
        Assert.All(run.Json, static line => Assert.Equal("incident", line.GetProperty("outcome").GetString()));
        Assert.StartsWith(
            "arn:aws-cn:sns:cn-north-1:", run.Json[0].GetProperty("alert").GetProperty("topicArn").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Observe_contains_nobody_and_says_so()
    {
        var run = await Cli.RunAsync("replay", Event(Samples.Attach()), "--format", "json", "--mode", "Observe");
        var line = Assert.Single(run.Json);
        Assert.Equal("incident", line.GetProperty("outcome").GetString());
        Assert.Empty(line.GetProperty("containment").EnumerateArray());
        Assert.Contains("(would contain)", line.GetProperty("alert").GetProperty("subject").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_budget_limits_a_replay_unless_somebody_sets_one()
    {
        var file = _folder.Write(
            "many.jsonl",
            string.Concat(Enumerable.Range(0, 12).Select(static i => Samples.Attach(user: $"user{i}").ToJsonString() + "\n")));
        var run = await Cli.RunAsync("replay", file, "--format", "json");
        Assert.All(run.Json, static line => Assert.Equal("Contain", line.GetProperty("decision").GetProperty("action").GetString()));
        var limited = await Cli.RunAsync(
            new Dictionary<string, string> { ["CONTAINMENT_BUDGET_PER_HOUR"] = "1" }, "replay", file, "--format", "json");
        Assert.Single(limited.Json, static line => line.GetProperty("decision").GetProperty("action").GetString() == "Contain");
    }

    [Fact]
    public async Task Given_yaml_beside_a_file_answers_what_the_event_cannot()
    {
        const string Policy = "arn:aws:iam::123456789012:policy/deploy";
        var record = Samples.Attach(policy: Policy);
        var unread = await Cli.RunAsync("replay", Event(record), "--format", "json");
        _folder.Write("given.yaml", $$"""
            account: "123456789012"
            accounts:
              "123456789012":
                policies:
                  {{Policy}}: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "*", Resource: "*"}]}
            """);
        var read = await Cli.RunAsync("replay", Event(record), "--format", "json");
        Assert.Equal(("alert", "incident"), (Outcome(unread), Outcome(read)));
        Assert.Equal("CRITICAL", read.Json[0].GetProperty("severity").GetString());

        _folder.Write("given.yaml", "account: [");
        var broken = await Cli.RunAsync("replay", Event(record), "--format", "json");
        Assert.Equal(3, broken.ExitCode);
        Assert.Contains("given.yaml", broken.Error, StringComparison.Ordinal);
        Assert.Equal("alert", Outcome(broken));
    }

    /// <summary>What an event gave under the old name is there under the new one, and nobody has the old one.</summary>
    [Fact]
    public async Task Whoever_an_event_renames_is_known_under_the_new_name_with_all_that_he_had()
    {
        var file = _folder.Write("renames.jsonl", string.Join('\n', (JsonObject[])[
            Samples.Attach(user: "bob"),
            Renaming("UpdateUser", ("userName", "bob"), ("newUserName", "rob")),
            Renaming("UpdateUser", ("userName", "carol"), ("newUserName", "caroline"), ("newPath", "/staff/")),
            Renaming("UpdateGroup", ("groupName", "a"), ("newGroupName", "b"))]));
        var run = await Cli.RunAsync("replay", file, "--format", "json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            [
                "AdministratorAccess attached to user bob", "Contained user bob renamed to rob", "User carol renamed to caroline",
                "Group a renamed to b",
            ],
            run.Json.Select(static line => line.GetProperty("findings")[0].GetProperty("title").GetString()));
    }

    [Fact]
    public async Task A_rename_that_IAM_would_refuse_renames_nobody()
    {
        var file = _folder.Write("impossible.jsonl", string.Join('\n', (JsonObject[])[
            Samples.Attach(user: "bob"), Samples.Attach(user: "rob"), Renaming("UpdateUser", ("userName", "bob"), ("newUserName", "ROB")),
            Renaming("UpdateUser", ("userName", "bob"), ("newUserName", "not:a name")), Samples.Attach(user: "bob")]));
        var run = await Cli.RunAsync("replay", file, "--format", "json");

        Assert.Equal(4, run.ExitCode);
        Assert.Equal(
            ["incident", "incident", "recorded", "recorded", "incident"],
            run.Json.Select(static line => line.GetProperty("outcome").GetString()));
        Assert.Equal("GetUser: IAM does not know user ROB yet", run.Json[2].GetProperty("error").GetString());
        Assert.StartsWith("who was renamed: ValidationError", run.Json[3].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_an_endpoint_the_user_has_the_boundary_and_no_administrator_and_nothing_is_seeded()
    {
        var world = new World(Samples.Account);
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world, cancellationToken: TestContext.Current.CancellationToken);
        var file = Event(Samples.Attach());
        var unseeded = await Cli.RunAsync("replay", file, "--format", "json", "--endpoint", endpoint.Url.ToString());
        // Whom IAM does not know is not said to be contained.
        Assert.Equal("Failed", unseeded.Json[0].GetProperty("containment")[0].GetProperty("result").GetString());
        Assert.Contains(
            "(NOT contained)", unseeded.Json[0].GetProperty("alert").GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Contains("IAM knows no user", unseeded.Json[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(4, unseeded.ExitCode);
        Assert.Empty(world.Home.Users);

        var mallory = world.Home.EnsureUser("mallory");
        world.Home.Attach(mallory, Samples.AdministratorAccess);
        var run = await Cli.RunAsync("replay", Event(Samples.Attach()), "--format", "json", "--endpoint", endpoint.Url.ToString());
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(Samples.DenyAll, mallory.BoundaryArn);
        Assert.Empty(mallory.AttachedPolicies);
        Assert.Contains("responder-alerts", world.Messages[^1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_elsewhere_needs_a_topic_and_live_needs_a_terminal()
    {
        var remote = await Cli.RunAsync(new Dictionary<string, string>
        {
            ["AWS_REGION"] = "us-east-1",
        }, "replay", Event(Samples.Attach()), "--endpoint", "https://aws.example.com");
        Assert.Equal((2, true), (remote.ExitCode, remote.Error.Contains("ALERT_TOPIC_ARN", StringComparison.Ordinal)));
        var live = await Cli.RunAsync("replay", Event(Samples.Attach()), "--live");
        Assert.Equal((2, true), (live.ExitCode, live.Error.Contains("terminal", StringComparison.Ordinal)));
        Assert.Equal("", live.Output);
    }

    [Fact]
    public async Task Live_asks_with_the_account_and_no_means_no()
    {
        var world = new World(Samples.Account);
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world, cancellationToken: TestContext.Current.CancellationToken);
        var run = await Cli.RunAnsweringAsync("n", Live(endpoint), "replay", Event(Samples.Attach()), "--live", "--format", "json");
        Assert.Contains("Really act on account 123456789012", run.Error, StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.All(endpoint.Calls.All, static call => Assert.Equal("sts", call.Service));

        // The real clock and the real limits apply, and this call is months old.
        var confirmed = await Cli.RunAnsweringAsync("y", Live(endpoint), "replay", Event(Samples.Attach()), "--live", "--format", "json");
        Assert.Equal("Alert", confirmed.Json[0].GetProperty("decision").GetProperty("action").GetString());
    }

    [Fact]
    public async Task An_endpoint_that_does_not_answer_is_a_failed_step()
    {
        var run = await Cli.RunAsync("replay", Event(Samples.Attach()), "--endpoint", "http://127.0.0.1:9");
        Assert.Equal(4, run.ExitCode);
        Assert.NotEqual("", run.Error);
    }

    [Fact]
    public async Task A_failed_step_is_exit_code_4()
    {
        var world = new World(Samples.Account);
        world.Home.Attach(world.Home.EnsureUser("mallory"), Samples.AdministratorAccess);
        await using var endpoint = await LocalAwsEndpoint.StartAsync(world, cancellationToken: TestContext.Current.CancellationToken);
        endpoint.Faults.On("iam", "DetachUserPolicy").Refuse();
        var run = await Cli.RunAsync("replay", Event(Samples.Attach()), "--format", "json", "--endpoint", endpoint.Url.ToString());
        Assert.Equal(4, run.ExitCode);
        Assert.Equal("Failed", run.Json[0].GetProperty("containment")[1].GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("iam", "")]
    [InlineData("IamFunction", "")]
    [InlineData("s3", "EventBridge gives this event to the function iam, not to s3")]
    [InlineData("AccountFunction", "EventBridge gives this event to the function iam, not to account")]
    public async Task A_handler_that_would_not_get_the_event_is_a_warning(string handler, string warning)
    {
        var run = await Cli.RunAsync("replay", Event(Samples.Attach()), "--format", "json", "--handler", handler);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("incident", Outcome(run));
        Assert.Equal(warning, run.Error.Length == 0 ? "" : run.Error.TrimEnd('\n').Split(": ", 3)[^1]);
    }

    [Fact]
    public async Task A_path_that_begins_with_an_at_sign_is_a_path()
    {
        var run = await Cli.RunAsync("replay", "@missing");
        Assert.Equal(3, run.ExitCode);
        Assert.Contains("@missing: no such file or folder", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RESPONDER_MODE", "Sometimes")]
    [InlineData("TRUSTED_PRINCIPAL_ARNS", "alice")]
    [InlineData("BREAK_GLASS_ARNS", "arn:aws:iam::123456789012:role/*")]
    [InlineData("PARAMETER_ROOT", "security")]
    [InlineData("DETECTION_STAGES", "no.such-detection=Off")]
    [InlineData("CONTAINMENT_BUDGET_PER_HOUR", "-1")]
    [InlineData("MINIMUM_ALERT_SEVERITY", "URGENT")]
    [InlineData("ALERT_TOPIC_ARN", "topic")]
    [InlineData("RESPONDER_ENDPOINT_URL", "here")]
    public async Task A_setting_that_cannot_be_used_is_named_and_nothing_is_replayed(string variable, string value)
    {
        var run = await Cli.RunAsync(new Dictionary<string, string> { [variable] = value }, "replay", Event(Samples.Attach()));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"responder: {variable}: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bad_input_is_named_and_the_rest_is_processed()
    {
        var large = Samples.Attach();
        large["padding"] = new string(' ', 2 * 1024 * 1024);
        var text = Samples.Attach(id: "whole").ToJsonString() + "\n" + Samples.Attach(id: "cut").ToJsonString();
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.NoCompression))
            gzip.Write(System.Text.Encoding.UTF8.GetBytes(text));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "empty"));
        var run = await Cli.RunAsync(
            "replay", Path.Combine(_folder.Root, "missing.json"), _folder.Write("large.json", large.ToJsonString()),
            _folder.Write("cut.json.gz", packed.ToArray()[..^60]),
            _folder.Write("no-detail.json", """{"detail-type":"AWS API Call via CloudTrail","source":"aws.iam"}"""), Path.Combine(_folder.Root, "empty"), Event(Samples.Attach(user: "last")), "--format", "json");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal(
            ["malformed", "incident", "malformed", "malformed", "incident"],
            run.Json.Select(static line => line.GetProperty("outcome").GetString()));
        foreach (var expected in (string[])[
            "missing.json: no such file or folder", "large.json: line 1: event is 2", "cut.json.gz: line 2: ",
            "no-detail.json: line 1: detail is missing: expected an object", "empty: the folder holds no file"])
            Assert.Contains(expected, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CRITICAL", 1)]
    [InlineData("low", 1)]
    public async Task Fail_on_ends_with_1_when_something_as_severe_was_found(string severity, int code)
    {
        Assert.Equal(code, (await Cli.RunAsync("replay", Event(Samples.Attach()), "--fail-on", severity)).ExitCode);
        Assert.Equal(
            0, (await Cli.RunAsync(
                "replay", Event(Samples.Attach(policy: "arn:aws:iam::aws:policy/ReadOnlyAccess")), "--fail-on", "CRITICAL")).ExitCode);
        Assert.Equal(2, (await Cli.RunAsync("replay", Event(Samples.Attach()), "--fail-on", "urgent")).ExitCode);
    }

    [Fact]
    public async Task Text_shows_finding_steps_page_record_ledger_and_round_trips()
    {
        var run = await Cli.RunAsync("replay", Event(Samples.Attach(id: "cafe")));
        Assert.Equal(0, run.ExitCode);
        foreach (var expected in (string[])[
            "CRITICAL  contained", "AdministratorAccess attached to user mallory  [iam.admin-policy-attached, stage Contain]",
            "done     PutUserPermissionsBoundary arn:aws:iam::aws:policy/AWSDenyAll on mallory",
            "Page to arn:aws:sns:us-east-1:123456789012:responder-alerts", "| Subject: [CRITICAL] ", "WHAT WAS DONE",
            "responder release /security/incidents/2026-03-04/cafe", "Record /security/incidents/2026-03-04/cafe",
            "Ledger /security/quarantines/123456789012/user.mallory", "Round trips: ", "iam:PutUserPermissionsBoundary", "sns:Publish",
            "1 event: 1 incident", "severity: 1 CRITICAL; users contained: 1", "no account was touched"])
            Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Hostile_names_are_inert_in_text_and_json()
    {
        const string Hostile = "[red]x[/]\u001b[31m\n\nRELEASED\u202e\u0007{{";
        var record = Samples.Attach(user: Hostile);
        record["userAgent"] = Hostile;
        record["eventID"] = Hostile;
        record["userIdentity"]!["arn"] = Hostile;
        foreach (var format in (string[])["text", "json"])
        {
            var run = await Cli.RunAsync("replay", Event(record), "--format", format);
            Assert.Contains("[red]x[/]", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(run.Output, static c => c is '\u001b' or '\u202e' or '\u0007' or '\r');
            Assert.DoesNotContain("\nRELEASED", run.Output, StringComparison.Ordinal);
            Assert.DoesNotContain(run.Error, static c => c is '\u001b' or '\u202e' or '\u0007');
        }
    }

    [Fact]
    public async Task Every_sample_is_replayed_and_what_fires_finds_its_own_detection()
    {
        var run = await Cli.RunAsync("replay", Samples.File(), "--format", "json");
        // The folder has a README.
        Assert.Equal(0, run.ExitCode);
        Assert.Matches("^responder: 1 file is no log and was not opened: 1 text; the first is .*README.md\n$", run.Error);
        foreach (var line in run.Json)
        {
            var file = line.GetProperty("file").GetString()!;
            var detections = line.GetProperty("findings").EnumerateArray().Select(static f => f.GetProperty("detection").GetString())
                .ToArray();
            var own = Path.GetFileName(Path.GetDirectoryName(file))!;
            if (Path.GetFileName(file).StartsWith("fires", StringComparison.Ordinal))
                Assert.True(detections.Contains(own), $"{file}: {string.Join(", ", detections)}");
            else Assert.False(detections.Contains(own), file);
        }
    }

    private static Dictionary<string, string> Live(LocalAwsEndpoint endpoint) => new()
    {
        ["RESPONDER_ENDPOINT_URL"] = endpoint.Url.ToString(),
        ["ALERT_TOPIC_ARN"] = endpoint.World.Home.EnsureTopic("pages").Arn,
    };

    private static JsonObject Renaming(string call, params (string Name, string Value)[] request)
    {
        var record = Samples.Attach();
        record["eventName"] = call;
        record["requestParameters"] = new JsonObject(request.Select(static r => KeyValuePair.Create(r.Name, (JsonNode?)r.Value)));
        return record;
    }

    private string Event(JsonObject record) => _folder.Write($"{Guid.NewGuid():N}.json", record.ToJsonString());

    private static string? Outcome(CliRun run) => Assert.Single(run.Json).GetProperty("outcome").GetString();

    private static string Encoded(string text) => JsonSerializer.Serialize(text);
}
