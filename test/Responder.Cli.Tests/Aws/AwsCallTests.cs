using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Responder.Aws;

namespace Responder.Cli.Tests.Aws;

/// <summary>Tests the generic signed call on the wire.</summary>
public sealed class AwsCallTests
{
    private static readonly AwsService s_query = new("SNS", "sns", "2010-03-31");
    private static readonly AwsService s_rest = new("Lambda", "lambda", "2015-03-31");

    [Fact]
    public async Task A_json_call_is_signed_for_its_service_and_carries_target_and_members()
    {
        await using var server = await WireServer.StartAsync(static _ => WireReply.Json("""{"trailList":[{"Name":"main"}]}"""));
        using var call = new AwsCall(AwsService.CloudTrail, Clients(server));

        var answer = await call.JsonAsync(
            "DescribeTrails", static json => json.WriteBoolean("includeShadowTrails", true), TestContext.Current.CancellationToken);

        Assert.Equal("main", answer.GetProperty("trailList")[0].GetProperty("Name").GetString());
        var request = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/"), (request.Method, request.Path));
        Assert.Equal("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.DescribeTrails", request.Target);
        Assert.Equal("application/x-amz-json-1.1", request.Headers.ContentType.ToString());
        Assert.Equal("""{"includeShadowTrails":true}""", request.Body);
        Assert.Matches(
            @"^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/\d{8}/eu-west-1/cloudtrail/aws4_request, "
            + @"SignedHeaders=[^ ]*x-amz-target[^ ]*, Signature=[0-9a-f]{64}$",
            request.Authorization);
    }

    [Fact]
    public async Task Pages_are_followed_and_a_token_that_repeats_is_an_error()
    {
        await using var server = await WireServer.StartAsync(static request => WireReply.Json(request.Body switch
        {
            """{"N":1}""" => """{"Items":[1,2],"NextToken":"a"}""",
            """{"N":1,"NextToken":"a"}""" => """{"Items":[3],"NextToken":"b"}""",
            _ => """{"Items":[4]}""",
        }));
        using var call = new AwsCall(AwsService.CloudTrail, Clients(server));
        var items = new List<int>();
        await foreach (var page in call.JsonPagesAsync(
            "List", static json => json.WriteNumber("N", 1), TestContext.Current.CancellationToken))
            items.AddRange(page.GetProperty("Items").EnumerateArray().Select(static item => item.GetInt32()));
        Assert.Equal([1, 2, 3, 4], items);

        await using var looping = await WireServer.StartAsync(static _ => WireReply.Json("""{"NextToken":"same"}"""));
        using var other = new AwsCall(AwsService.CloudTrail, Clients(looping));
        await Assert.ThrowsAsync<AmazonClientException>(async () =>
        {
            await foreach (var page in other.JsonPagesAsync("List", null, TestContext.Current.CancellationToken)) Assert.Equal(
                JsonValueKind.Object, page.ValueKind);
        });
        Assert.Equal(2, looping.Requests.Count);
    }

