using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Serialization.SystemTextJson;
using Amazon.Lambda.TestUtilities;
using Responder.Detections;
using Responder.LocalAws;
using Responder.Records;

namespace Responder.Lambda.Tests;

/// <summary>Tests the handler in this process, composed from a given environment.</summary>
public sealed class HandlerTests
{
    [Fact]
    public async Task Answer_is_replays_line_without_file_and_record()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var answer = await InvokeAsync(await CreateAsync(aws), Samples.Fresh(Samples.AdministratorAttached));
        Assert.Equal(
            ["file", "record", "eventId", "eventSource", "eventName", "outcome", "severity", "findings", "decision", "containment", "alert",
                "incident", "error"],
            answer.AsObject().Select(static p => p.Key));
        Assert.Null(answer["file"]);
        Assert.Null(answer["record"]);
        Assert.Equal("incident", (string?)answer["outcome"]);
    }

    [Fact]
    public async Task User_of_another_account_is_never_contained_by_this_accounts_function()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var answer = await InvokeAsync(
            await CreateAsync(aws), Samples.Fresh(Samples.AdministratorAttached),
            "arn:aws:lambda:us-east-1:210987654321:function:responder-iam");
        Assert.Equal("Alert", (string?)answer["decision"]!["action"]);
        Assert.Empty(answer["containment"]!.AsArray());
        Assert.Null(aws.World.Home.Users["mallory"].BoundaryArn);
    }

    [Fact]
    public async Task Old_call_is_not_contained_but_sam_local_shows_what_a_sample_would_do()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var old = Encoding.UTF8.GetBytes(Samples.Read(Samples.AdministratorAttached).ToJsonString());
        Assert.Equal("Alert", (string?)(await InvokeAsync(await CreateAsync(aws), old))["decision"]!["action"]);
        Assert.Null(aws.World.Home.Users["mallory"].BoundaryArn);

        await using var fresh = await LocalAwsEndpoint.StartAsync(
            Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var local = await InvokeAsync(
            await CreateAsync(fresh, ("AWS_SAM_LOCAL", "true")), old, "arn:aws:lambda:us-east-1:012345678912:function:IamFunction");
        Assert.Equal("Contain", (string?)local["decision"]!["action"]);
        Assert.NotNull(fresh.World.Home.Users["mallory"].BoundaryArn);
    }

    [Fact]
    public async Task Event_that_cannot_be_read_is_logged_before_it_is_thrown()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        var function = await CreateAsync(aws, output);
        var thrown = await Assert.ThrowsAsync<MalformedEventException>(() => InvokeAsync(function, "{}"u8.ToArray()));
        Assert.Contains("eventSource is missing", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("\"what\":\"responded\"", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"what\":\"invocation-failed\"", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_that_is_near_leaves_its_last_seconds_to_the_page()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var function = await CreateAsync(aws);
        var context = new TestLambdaContext
        {
            InvokedFunctionArn = RuntimeApi.FunctionArn,
            AwsRequestId = "1",
            RemainingTime = TimeSpan.FromSeconds(1),
        };
        await Assert.ThrowsAsync<IncompleteResponseException>(
            () => function.HandleAsync(Deserialized(Samples.Fresh(Samples.AdministratorAttached)), context));
        Assert.Single(aws.World.Messages);
    }

    [Fact]
    public async Task Event_as_the_official_types_write_it_is_read()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        using var sample = JsonDocument.Parse(Samples.Fresh(Samples.AdministratorAttached));
        var typed = new CloudWatchEvent<JsonElement>
        {
            Version = "0",
            Id = "49e6c44d",
            DetailType = "AWS API Call via CloudTrail",
            Source = "aws.iam",
            Account = Samples.Account,
            Region = "us-east-1",
            Time = DateTime.UnixEpoch,
            Resources = [],
            Detail = sample.RootElement.GetProperty("detail"),
        };
        using var written = new MemoryStream();
        new SourceGeneratorLambdaJsonSerializer<EnvelopeJson>().Serialize(typed, written);
        Assert.Equal("incident", (string?)(await InvokeAsync(await CreateAsync(aws), written.ToArray()))["outcome"]);
    }

    [Fact]
    public async Task Warm_up_goes_through_and_calls_nobody()
    {
        Assert.Null(await WarmUp.RunAsync(DetectionCatalog.Default, TimeProvider.System));

        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        await CreateAsync(aws, output);
        Assert.Empty(aws.Calls.All);
        Assert.Contains(
            "\"what\":\"start\"", Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retention_deletes_what_is_old_and_writes_the_metric_that_the_alarm_reads()
    {
        const string old = "/security/incidents/2020-01-01/old";
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        await InvokeAsync(await CreateAsync(aws), Samples.Fresh(Samples.AdministratorAttached));
        aws.World.Home.SetParameter(old, """{"schema":"responder.incident/1","status":"complete","id":"old","writtenAt":"2020-01-01T00:00:00.000Z"}""");
        var parameters = aws.World.Home.Parameters["us-east-1"].Count;
        aws.Calls.Clear();

        using var output = new StringWriter();
        var answer = await InvokeAsync(
            await CreateAsync(aws, output, ("RESPONDER_FUNCTION", "retention"), ("ALERT_TOPIC_ARN", "")), s_scheduled);
        Assert.Equal((1, parameters - 1), ((int)answer["deleted"]!, (int)answer["parameters"]!));
        Assert.Null(aws.World.Home.Parameter(old));
        Assert.Equal(
            ["DeleteParameters", "GetParameters", "GetParametersByPath"], aws.Calls.All.Select(static c => c.Operation).Distinct().Order());

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonNode.Parse(line)!)
            .ToList();
        Assert.Equal(["start", "retention", null], lines.Select(static line => (string?)line["what"]));
        Assert.Contains(old, lines[1]["result"]!["deletedNames"]!.AsArray().Select(static n => (string?)n));
        Assert.Equal("Responder", (string?)lines[2]["_aws"]!["CloudWatchMetrics"]![0]!["Namespace"]);
        Assert.Equal(("retention", parameters - 1), ((string?)lines[2]["Function"], (int)lines[2]["Parameters"]!));
    }

    [Fact]
    public async Task Retention_that_AWS_refuses_fails_the_invocation_after_its_log_and_one_out_of_time_does_not()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        aws.Faults.On("ssm", "GetParametersByPath").Refuse();
        using var output = new StringWriter();
        var function = await CreateAsync(aws, output, ("RESPONDER_FUNCTION", "retention"));
        var thrown = await Assert.ThrowsAsync<IncompleteResponseException>(() => InvokeAsync(function, s_scheduled));
        Assert.Contains("AccessDenied", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("\"what\":\"retention\"", output.ToString(), StringComparison.Ordinal);

        aws.Faults.Clear();
        var context = new TestLambdaContext
        {
            InvokedFunctionArn = RuntimeApi.FunctionArn,
            AwsRequestId = "1",
            RemainingTime = TimeSpan.FromSeconds(1),
        };
        var answer = await function.HandleAsync(Deserialized(s_scheduled), context);
        Assert.False(answer.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task Events_of_the_retention_itself_page_nobody_and_those_of_another_role_do()
    {
        const string role = "arn:aws:iam::123456789012:role/responder-RetentionFunctionRole-1A2B";
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var function = await CreateAsync(aws, ("RESPONDER_ROLE_ARNS", role));
        Assert.Equal("trusted", (string?)(await InvokeAsync(function, Deleted(role, "event-1")))["outcome"]);
        Assert.Empty(aws.World.Messages);
        // The role is recognized by its ARN, so a look-alike name is not trusted.
        Assert.Equal("alert", (string?)(await InvokeAsync(function, Deleted(role + "X", "event-2")))["outcome"]);
        Assert.Single(aws.World.Messages);
    }

    /// <summary>The function that gets the pulse says what runs; any other write of a parameter is no reason to.</summary>
    [Fact]
    public async Task With_each_pulse_the_function_says_what_runs()
    {
        const string role = "arn:aws:iam::123456789012:role/responder-PulseRole-1A2B";
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var running = aws.World.Home.SetParameter("/security/running", "{}");
        var function = await CreateAsync(aws, ("PULSE_ROLE_ARN", role));
        await InvokeAsync(function, Written(role, "/security/other"));
        Assert.Equal("{}", running.Value);

        await InvokeAsync(function, Written(role, "/security-pulse"));

        var said = RunningBuild.Read(aws.World.Home.Parameters["us-east-1"]["/security/running"].Value)!;
        Assert.Equal(("us-east-1", "jit"), (said.Region, said.Code));
        Assert.Matches("^(official|stand-in)$", said.AwsPackages);
        Assert.Equal(typeof(Composition).Assembly.GetName().Version!.ToString(3), said.Version);
        Assert.InRange(DateTimeOffset.UtcNow - said.At!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    private static byte[] Written(string roleArn, string parameter)
    {
        var e = JsonNode.Parse(Deleted(roleArn, "event-" + parameter.Length))!;
        e["detail"]!["eventName"] = "PutParameter";
        e["detail"]!["eventTime"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        e["detail"]!["requestParameters"] = new JsonObject { ["name"] = parameter, ["type"] = "String", ["overwrite"] = true };
        return Encoding.UTF8.GetBytes(e.ToJsonString());
    }

    private static readonly byte[] s_scheduled = Encoding.UTF8.GetBytes("""
        {"version":"0","id":"1","detail-type":"Scheduled Event","source":"aws.events","account":"123456789012","time":"2026-03-04T09:00:00Z","region":"us-east-1",
        "resources":["arn:aws:events:us-east-1:123456789012:rule/responder-RetentionFunctionDaily-1A2B"],"detail":{}}
        """);

    private static byte[] Deleted(string roleArn, string id)
    {
        var e = Samples.Read("responder.parameter-changed/fires.json");
        var identity = e["detail"]!["userIdentity"]!;
        identity["type"] = "AssumedRole";
        identity["arn"] = "arn:aws:sts::123456789012:assumed-role/" + roleArn[(roleArn.LastIndexOf('/') + 1)..] + "/responder";
        identity["sessionContext"] = new JsonObject
        {
            ["sessionIssuer"] = new JsonObject { ["type"] = "Role", ["arn"] = roleArn, ["accountId"] = "123456789012" },
        };
        // without this user agent, the role would count as used from elsewhere
        e["detail"]!["userAgent"] = "aws-sdk-dotnet-coreclr/4.0 exec-env/AWS_Lambda_dotnet10";
        e["detail"]!["eventName"] = "DeleteParameters";
        e["detail"]!["requestParameters"] = new JsonObject { ["names"] = new JsonArray("/security/incidents/2020-01-01/old") };
        e["detail"]!["eventID"] = id;
        return Encoding.UTF8.GetBytes(e.ToJsonString());
    }

    private static Task<IHandler> CreateAsync(LocalAwsEndpoint aws, params (string Name, string Value)[] settings) =>
        CreateAsync(aws, TextWriter.Null, settings);

    private static Task<IHandler> CreateAsync(LocalAwsEndpoint aws, TextWriter output, params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string?>
        {
            ["AWS_LAMBDA_FUNCTION_NAME"] = "responder-iam",
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE",
            ["AWS_SECRET_ACCESS_KEY"] = "secret",
            ["RESPONDER_ENDPOINT_URL"] = aws.Url.ToString(),
            ["ALERT_TOPIC_ARN"] = "arn:aws:sns:us-east-1:123456789012:alerts",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        return Composition.CreateAsync(environment.GetValueOrDefault, output, TimeProvider.System);
    }

    private static async Task<JsonNode> InvokeAsync(IHandler function, byte[] e, string functionArn = RuntimeApi.FunctionArn)
    {
        var context = new TestLambdaContext
        {
            InvokedFunctionArn = functionArn,
            AwsRequestId = "1",
            RemainingTime = TimeSpan.FromSeconds(30),
        };
        return JsonNode.Parse((await function.HandleAsync(Deserialized(e), context)).GetRawText())!;
    }

    /// <summary>Deserializes the event as the runtime does before it calls the handler.</summary>
    private static CloudWatchEvent<JsonElement> Deserialized(byte[] e) => new EventSerializer()
        .Deserialize<CloudWatchEvent<JsonElement>>(new MemoryStream(e));
}

[JsonSerializable(typeof(CloudWatchEvent<JsonElement>))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
