using System.Text.Json;
using Responder.Cli.Tests.Aws;

namespace Responder.Cli.Tests.Redrive;

/// <summary>`responder redrive` over the wire: what is given to whom, and what stays in which queue.</summary>
public sealed class RedriveTests
{
    private static readonly WireReply s_refusal = WireReply.Json("""{"Type":"User","message":"not authorized"}""", 403) with
    {
        Headers = new Dictionary<string, string> { ["x-amzn-ErrorType"] = "AccessDeniedException" },
    };

    [Fact]
    public async Task Letters_of_functions_go_where_the_rules_send_such_events_and_are_deleted()
    {
        var boxes = new LetterBoxes();
        string[] events = [
            Event("iam.amazonaws.com", "AttachUserPolicy"), Event("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress"),
            Event("kms.amazonaws.com", "ScheduleKeyDeletion"), Event("s3.amazonaws.com", "PutBucketPolicy"),
            Event("cloudtrail.amazonaws.com", "StopLogging")];
        foreach (var e in events) boxes.Put(LetterBoxes.Functions, e, ("RequestID", "r"), ("ErrorMessage", "Task timed out"));

        var run = await RunAsync(boxes, "--yes", "--format", "json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["responder-IamFunction", "responder-SecurityGroupFunction", "responder-KmsFunction", "responder-S3Function",
                "responder-AccountFunction"], boxes.Given.Select(static g => g.Function));
        Assert.Equal(events, boxes.Given.Select(static g => g.Payload));
        Assert.Empty(boxes.Visible(LetterBoxes.Functions));
        var first = run.Json[0];
        Assert.Equal(
            """{"queue":"function-letters","messageId":"m1","eventId":"iam.amazonaws.com/AttachUserPolicy","eventTime":"2026-01-01T00:00:00.000Z","eventSource":"iam.amazonaws.com","eventName":"AttachUserPolicy","actor":null,"function":"responder-IamFunction","result":"given-back","why":null}""",
            first.GetRawText());
        Assert.Equal("""{"summary":true,"planned":0,"given-back":5,"left":0,"failed":0}""", run.Json[^1].GetRawText());
    }

    [Fact]
    public async Task Letters_of_rules_go_to_the_target_that_they_name()
    {
        var boxes = new LetterBoxes();
        boxes.Put(LetterBoxes.Rules, Event("iam.amazonaws.com", "CreateUser"), Target("function:responder-AccountFunction"),
            ("RULE_ARN", "arn:aws:events:us-east-1:123456789012:rule/r"), ("ERROR_CODE", "NO_PERMISSIONS"), ("ERROR_MESSAGE", "no"));
        boxes.Put(LetterBoxes.Rules, Event("iam.amazonaws.com", "DeleteUser"), Target("function:somebody-elses"));
        boxes.Put(
            LetterBoxes.Rules, Event("iam.amazonaws.com", "TagUser"), ("TARGET_ARN", "arn:aws:sns:us-east-1:123456789012:alerts"));

        var run = await RunAsync(boxes, "--yes");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal("responder-AccountFunction", Assert.Single(boxes.Given).Function);
        Assert.Equal(2, boxes.Visible(LetterBoxes.Rules).Count);
        Assert.Contains("NO_PERMISSIONS: no", run.Output, StringComparison.Ordinal);
        Assert.Contains(
            "stays: it was meant for arn:aws:lambda:us-east-1:123456789012:function:somebody-elses, which is no function of the stack",
            run.Output, StringComparison.Ordinal);
        Assert.EndsWith("1 given back, 2 left, 0 failed\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_of_a_forwarder_is_read_in_its_region_and_its_letters_go_where_the_home_rules_send_them()
    {
        const string Forwarder = "https://sqs.eu-west-1.amazonaws.com/123456789012/forwarder-letters";
        var boxes = new LetterBoxes();
        boxes.Put(Forwarder, Event("s3.amazonaws.com", "PutBucketPolicy"), ("TARGET_ARN", Doctor.ScriptedAccount.Bus));
        boxes.Put(LetterBoxes.Functions, Event("iam.amazonaws.com", "CreateUser"));
        await using var server = await WireServer.StartAsync(boxes.Account.Reply);
        var run = await Cli.RunAsync("redrive", "--endpoint", server.Url.ToString(), "--queue", Forwarder, "--yes");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal("responder-S3Function", Assert.Single(boxes.Given).Function);
        Assert.Single(boxes.Visible(LetterBoxes.Functions));
        var received = server.Requests.Where(static r => r.Body.Contains("ReceiveMessage", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(received);
        Assert.All(received, static r => Assert.Contains("/eu-west-1/sqs/", r.Authorization, StringComparison.Ordinal));
        Assert.Contains(
            "/us-east-1/lambda/",
            server.Requests.Single(static r => r.Path.EndsWith("/invocations", StringComparison.Ordinal)).Authorization,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_event_stays_and_is_named_and_a_scheduled_run_goes_to_retention()
    {
        const string Schedule = """{"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","detail":{}}""";
        var boxes = new LetterBoxes();
        string[] bad = ["no json", "[1]", """{"detail-type":"x","detail":"\u001b[31m"}""", """{"eventName":"CreateUser"}"""];
        foreach (var body in bad) boxes.Put(LetterBoxes.Functions, body);
        boxes.Put(LetterBoxes.Functions, Schedule);

        var run = await RunAsync(boxes, "--yes");
        Assert.Equal(3, run.ExitCode);
        Assert.Equal([("responder-RetentionFunction", Schedule)], boxes.Given);
        Assert.Equal(bad, boxes.Visible(LetterBoxes.Functions));
        Assert.All(Enumerable.Range(1, bad.Length), i => Assert.Contains($"message m{i}\n", run.Output, StringComparison.Ordinal));
        Assert.Contains("stays: no CloudTrail event: not valid JSON", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Theory]
    [InlineData(403)]
    [InlineData(200)]
    public async Task A_letter_whose_event_is_not_accepted_stays_whole_and_the_others_are_given(int status)
    {
        var boxes = new LetterBoxes();
        var (bad, good) = (Event("iam.amazonaws.com", "CreateUser"), Event("iam.amazonaws.com", "DeleteUser"));
        boxes.Put(LetterBoxes.Functions, bad);
        boxes.Put(LetterBoxes.Functions, good);
        boxes.Refuse = payload => payload != bad ? null : status == 200 ? WireReply.Json("{}") : s_refusal;

        var run = await RunAsync(boxes, "--yes", "--format", "json");
        Assert.Equal(4, run.ExitCode);
        Assert.Equal([good], boxes.Given.Select(static g => g.Payload));
        Assert.Equal([bad], boxes.Visible(LetterBoxes.Functions));
        var failed = run.Json.Single(static l => l.TryGetProperty("result", out var result) && result.GetString() == "failed");
        Assert.Equal(
            status == 200 ? "Invoke: HTTP 200 instead of 202, Accepted" : "Invoke: AccessDeniedException: not authorized",
            failed.GetProperty("why").GetString());
    }

    [Fact]
    public async Task A_letter_that_cannot_be_deleted_is_a_failed_step()
    {
        var boxes = new LetterBoxes { KeepsAll = true };
        boxes.Put(LetterBoxes.Functions, Event("iam.amazonaws.com", "CreateUser"));
        var run = await RunAsync(boxes, "--yes");
        Assert.Equal(4, run.ExitCode);
        Assert.Single(boxes.Given);
        Assert.Single(boxes.Visible(LetterBoxes.Functions));
        Assert.Contains("DeleteMessage: AccessDenied", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_letters_of_a_long_queue_are_given_in_the_order_of_their_events()
    {
        var boxes = new LetterBoxes();
        for (var i = 34; i > 0; i--)
            boxes.Put(LetterBoxes.Rules, Event("iam.amazonaws.com", $"Call{i}", i), Target("function:responder-IamFunction"));
        Assert.Equal(0, (await RunAsync(boxes, "--yes")).ExitCode);
        Assert.Equal(34, boxes.Given.Count);
        Assert.Equal(
            Enumerable.Range(1, 34).Select(static i => $"Call{i}"), boxes.Given.Select(static g => JsonDocument.Parse(g.Payload).RootElement
            .GetProperty("detail").GetProperty("eventName").GetString()));
    }

    [Fact]
    public async Task Nothing_is_received_without_a_terminal_and_without_yes()
    {
        var boxes = new LetterBoxes();
        boxes.Put(LetterBoxes.Functions, Event("iam.amazonaws.com", "CreateUser"));
        await using var server = await WireServer.StartAsync(boxes.Account.Reply);
        var run = await Cli.RunAsync("redrive", "--endpoint", server.Url.ToString());
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--yes is missing", run.Error, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("y", 0)]
    [InlineData("n", 2)]
    public async Task A_person_is_shown_what_would_be_done_and_asked(string answer, int code)
    {
        var boxes = new LetterBoxes();
        var e = Event("iam.amazonaws.com", "CreateUser");
        boxes.Put(LetterBoxes.Functions, e);
        await using var server = await WireServer.StartAsync(boxes.Account.Reply);
        var run = await Cli.RunAnsweringAsync(answer, new Dictionary<string, string>(), "redrive", "--endpoint", server.Url.ToString());
        Assert.Equal(code, run.ExitCode);
        Assert.Contains("Give 1 events back to the functions of responder in account 123456789012?", run.Error, StringComparison.Ordinal);
        Assert.Contains("2026-01-01 00:00:00Z  iam.amazonaws.com CreateUser", run.Output, StringComparison.Ordinal);
        Assert.Contains("-> responder-IamFunction", run.Output, StringComparison.Ordinal);
        Assert.Contains("Events more than 6 hours old are paged; they contain nobody.", run.Output, StringComparison.Ordinal);
        Assert.Equal(code == 0 ? [e] : [], boxes.Given.Select(static g => g.Payload));
        Assert.Equal(code == 0 ? [] : [e], boxes.Visible(LetterBoxes.Functions));
    }

    [Fact]
    public async Task A_dry_run_needs_no_answer_and_changes_nothing()
    {
        var boxes = new LetterBoxes();
        boxes.Put(LetterBoxes.Functions, Event("iam.amazonaws.com", "CreateUser"));
        var run = await RunAsync(boxes, "--dry-run");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("Dry run: 1 would be given back, 0 would stay; nothing was changed.", run.Output, StringComparison.Ordinal);
        Assert.Empty(boxes.Given);
        Assert.Single(boxes.Visible(LetterBoxes.Functions));
        Assert.Equal("planned", (await RunAsync(boxes, "--dry-run", "--format", "json")).Json[0].GetProperty("result").GetString());
    }

    [Fact]
    public async Task Empty_queues_are_said_to_be_empty()
    {
        var run = await RunAsync(new LetterBoxes(), "--yes");
        Assert.Equal((0, "No letters.\n", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Theory]
    [InlineData("letters")]
    [InlineData("https://sqs.us-east-1.amazonaws.com/letters")]
    [InlineData("arn:aws:sqs:us-east-1:123456789012:letters")]
    public async Task A_queue_is_named_by_its_url(string queue)
    {
        var run = await RunAsync(new LetterBoxes(), "--yes", "--queue", queue);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--queue: expected the URL of a queue", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stack_without_the_queues_is_a_failed_step()
    {
        var boxes = new LetterBoxes();
        boxes.Account.Answer("ListStackResources", WireReply.Xml(Doctor.ScriptedAccount.Resources("RuleDeadLetters")));
        var run = await RunAsync(boxes, "--yes");
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("no RuleDeadLetters in the stack responder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_read_is_shown_again_when_a_later_call_fails()
    {
        var boxes = new LetterBoxes();
        boxes.Put(LetterBoxes.Functions, Event("iam.amazonaws.com", "CreateUser"));
        boxes.Account.Answer("GetCallerIdentity", WireReply.Xml(
            "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", 403));
        var run = await RunAsync(boxes, "--yes");
        Assert.Equal(4, run.ExitCode);
        Assert.Single(boxes.Visible(LetterBoxes.Functions));
    }

    private static async Task<CliRun> RunAsync(LetterBoxes boxes, params string[] arguments)
    {
        await using var server = await WireServer.StartAsync(boxes.Account.Reply);
        return await Cli.RunAsync(["redrive", "--endpoint", server.Url.ToString(), .. arguments]);
    }

    private static (string Name, string Value) Target(string function) =>
        ("TARGET_ARN", "arn:aws:lambda:us-east-1:123456789012:" + function);

    private static string Event(string source, string name, int minute = 0) => $$"""
        {"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.{{source.Split('.')[0]}}","account":"123456789012","detail":{"eventVersion":"1.11","eventID":"{{source}}/{{name}}","eventTime":"2026-01-01T00:{{minute:00}}:00Z","eventSource":"{{source}}","eventName":"{{name}}","awsRegion":"us-east-1","recipientAccountId":"123456789012"} }
        """;
}