    [Theory]
    [InlineData("""{"__type":"com.amazonaws.cloudtrail#AccessDeniedException","message":"not allowed"}""", "AccessDeniedException", "not allowed")]
    [InlineData("<html>a proxy</html>", null, null)]
    public async Task An_error_of_a_json_service_has_its_code_and_is_not_retried(string body, string? code, string? message)
    {
        await using var server = await WireServer.StartAsync(_ => WireReply.Json(body, 400));
        using var call = new AwsCall(AwsService.CloudTrail, Clients(server));
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => call.JsonAsync("DescribeTrails", null, TestContext.Current.CancellationToken));
        Assert.True(AwsFailure.Is(error), error.ToString());
        if (code is not null) Assert.Equal((code, message), (Assert.IsType<AmazonServiceException>(error).ErrorCode, error.Message));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_throttled_call_is_repeated()
    {
        var asked = 0;
        await using var server = await WireServer.StartAsync(_ => ++asked == 1 ? WireReply.Json("""{"__type":"ThrottlingException","message":"slow down"}""", 400) : WireReply.Json("""{"ok":true}"""));
        using var call = new AwsCall(AwsService.CloudTrail, Clients(server));
        Assert.True((await call.JsonAsync("DescribeTrails", null, TestContext.Current.CancellationToken)).GetProperty("ok").GetBoolean());
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_is_no_json_object_is_a_failure_of_the_call()
    {
        await using var server = await WireServer.StartAsync(static _ => WireReply.Json("[1]"));
        using var call = new AwsCall(AwsService.CloudTrail, Clients(server));
        var error = await Assert.ThrowsAnyAsync<AmazonClientException>(
            () => call.JsonAsync("DescribeTrails", null, TestContext.Current.CancellationToken));
        Assert.True(AwsFailure.Is(error));
    }

    [Theory]
    [InlineData("<ErrorResponse "
        + "xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\"><Error><Type>Sender</Type><Code>NotFound</Code><Message>no "
        + "topic</Message></Error><RequestId>r</RequestId></ErrorResponse>", "NotFound")]
    [InlineData("<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no "
        + "topic</Message></Error></Errors><RequestID>r</RequestID></Response>", "UnauthorizedOperation")]
    public async Task A_query_call_sends_a_signed_form_and_reads_errors_of_both_shapes(string body, string code)
    {
        await using var server = await WireServer.StartAsync(request => request.Body.Contains("Topics", StringComparison.Ordinal)
            ? WireReply.Xml("<ListTopicsResponse><ListTopicsResult><Topics/></ListTopicsResult></ListTopicsResponse>")
            : WireReply.Xml(body, 404));
        using var call = new AwsCall(s_query, Clients(server));

        var answer = await call.QueryAsync(
            "ListTopics", new Dictionary<string, string> { ["NextToken"] = "a b&c" }, TestContext.Current.CancellationToken);
        Assert.Equal("ListTopicsResponse", answer.Name.LocalName);
        var request = Assert.Single(server.Requests);
        Assert.Equal("Action=ListTopics&NextToken=a%20b%26c&Version=2010-03-31", request.Body);
        Assert.Contains("/eu-west-1/sns/aws4_request", request.Authorization, StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<AmazonServiceException>(
            () => call.QueryAsync("GetX", new Dictionary<string, string>(), TestContext.Current.CancellationToken));
        Assert.Equal((code, "no topic", "r"), (error.ErrorCode, error.Message, error.RequestId));
    }

    [Theory]
    [InlineData("eu-west-1", "us-east-1")]
    [InlineData("cn-northwest-1", "cn-north-1")]
    [InlineData("us-gov-east-1", "us-gov-west-1")]
    public async Task A_global_service_is_signed_for_the_one_region_of_its_partition(string region, string signed)
    {
        await using var server = await WireServer.StartAsync(static _ => WireReply.Xml("<ListRolesResponse/>"));
        using var call = new AwsCall(AwsService.Iam, Clients(server) with { Region = region });
        await call.QueryAsync("ListRoles", new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        Assert.Contains($"/{signed}/iam/aws4_request", Assert.Single(server.Requests).Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rest_read_is_a_signed_get()
    {
        await using var server = await WireServer.StartAsync(static _ => WireReply.Json("""{"ReservedConcurrentExecutions":0}"""));
        using var call = new AwsCall(s_rest, Clients(server));
        var answer = await call.RestAsync("/2019-09-30/functions/responder/concurrency", new Dictionary<string, string>
        {
            ["Qualifier"] = "1",
        }, TestContext.Current.CancellationToken);
        Assert.Equal(0, answer.GetProperty("ReservedConcurrentExecutions").GetInt32());
        var request = Assert.Single(server.Requests);
        Assert.Equal(
            ("GET", "/2019-09-30/functions/responder/concurrency?Qualifier=1", ""), (request.Method, request.RawPath, request.Body));
        Assert.Contains("/eu-west-1/lambda/aws4_request", request.Authorization, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rest_post_sends_its_body_and_headers_as_they_are_and_tells_the_status()
    {
        var refusal = WireReply.Json("{\"Type\":\"User\",\"message\":\"Rate exceeded\"}", 403) with
        {
            Headers = new Dictionary<string, string> { ["x-amzn-ErrorType"] = "AccessDeniedException" },
        };
        await using var server = await WireServer.StartAsync(
            request => request.Path.Contains("closed", StringComparison.Ordinal) ? refusal : new WireReply(202, "", []));
        using var call = new AwsCall(s_rest, Clients(server));
        var headers = new Dictionary<string, string> { ["X-Amz-Invocation-Type"] = "Event" };
        Assert.Equal(HttpStatusCode.Accepted, await call.RestPostAsync(
            "/2015-03-31/functions/open/invocations", headers, "{\"a\": \"ä\"}"u8.ToArray(), TestContext.Current.CancellationToken));
        var request = Assert.Single(server.Requests);
        Assert.Equal(
            ("POST", "/2015-03-31/functions/open/invocations", "{\"a\": \"ä\"}", "Event"),
            (request.Method, request.RawPath, request.Body, request.Headers["X-Amz-Invocation-Type"].ToString()));
        Assert.Contains("/eu-west-1/lambda/aws4_request", request.Authorization, StringComparison.Ordinal);
        var error = await Assert.ThrowsAsync<AmazonServiceException>(() => call.RestPostAsync(
            "/2015-03-31/functions/closed/invocations", headers, "{}"u8.ToArray(), TestContext.Current.CancellationToken));
        Assert.Equal("AccessDeniedException", error.ErrorCode);
    }

    [Fact]
    public async Task A_service_without_json_is_not_asked_in_json()
    {
        await using var server = await WireServer.StartAsync(static _ => WireReply.Json("{}"));
        using var call = new AwsCall(s_query, Clients(server));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => call.JsonAsync("ListTopics", null, TestContext.Current.CancellationToken));
        Assert.Empty(server.Requests);
    }

    private static AwsClients Clients(WireServer server) =>
        new(server.Url, "eu-west-1", new BasicAWSCredentials("AKIAIOSFODNN7EXAMPLE", "secret")) { CallTimeout = TimeSpan.FromSeconds(20) };
}
