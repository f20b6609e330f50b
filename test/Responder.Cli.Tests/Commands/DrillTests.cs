using System.Text.Json.Nodes;
using Amazon.Runtime;
using Responder.Aws;
using Responder.Cli.Tests.Aws;
using Responder.Cli.Tests.Doctor;
using Responder.Detections;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Cli.Tests.Commands;

/// <summary>`responder drill` as a command: what it asks, refuses and prints. What it does is tested beside the responder.</summary>
public sealed class DrillTests : IAsyncLifetime
{
    private const string Topic = "arn:aws:sns:us-east-1:123456789012:alerts";

    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["ALERT_TOPIC_ARN"] = Topic,
        ["RESPONDER_ROLE_ARNS"] = "arn:aws:iam::123456789012:role/function",
    };

    private readonly World _world = new(Samples.Account);
    private LocalAwsEndpoint _endpoint = null!;

    public async ValueTask InitializeAsync()
    {
        _world.Home.EnsureTopic("alerts");
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _world.MapAccessKey("AKIARESPONDER", "arn:aws:sts::123456789012:assumed-role/function/responder-iam");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, _endpoint.Url)
        {
            Content = new FormUrlEncodedContent(
            [
                new("Action", "Subscribe"), new("Version", "2010-03-31"), new("TopicArn", Topic), new("Protocol", "sms"),
                new("Endpoint", "+15550100"),
            ]),
        };
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=AKIAANNA/20260304/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public ValueTask DisposeAsync() => _endpoint.DisposeAsync();

    [Fact]
    public async Task A_drill_reports_as_text_and_as_JSON()
    {
        var json = await DrillAsync("--format", "json");
        Assert.True(json.ExitCode == 0, json.Output + json.Error);
        var report = Assert.Single(json.Json);
        Assert.Equal("passed", report.GetProperty("state").GetString());
        Assert.StartsWith("responder-drill-", report.GetProperty("user").GetString(), StringComparison.Ordinal);
        Assert.True(report.GetProperty("provedAsBefore").GetBoolean());
        Assert.True(report.GetProperty("gone").GetBoolean());
        Assert.Empty(report.GetProperty("failures").EnumerateArray());
        Assert.InRange(report.GetProperty("seconds").GetProperty("contained").GetDouble(), 0, 60);
        Assert.Equal(Topic, _world.Messages[^1].Target);
        Assert.Contains(report.GetProperty("messageId").GetString(), _world.Messages.Select(static m => m.MessageId));

        var text = await DrillAsync();
        Assert.True(text.ExitCode == 0, text.Output + text.Error);
        foreach (var part in (string[])["Pages     1 confirmed subscriptions", "Contained after ", "Paged     SNS took the page as ",
            "that it reached anybody, only your mailbox shows", "Recorded  /security/incidents/", "Slowest ", "Released ", "Gone ",
            "The drill passed: contained, paged, recorded, released, and nothing is left."])
            Assert.Contains(part, text.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_world.Home.Users.Values, static u => u.Path == "/responder-drill/");
    }

    [Fact]
    public async Task A_refused_drill_says_what_to_do_and_makes_nothing()
    {
        _world.Home.SetParameter("/security/mode", "observe");
        var before = _world.Snapshot();
        var run = await Cli.RunAsync(s_environment, "drill", "--endpoint", _endpoint.Url.ToString());
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Refused   the kill switch /security/mode stands on observe", run.Output, StringComparison.Ordinal);
        var json = await Cli.RunAsync(s_environment, "drill", "--endpoint", _endpoint.Url.ToString(), "--format", "json");
        Assert.Equal("refused", json.Json.Single().GetProperty("state").GetString());
        Assert.Contains("responder mode enforce", json.Json.Single().GetProperty("refusals")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    [Fact]
    public async Task A_dry_run_changes_nothing()
    {
        var before = _world.Snapshot();
        var run = await Cli.RunAsync(s_environment, "drill", "--endpoint", _endpoint.Url.ToString(), "--dry-run");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Dry run; nothing was changed.", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    /// <summary>An endpoint of the environment stands for AWS: the function's settings come from Lambda, and somebody is asked.</summary>
    [Theory]
    [InlineData(null, "--yes is missing")]
    [InlineData("n", "nothing was changed")]
    public async Task Nothing_is_made_without_one_confirmation(string? answer, string message)
    {
        await using var aws = await AwsAsync(static _ => { });
        var home = new Dictionary<string, string>(s_environment) { ["RESPONDER_ENDPOINT_URL"] = aws.Url.ToString() };
        var before = _world.Snapshot();
        var run = answer is null ? await Cli.RunAsync(home, "drill") : await Cli.RunAnsweringAsync(answer, home, "drill");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal(before, _world.Snapshot());
    }

    [Theory]
    [InlineData("RESPONDER_MODE", "Observe", "deploy with Mode=Enforce")]
    [InlineData("DETECTION_STAGES", "iam.admin-policy-attached=Alert", "DETECTION_STAGES keeps quarantine-user")]
    [InlineData("TRUSTED_PRINCIPAL_ARNS", "arn:aws:iam::123456789012:role/local-caller", "TRUSTED_PRINCIPAL_ARNS of the function has")]
    public async Task The_function_is_asked_what_it_is_set_to(string variable, string value, string refusal)
    {
        await using var aws = await AwsAsync(variables => variables[variable] = value);
        var home = new Dictionary<string, string>(s_environment) { ["RESPONDER_ENDPOINT_URL"] = aws.Url.ToString() };
        var run = await Cli.RunAsync(home, "drill", "--yes");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(refusal, run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_world.Home.Users.Values, static u => u.Path == "/responder-drill/");
    }

    /// <summary>CloudFormation and Lambda from a script, everything else from the embedded endpoint.</summary>
    private Task<WireServer> AwsAsync(Action<JsonObject> change)
    {
        var account = new ScriptedAccount();
        return WireServer.StartAsync(request =>
        {
            if (request.Body.Contains("Action=ListStackResources", StringComparison.Ordinal)) return account.Reply(request);
            if (request.Path.StartsWith("/2015-03-31/", StringComparison.Ordinal))
            {
                var function = JsonNode.Parse(account.Reply(request).Body)!.AsObject();
                change(function["Environment"]!["Variables"]!.AsObject());
                return WireReply.Json(function.ToJsonString());
            }

            using var client = new HttpClient();
            using var passed = new HttpRequestMessage(HttpMethod.Post, _endpoint.Url);
            passed.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(request.Body));
            foreach (var name in (string[])["Authorization", "X-Amz-Target", "User-Agent", "X-Amz-Date"])
            {
                if (request.Headers.TryGetValue(name, out var header)) passed.Headers.TryAddWithoutValidation(name, header.ToString());
            }

            passed.Content.Headers.TryAddWithoutValidation("Content-Type", request.Headers.ContentType.ToString());
            using var answer = client.Send(passed);
            using var body = new MemoryStream();
            answer.Content.ReadAsStream().CopyTo(body);
            return new WireReply((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString() ?? "text/xml", body.ToArray());
        });
    }

    /// <summary>Drills while the event of the call reaches the responder, as EventBridge would bring it.</summary>
    private async Task<CliRun> DrillAsync(params string[] options)
    {
        var drill = Cli.RunAsync(s_environment, ["drill", "--endpoint", _endpoint.Url.ToString(), .. options]);
        var first = _world.Trail.Count;
        TrailRecord? attached = null;
        while (attached is null && !drill.IsCompleted)
        {
            await Task.Delay(100);
            attached = _world.Trail.Skip(first).FirstOrDefault(static r => r.EventName == "AttachUserPolicy");
        }

        if (attached is not null)
        {
            var responder = LiveResponder.Of(
                DetectionCatalog.Default, new ResponderOptions { AlertTopicArn = Topic },
                new AwsClients(_endpoint.Url, "us-east-1", new BasicAWSCredentials("AKIARESPONDER", "secret")),
                new JsonLog(TextWriter.Null, TimeProvider.System, "iam"), TimeProvider.System);
            using var e = System.Text.Json.JsonDocument.Parse(attached.ToEventBridgeEvent());
            await responder.RespondAsync(e.RootElement, new Invocation(Samples.Account, "us-east-1", TimeSpan.FromSeconds(30)));
        }

        return await drill;
    }
}
