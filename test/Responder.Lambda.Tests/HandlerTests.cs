using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Serialization.SystemTextJson;
using Amazon.Lambda.TestUtilities;
using Responder.Detections;
using Responder.LocalAws;

namespace Responder.Lambda.Tests;

/// <summary>The handler in this process, composed from a given environment.</summary>
public sealed class HandlerTests
{
    [Fact]
    public async Task Answer_is_replays_line_without_file_and_record()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var answer = await InvokeAsync(await CreateAsync(aws), Samples.Fresh(Samples.AdministratorAttached));
        Assert.Equal(
            ["file", "record", "eventId", "eventSource", "eventName", "outcome", "severity", "findings", "decision", "containment", "alert", "incident", "error"],
            answer.AsObject().Select(static p => p.Key));
        Assert.Null(answer["file"]);
        Assert.Null(answer["record"]);
        Assert.Equal("incident", (string?)answer["outcome"]);
    }

    [Fact]
    public async Task User_of_another_account_is_never_contained_by_this_accounts_function()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var answer = await InvokeAsync(await CreateAsync(aws), Samples.Fresh(Samples.AdministratorAttached), "arn:aws:lambda:us-east-1:210987654321:function:responder-iam");
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

        await using var fresh = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        var local = await InvokeAsync(await CreateAsync(fresh, ("AWS_SAM_LOCAL", "true")), old, "arn:aws:lambda:us-east-1:012345678912:function:IamFunction");
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
        var context = new TestLambdaContext { InvokedFunctionArn = RuntimeApi.FunctionArn, AwsRequestId = "1", RemainingTime = TimeSpan.FromSeconds(1) };
        await Assert.ThrowsAsync<IncompleteResponseException>(() => function.HandleAsync(Deserialized(Samples.Fresh(Samples.AdministratorAttached)), context));
        Assert.Single(aws.World.Messages);
    }

    [Fact]
    public async Task Event_as_the_official_types_write_it_is_read()
    {
        await using var aws = await LocalAwsEndpoint.StartAsync(Samples.World(), cancellationToken: TestContext.Current.CancellationToken);
        using var sample = JsonDocument.Parse(Samples.Fresh(Samples.AdministratorAttached));
        var typed = new CloudWatchEvent<JsonElement>
        {
            Version = "0", Id = "49e6c44d", DetailType = "AWS API Call via CloudTrail", Source = "aws.iam", Account = Samples.Account,
            Region = "us-east-1", Time = DateTime.UnixEpoch, Resources = [], Detail = sample.RootElement.GetProperty("detail"),
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
        Assert.Contains("\"what\":\"start\"", Assert.Single(output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static Task<IHandler> CreateAsync(LocalAwsEndpoint aws, params (string Name, string Value)[] settings) => CreateAsync(aws, TextWriter.Null, settings);

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
        var context = new TestLambdaContext { InvokedFunctionArn = functionArn, AwsRequestId = "1", RemainingTime = TimeSpan.FromSeconds(30) };
        return JsonNode.Parse((await function.HandleAsync(Deserialized(e), context)).GetRawText())!;
    }

    /// <summary>What the runtime does before it calls the handler.</summary>
    private static CloudWatchEvent<JsonElement> Deserialized(byte[] e) => new EventSerializer().Deserialize<CloudWatchEvent<JsonElement>>(new MemoryStream(e));
}

[JsonSerializable(typeof(CloudWatchEvent<JsonElement>))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
