using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.RuntimeSupport;
using Amazon.Lambda.Serialization.SystemTextJson;

namespace StandIns.Tests;

[Collection(nameof(ProcessEnvironment))]
public sealed class RuntimeLoopTests
{
    private const string Next = "/2018-06-01/runtime/invocation/next";

    [Fact]
    public async Task An_event_reaches_the_handler_and_its_output_the_Runtime_API()
    {
        var runtime = await RunAsync(
            LambdaOf((Greeting input, ILambdaContext context) => new Greeting($"{input.Text} to {context.AwsRequestId}")), new Answer.Reply(200, """{"text":"Hello"}""", Headers: Invocation("id-1")));
        Assert.Equal([$"GET {Next}", "POST /2018-06-01/runtime/invocation/id-1/response"], runtime.Calls);
        Assert.Equal("""{"Text":"Hello to id-1"}""", runtime.Posts[0].Text);
        Assert.Equal("application/json", runtime.Posts[0].Headers["Content-Type"]);
    }

    [Fact]
    public async Task The_context_has_what_the_headers_and_the_environment_say()
    {
        ILambdaContext? seen = null;
        string? traceInEnvironment = null;
        var remaining = TimeSpan.Zero;
        using var environment = new ProcessEnvironment(
            ("AWS_LAMBDA_FUNCTION_NAME", "responder-iam"), ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/responder-iam"), ("AWS_LAMBDA_LOG_STREAM_NAME", "stream"));
        var deadline = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        await RunAsync(
            LambdaOf((Greeting input, ILambdaContext context) =>
            {
                seen = context;
                remaining = context.RemainingTime;
                traceInEnvironment = Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID");
                return input;
            }),
            new Answer.Reply(200, "{}", Headers:
            [
                .. Invocation("id-1"), ("Lambda-Runtime-Deadline-Ms", deadline),
                ("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:responder-iam"),
                ("lambda-runtime-trace-id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"),
            ]));
        Assert.Equal("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1", seen!.TraceId);
        Assert.Equal(seen.TraceId, traceInEnvironment);
        Assert.InRange(remaining, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        Assert.Equal(
            ("responder-iam", "$LATEST", 512, "/aws/lambda/responder-iam", "stream",
                "arn:aws:lambda:us-east-1:123456789012:function:responder-iam"),
            (seen.FunctionName, seen.FunctionVersion, seen.MemoryLimitInMB, seen.LogGroupName, seen.LogStreamName,
                seen.InvokedFunctionArn));
    }

    [Fact]
    public async Task What_the_handler_throws_is_reported_and_the_next_event_is_served()
    {
        var runtime = await RunAsync(
            LambdaOf((Greeting input, ILambdaContext context) => context.AwsRequestId == "id-1"
                ? throw new InvalidOperationException("No \"such\" state", new TimeoutException("2 s"))
                : input),
            new Answer.Reply(200, "{}", Headers: Invocation("id-1")),
            new Answer.Reply(200, "{}", Headers: Invocation("id-2")));
        Assert.Equal(
            [$"GET {Next}", "POST /2018-06-01/runtime/invocation/id-1/error", $"GET {Next}",
                "POST /2018-06-01/runtime/invocation/id-2/response"], runtime.Calls);
        var error = JsonDocument.Parse(runtime.Posts[0].Text).RootElement;
        Assert.Equal("InvalidOperationException", error.GetProperty("errorType").GetString());
        Assert.Equal("No \"such\" state", error.GetProperty("errorMessage").GetString());
        Assert.Contains(nameof(RuntimeLoopTests), error.GetProperty("stackTrace")[0].GetString());
        Assert.Equal("TimeoutException", error.GetProperty("cause").GetProperty("errorType").GetString());
        Assert.Equal("InvalidOperationException", runtime.Posts[0].Headers["Lambda-Runtime-Function-Error-Type"]);
        Assert.Equal("application/vnd.aws.lambda.error+json", runtime.Posts[0].Headers["Content-Type"]);
    }

    [Fact]
    public async Task An_event_that_is_no_JSON_is_an_error_of_its_invocation_only()
    {
        var runtime = await RunAsync(
            LambdaOf((Greeting input, ILambdaContext _) => input),
            new Answer.Reply(200, "{\"text\":", Headers: Invocation("id-1")),
            new Answer.Reply(200, "{}", Headers: Invocation("id-2")));
        Assert.Equal("JsonSerializerException", JsonDocument.Parse(runtime.Posts[0].Text).RootElement.GetProperty("errorType").GetString());
        Assert.EndsWith("/id-2/response", runtime.Posts[1].Target);
    }

    [Fact]
    public async Task A_huge_error_is_cut_to_what_Lambda_takes()
    {
        var runtime = await RunAsync(
            LambdaOf(
                Greeting (Greeting _, ILambdaContext _) => throw new AggregateException(new FormatException(new string('x', 300_000)))),
            new Answer.Reply(200, "{}", Headers: Invocation("id-1")));
        Assert.InRange(runtime.Posts[0].Body.Length, 100, 256 * 1024);
        Assert.Equal("AggregateException", JsonDocument.Parse(runtime.Posts[0].Text).RootElement.GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task A_failed_initialization_is_reported_and_ends_the_process()
    {
        using var endpoint = new RecordingEndpoint((_, _) => new Answer.Reply(202, ""));
        using var environment = new ProcessEnvironment(("AWS_LAMBDA_RUNTIME_API", endpoint.Authority));
        using var bootstrap = LambdaOf((Greeting input, ILambdaContext _) => input)
            .UseBootstrapHandler(() => throw new FormatException("RESPONDER_MODE must be Enforce or Observe")).Build();
        await Assert.ThrowsAsync<FormatException>(() => bootstrap.RunAsync());
        var request = Assert.Single(endpoint.Requests);
        Assert.Equal("/2018-06-01/runtime/init/error", request.Target);
        Assert.DoesNotContain("Lambda-Runtime-Function-Error-Type", request.Headers.Keys);
        var error = JsonDocument.Parse(request.Text).RootElement;
        Assert.Equal(
            ("FormatException", "RESPONDER_MODE must be Enforce or Observe"),
            (error.GetProperty("errorType").GetString(), error.GetProperty("errorMessage").GetString()));
    }

    [Fact]
    public async Task An_initialization_that_says_no_asks_for_no_event()
    {
        using var endpoint = new RecordingEndpoint((_, _) => new Answer.Reply(202, ""));
        using var environment = new ProcessEnvironment(("AWS_LAMBDA_RUNTIME_API", endpoint.Authority));
        using var bootstrap = LambdaOf((Greeting input, ILambdaContext _) => input).UseBootstrapHandler(() => Task.FromResult(false))
            .Build();
        await bootstrap.RunAsync();
        Assert.Empty(endpoint.Requests);
    }

    [Fact]
    public async Task Big_bodies_travel_both_ways_in_chunks_and_with_a_length()
    {
        var text = new string('ü', 1_500_000);
        var json = JsonSerializer.Serialize(new Greeting(text));
        var runtime = await RunAsync(
            LambdaOf((Greeting input, ILambdaContext _) => input),
            new Answer.Reply(200, json, Headers: Invocation("id-1")),
            new Answer.Reply(200, json, Headers: Invocation("id-2"), Chunked: true));
        Assert.Equal(2, runtime.Posts.Count);
        Assert.All(runtime.Posts, post => Assert.Equal(text, JsonSerializer.Deserialize<Greeting>(post.Text)!.Text));
    }

    [Fact]
    public async Task The_invocation_id_is_echoed_where_Lambda_sends_one()
    {
        var runtime = await RunAsync(
            LambdaOf((Greeting input, ILambdaContext context) => context.AwsRequestId == "id-2" ? throw new FormatException() : input),
            new Answer.Reply(200, "{}", Headers: [.. Invocation("id-1"), ("Lambda-Runtime-Invocation-Id", "once-1")]),
            new Answer.Reply(200, "{}", Headers: [.. Invocation("id-2"), ("Lambda-Runtime-Invocation-Id", "once-2")]),
            new Answer.Reply(200, "{}", Headers: Invocation("id-3")));
        Assert.Equal(
            ["once-1", "once-2", null], runtime.Posts.Select(post => post.Headers.GetValueOrDefault("Lambda-Runtime-Invocation-Id")));
    }

    [Fact]
    public async Task A_connection_that_was_closed_meanwhile_is_opened_again()
    {
        var runtime = await RunAsync(
            LambdaOf((Greeting input, ILambdaContext _) => input),
            new Answer.ReplyThenClose(new Answer.Reply(200, "{}", Headers: Invocation("id-1"))),
            new Answer.Reply(200, "{}", Headers: Invocation("id-2")));
        Assert.Equal(2, runtime.Posts.Count);
    }

    [Fact]
    public async Task A_refusal_of_the_Runtime_API_ends_the_loop_with_its_words()
    {
        using var endpoint = new RecordingEndpoint((_, _) => new Answer.Reply(403, "not yours"));
        using var environment = new ProcessEnvironment(("AWS_LAMBDA_RUNTIME_API", endpoint.Authority));
        using var bootstrap = LambdaOf((Greeting input, ILambdaContext _) => input).Build();
        var exception = await Assert.ThrowsAsync<RuntimeApiClientException>(() => bootstrap.RunAsync());
        Assert.Equal(403, exception.StatusCode);
        Assert.Contains("not yours", exception.Message);
    }

    [Fact]
    public async Task Every_shape_of_handler_is_served()
    {
        var serializer = new SourceGeneratorLambdaJsonSerializer<GreetingContext>();
        var event1 = new Answer.Reply(200, """{"Text":"a"}""", Headers: Invocation("id-1"));
        async Task<string> ResponseAsync(LambdaBootstrapBuilder builder) => (await RunAsync(builder, event1)).Posts.Single().Text;

        const string Echo = """{"Text":"a"}""";
        Assert.Equal(
            Echo, await ResponseAsync(LambdaBootstrapBuilder.Create((Func<Stream, Task<Stream>>)(input => Task.FromResult(input)))));
        Assert.Equal(
            Echo, await ResponseAsync(
                LambdaBootstrapBuilder.Create((Func<Stream, ILambdaContext, Task<Stream>>)((input, _) => Task.FromResult(input)))));
        Assert.Equal(Echo, await ResponseAsync(LambdaBootstrapBuilder.Create((Func<Greeting, Greeting>)(input => input), serializer)));
        Assert.Equal(
            Echo, await ResponseAsync(
                LambdaBootstrapBuilder.Create((Func<Greeting, ILambdaContext, Greeting>)((input, _) => input), serializer)));
        Assert.Equal(
            Echo, await ResponseAsync(
                LambdaBootstrapBuilder.Create((Func<Greeting, Task<Greeting>>)(input => Task.FromResult(input)), serializer)));
        Assert.Equal(
            Echo, await ResponseAsync(
                LambdaBootstrapBuilder.Create(
                    (Func<Greeting, ILambdaContext, Task<Greeting>>)((input, _) => Task.FromResult(input)), serializer)));
        Assert.Equal("", await ResponseAsync(LambdaBootstrapBuilder.Create((Func<Greeting, Task>)(_ => Task.CompletedTask), serializer)));
        Assert.Equal(
            "", await ResponseAsync(
                LambdaBootstrapBuilder.Create((Func<Greeting, ILambdaContext, Task>)((_, _) => Task.CompletedTask), serializer)));
    }

    [Fact]
    public void Without_a_Runtime_API_the_message_says_so()
    {
        using var environment = new ProcessEnvironment(("AWS_LAMBDA_RUNTIME_API", null));
        var exception = Assert.Throws<InvalidOperationException>(() => LambdaOf((Greeting input, ILambdaContext _) => input).Build());
        Assert.Contains("AWS_LAMBDA_RUNTIME_API", exception.Message);
    }

    private static (string, string)[] Invocation(string id) => [("Lambda-Runtime-Aws-Request-Id", id)];

    private static LambdaBootstrapBuilder LambdaOf(Func<Greeting, ILambdaContext, Greeting> handler) =>
        LambdaBootstrapBuilder.Create(handler, new SourceGeneratorLambdaJsonSerializer<GreetingContext>());

    private sealed record Run(IReadOnlyList<string> Calls, IReadOnlyList<RecordedRequest> Posts);

    /// <summary>Hands out the events, and stops the loop when it asks for another one.</summary>
    private static async Task<Run> RunAsync(LambdaBootstrapBuilder builder, params Answer[] events)
    {
        using var stop = new CancellationTokenSource();
        var given = 0;
        using var endpoint = new RecordingEndpoint((request, _) =>
        {
            if (request.Method == "POST")
                return new Answer.Reply(202, "");
            if (given < events.Length)
                return events[given++];
            stop.Cancel();
            return new Answer.Hang();
        });
        using var environment = new ProcessEnvironment(("AWS_LAMBDA_RUNTIME_API", endpoint.Authority), ("_X_AMZN_TRACE_ID", null));
        using var bootstrap = builder.Build();
        await bootstrap.RunAsync(stop.Token);
        var requests = endpoint.Requests;
        Assert.Equal($"GET {Next}", $"{requests[^1].Method} {requests[^1].Target}");
        return new Run(
            [.. requests.SkipLast(1).Select(request => $"{request.Method} {request.Target}")],
            [.. requests.Where(request => request.Method == "POST")]);
    }
}

internal sealed record Greeting(string? Text);

[JsonSerializable(typeof(Greeting))]
internal sealed partial class GreetingContext : JsonSerializerContext;
