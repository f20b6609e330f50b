using System.Net;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class ProtocolTests : IAsyncLifetime
{
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(new World("123456789012"));
        _client = new WireClient(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Unsigned_call_is_refused_and_logged()
    {
        var form = new FormUrlEncodedContent([new("Action", "GetUser"), new("Version", "2010-05-08"), new("UserName", "bob")]);
        var answer = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Content = form }, service: null);

        answer.Is(HttpStatusCode.Forbidden, "MissingAuthenticationToken");
        var call = Assert.Single(_endpoint.Calls.All);
        Assert.Equal(("iam", "GetUser", "MissingAuthenticationToken", ""), (call.Service, call.Operation, call.ErrorCode, call.AccessKey));
    }

    [Fact]
    public async Task Signature_without_a_scope_is_refused()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent([new("Action", "GetUser")]) };
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE, Signature=00");
        (await _client.SendAsync(request, service: null)).Is(HttpStatusCode.Forbidden, "IncompleteSignature");
    }

    [Theory]
    [InlineData("iam", "ListServerCertificates", "InvalidAction")]
    [InlineData("sns", "PublishBatch", "InvalidAction")]
    [InlineData("sts", "GetSessionToken", "InvalidAction")]
    [InlineData("ec2", "DescribeInstances", "InvalidAction")]
    [InlineData("iam", "Publish", "InvalidAction")]
    public async Task Unknown_query_operation_is_an_error_never_a_success(string service, string operation, string code)
    {
        (await _client.QueryAsync(service, operation)).Is(HttpStatusCode.BadRequest, code);
        Assert.Equal(
            (service, operation, code), _endpoint.Calls.All.Select(call => (call.Service, call.Operation, call.ErrorCode!)).Single());
    }

    [Theory]
    [InlineData("ssm", "AmazonSSM.SendCommand", "UnknownOperationException")]
    [InlineData("logs", "Logs_20140328.PutLogEvents", "UnknownOperationException")]
    [InlineData("iam", "AmazonSSM.GetParameter", "UnknownOperationException")]
    public async Task Unknown_json_operation_is_an_error_never_a_success(string service, string target, string code)
    {
        (await _client.JsonAsync(service, target, "{}")).Is(HttpStatusCode.BadRequest, code);
        Assert.Equal(code, Assert.Single(_endpoint.Calls.All).ErrorCode);
    }

    [Fact]
    public async Task Call_without_an_action_is_an_error()
    {
        (await _client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/bucket/key"), "s3"))
            .Is(HttpStatusCode.BadRequest, "MissingAction");
        (await _client.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent("") }, "iam"))
            .Is(HttpStatusCode.BadRequest, "MissingAction");
    }

    [Fact]
    public async Task Query_answers_carry_namespace_type_and_request_id()
    {
        _endpoint.World.Home.EnsureUser("bob");
        var answer = await _client.IamAsync("GetUser", ("UserName", "bob"));

        Assert.Equal("text/xml", answer.ContentType);
        Assert.Equal("https://iam.amazonaws.com/doc/2010-05-08/", answer.Xml.Name.NamespaceName);
        Assert.Equal("GetUserResponse", answer.Xml.Name.LocalName);
        Assert.Equal(answer.RequestId, answer["RequestId"]);
        Assert.Equal(answer.RequestId, Assert.Single(_endpoint.Calls.All).RequestId);
    }

    [Fact]
    public async Task Query_errors_carry_type_code_message_and_request_id()
    {
        var answer = await _client.IamAsync("GetUser", ("UserName", "nobody"));

        answer.Is(HttpStatusCode.NotFound, "NoSuchEntity");
        Assert.Equal("ErrorResponse", answer.Xml.Name.LocalName);
        Assert.Equal("Sender", answer["Type"]);
        Assert.Equal("The user with name nobody cannot be found.", answer.Message);
        Assert.Equal(answer.RequestId, answer["RequestId"]);
    }

    [Fact]
    public async Task Error_that_repeats_control_characters_is_still_xml()
    {
        var answer = await _client.IamAsync("GetPolicy", ("PolicyArn", "arn:aws:iam::\u0001\u001b[31m:policy/<x>"));
        answer.Is(HttpStatusCode.BadRequest, "InvalidInput");
        Assert.Contains("<x>", answer.Message);
    }

    [Fact]
    public async Task Json_answers_carry_type_and_request_id()
    {
        var answer = await _client.SsmAsync("GetParameter", new JsonObject { ["Name"] = "/none" });
        answer.Is(HttpStatusCode.BadRequest, "ParameterNotFound");
        Assert.Equal("application/x-amz-json-1.1", answer.ContentType);
        Assert.Equal(answer.RequestId, Assert.Single(_endpoint.Calls.All).RequestId);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("""{"Name":"/a","Name":"/b"}""")]
    [InlineData("""{"Name":{"deep":true}}""")]
    public async Task Malformed_json_is_a_serialization_error(string body) =>
        (await _client.JsonAsync("ssm", "AmazonSSM.GetParameter", body)).Is(HttpStatusCode.BadRequest, "SerializationException");

    [Fact]
    public async Task Calls_are_logged_with_parameters_in_order()
    {
        await _client.IamAsync("CreateUser", ("UserName", "bob"), ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "blue"));
        await _client.SsmAsync("GetParameters", new JsonObject { ["Names"] = new JsonArray("/a", "/b") });

        var calls = _endpoint.Calls.All;
        Assert.Equal([1, 2], calls.Select(call => call.Sequence));
        Assert.Equal("blue", calls[0].Parameters["Tags.member.1.Value"]);
        Assert.Equal("/b", calls[1].Parameters["Names.member.2"]);
        Assert.All(calls, call => Assert.True(call.Succeeded && call.EndTicks >= call.StartTicks && call.AccessKey == "AKIAEXAMPLE"));
        Assert.Single(_endpoint.Calls.Of("iam", "Create*"));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("somewhere:80")]
    [InlineData("")]
    public async Task Address_without_a_port_or_an_ip_is_an_argument_error(string listen) =>
        await Assert.ThrowsAsync<ArgumentException>(() => LocalAwsEndpoint.StartAsync(new World("123456789012"), listen));

    [Fact]
    public async Task Taken_port_is_an_io_error() =>
        await Assert.ThrowsAsync<IOException>(() => LocalAwsEndpoint.StartAsync(new World("123456789012"), _endpoint.Url.Authority));

    [Fact]
    public async Task Localhost_and_every_address_are_accepted()
    {
        await using var local = await LocalAwsEndpoint.StartAsync(new World("123456789012"), "localhost:0");
        await using var every = await LocalAwsEndpoint.StartAsync(new World("123456789012"), "0.0.0.0:0");
        Assert.Equal("127.0.0.1", every.Url.Host);
        using var client = new WireClient(every);
        (await client.StsAsync("GetCallerIdentity")).IsOk();
    }
}
