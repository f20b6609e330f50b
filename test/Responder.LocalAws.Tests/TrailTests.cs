using System.Net;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class TrailTests : IAsyncLifetime
{
    private readonly World _world = new("123456789012", time: new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)));
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _world.Home.EnsureRole("ReleaseRole", "/security/");
        _world.MapAccessKey("AKIARELEASE", "arn:aws:sts::123456789012:assumed-role/ReleaseRole/alice");
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint, "AKIARELEASE");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    private JsonNode Last => JsonNode.Parse(_world.Trail[^1].Json)!;

    [Fact]
    public async Task Change_is_recorded_as_cloudtrail_would_deliver_it()
    {
        _world.Home.EnsureUser("bob");
        var answer = await _client.IamAsync("PutUserPermissionsBoundary", ("UserName", "bob"), ("PermissionsBoundary", WireClient.DenyAll));

        var record = Last;
        Assert.Equal(
            ("iam.amazonaws.com", "PutUserPermissionsBoundary", "us-east-1"),
            ((string)record["eventSource"]!, (string)record["eventName"]!, (string)record["awsRegion"]!));
        Assert.Equal("2026-01-02T03:04:05Z", (string)record["eventTime"]!);
        Assert.Equal(answer.RequestId, (string)record["requestID"]!);
        Assert.Equal("""{"userName":"bob","permissionsBoundary":"arn:aws:iam::aws:policy/AWSDenyAll"}""", record["requestParameters"]!.ToJsonString());
        Assert.True(record.AsObject().ContainsKey("responseElements") && record["responseElements"] is null);
        Assert.Equal("AssumedRole", (string)record["userIdentity"]!["type"]!);
        Assert.Equal(
            "arn:aws:iam::123456789012:role/security/ReleaseRole",
            (string)record["userIdentity"]!["sessionContext"]!["sessionIssuer"]!["arn"]!);
        Assert.Equal($"{_world.Home.Roles["ReleaseRole"].Id}:alice", (string)record["userIdentity"]!["principalId"]!);
        Assert.Equal("123456789012", (string)record["recipientAccountId"]!);
        Assert.Null(record["errorCode"]);
    }

    [Fact]
    public async Task Answer_is_recorded_without_secrets_and_with_types()
    {
        _world.Home.EnsureUser("bob");
        await _client.IamAsync("CreateAccessKey", ("UserName", "bob"));
        Assert.Equal(
            ["userName", "accessKeyId", "status", "createDate"], Last["responseElements"]!["accessKey"]!.AsObject()
            .Select(member => member.Key));
        Assert.Equal("Jan 2, 2026 3:04:05 AM", (string)Last["responseElements"]!["accessKey"]!["createDate"]!);

        await _client.IamAsync(
            "CreateLoginProfile", ("UserName", "bob"), ("Password", "Correct-Horse-1"), ("PasswordResetRequired", "true"));
        Assert.DoesNotContain("Correct-Horse-1", _world.Trail[^1].Json);
        Assert.True((bool)Last["requestParameters"]!["passwordResetRequired"]!);

        var arn = _world.Home.EnsurePolicy("arn:aws:iam::123456789012:policy/p", WireClient.AllowDocument).Arn;
        await _client.IamAsync(
            "CreatePolicyVersion", ("PolicyArn", arn), ("PolicyDocument", WireClient.AllowDocument), ("SetAsDefault", "true"));
        Assert.Equal(WireClient.AllowDocument, (string)Last["requestParameters"]!["policyDocument"]!);
        Assert.True((bool)Last["requestParameters"]!["setAsDefault"]!);
        Assert.True((bool)Last["responseElements"]!["policyVersion"]!["isDefaultVersion"]!);

        await _client.IamAsync(
            "CreateRole", ("RoleName", "r"), ("AssumeRolePolicyDocument", WireClient.TrustDocument), ("Tags.member.1.Key", "k"),
            ("Tags.member.1.Value", "v"));
        Assert.Equal("""[{"key":"k","value":"v"}]""", Last["requestParameters"]!["tags"]!.ToJsonString());
        Assert.Equal(
            WireClient.TrustDocument, Uri.UnescapeDataString((string)Last["responseElements"]!["role"]!["assumeRolePolicyDocument"]!));
        Assert.Equal(3600, (int)Last["responseElements"]!["role"]!["maxSessionDuration"]!);
        Assert.Equal("v", (string)Last["responseElements"]!["role"]!["tags"]![0]!["value"]!);
    }

    [Fact]
    public async Task Failed_and_refused_changes_are_recorded_as_such()
    {
        await _client.IamAsync("DeleteUser", ("UserName", "nobody"));
        Assert.Equal("NoSuchEntityException", (string)Last["errorCode"]!);
        Assert.Equal("nobody", (string)Last["requestParameters"]!["userName"]!);

        _endpoint.Faults.On("iam", "AttachUserPolicy").Refuse();
        (await _client.IamAsync("AttachUserPolicy", ("UserName", "bob"), ("PolicyArn", WireClient.Admin)))
            .Is(HttpStatusCode.Forbidden, "AccessDenied");
        Assert.Equal("AccessDenied", (string)Last["errorCode"]!);
        Assert.Null(Last["requestParameters"]);
    }

    [Fact]
    public async Task Reading_leaves_no_record()
    {
        await _client.IamAsync("ListUsers");
        await _client.IamAsync("GetUser", ("UserName", "nobody"));
        await _client.SsmAsync("PutParameter", new JsonObject { ["Name"] = "/a", ["Value"] = "x", ["Type"] = "String" });
        Assert.Empty(_world.Trail);
    }

    [Fact]
    public async Task Record_travels_in_an_eventbridge_envelope()
    {
        await _client.IamAsync("CreateUser", ("UserName", "bob"));
        var envelope = JsonNode.Parse(_world.Trail[0].ToEventBridgeEvent())!;
        Assert.Equal(
            ("AWS API Call via CloudTrail", "aws.iam", "123456789012"),
            ((string)envelope["detail-type"]!, (string)envelope["source"]!, (string)envelope["account"]!));
        Assert.Equal("CreateUser", (string)envelope["detail"]!["eventName"]!);
    }

    [Fact]
    public async Task Identity_of_a_user_is_recorded_with_its_name()
    {
        _world.Home.EnsureAccessKey(_world.Home.EnsureUser("carol"), "AKIACAROL");
        using var carol = new WireClient(_endpoint, "AKIACAROL");
        await carol.IamAsync("CreateAccessKey");
        Assert.Equal(
            ("IAMUser", "carol", "AKIACAROL"),
            ((string)Last["userIdentity"]!["type"]!, (string)Last["userIdentity"]!["userName"]!,
                (string)Last["userIdentity"]!["accessKeyId"]!));
        Assert.Null(Last["requestParameters"]);
        Assert.Equal("carol", (string)Last["responseElements"]!["accessKey"]!["userName"]!);
    }
}
