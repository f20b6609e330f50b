using System.Net;
using System.Text.Json.Nodes;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class CloudTrailTests : IAsyncLifetime
{
    private const string Target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
        for (var minute = 0; minute < 60; minute++)
            _world.Home.AddEvent(Record($"e-{minute:00}", $"2026-03-04T08:{minute:00}:00Z", minute % 2 == 0 ? "alice" : "bob"));
        _world.Home.AddEvent(Record("elsewhere", "2026-03-04T08:30:00Z", "alice"), "eu-west-1");
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    [Fact]
    public async Task Events_come_newest_first_in_pages_of_fifty_from_the_region_that_is_asked()
    {
        var first = await LookupAsync(new JsonObject());
        Assert.Equal(50, Ids(first).Count);
        Assert.Equal("e-59", Ids(first)[0]);
        var rest = await LookupAsync(new JsonObject { ["NextToken"] = (string)first["NextToken"]! });
        Assert.Equal("e-00", Ids(rest)[^1]);
        Assert.Equal(10, Ids(rest).Count);
        Assert.Null(rest["NextToken"]);
        using var west = new WireClient(_endpoint, region: "eu-west-1");
        Assert.Equal(["elsewhere"], Ids((await west.JsonAsync("cloudtrail", Target, "{}")).Json));
    }

    [Fact]
    public async Task One_attribute_and_a_time_range_select()
    {
        var from = DateTimeOffset.Parse("2026-03-04T08:50:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        Assert.Equal(
            ["e-58", "e-56"],
            Ids(await LookupAsync(
                new JsonObject { ["LookupAttributes"] = One("Username", "alice"), ["StartTime"] = from, ["MaxResults"] = 2 })));
        Assert.Equal(["e-07"], Ids(await LookupAsync(new JsonObject { ["LookupAttributes"] = One("EventId", "e-07") })));
        Assert.Empty(Ids(await LookupAsync(new JsonObject { ["LookupAttributes"] = One("Username", "Alice") })));
    }

    /// <summary>The caller chooses the name of a session.</summary>
    [Fact]
    public async Task A_role_s_session_goes_by_its_session_name()
    {
        _world.Home.AddEvent("""{"eventID":"s","eventTime":"2026-03-04T09:00:00Z","userIdentity":{"type":"AssumedRole","arn":"arn:aws:sts::123456789012:assumed-role/r/carol"}}""");
        Assert.Equal(["s"], Ids(await LookupAsync(new JsonObject { ["LookupAttributes"] = One("Username", "carol") })));
    }

    [Theory]
    [InlineData("""{"MaxResults":51}""", "InvalidMaxResultsException")]
    [InlineData("""{"MaxResults":0}""", "InvalidMaxResultsException")]
    [InlineData("""{"NextToken":"nonsense"}""", "InvalidNextTokenException")]
    [InlineData("""{"StartTime":2,"EndTime":1}""", "InvalidTimeRangeException")]
    [InlineData("""{"LookupAttributes":[{"AttributeKey":"Colour","AttributeValue":"red"}]}""", "InvalidLookupAttributesException")]
    [InlineData("""{"LookupAttributes":[{"AttributeKey":"EventId","AttributeValue":"a"},{"AttributeKey":"EventName","AttributeValue":"b"}]}""", "InvalidLookupAttributesException")]
    public async Task What_CloudTrail_refuses_is_refused(string body, string code) =>
        (await _client.JsonAsync("cloudtrail", Target, body)).Is(HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task A_token_is_good_for_its_own_lookup_only()
    {
        var token = (string)(await LookupAsync(new JsonObject { ["MaxResults"] = 5 }))["NextToken"]!;
        (await _client.JsonAsync(
            "cloudtrail", Target, new JsonObject { ["NextToken"] = token, ["LookupAttributes"] = One("Username", "alice") }.ToJsonString()))
            .Is(HttpStatusCode.BadRequest, "InvalidNextTokenException");
    }

    [Fact]
    public void What_is_no_record_is_not_put_there()
    {
        Assert.Throws<ArgumentException>(() => _world.Home.AddEvent("[]"));
        Assert.Throws<ArgumentException>(() => _world.Home.AddEvent("{"));
        Assert.Throws<ArgumentException>(() => _world.Home.AddEvent("""{"eventTime":"once"}"""));
    }

    private static JsonArray One(string key, string value) => [new JsonObject { ["AttributeKey"] = key, ["AttributeValue"] = value }];

    private static IReadOnlyList<string> Ids(JsonNode answer) =>
        [.. answer["Events"]!.AsArray().Select(static e => (string)e!["EventId"]!)];

    private static string Record(string id, string time, string user) => new JsonObject
    {
        ["eventID"] = id,
        ["eventTime"] = time,
        ["eventSource"] = "ec2.amazonaws.com",
        ["eventName"] = "DescribeInstances",
        ["readOnly"] = true,
        ["userIdentity"] = new JsonObject { ["type"] = "IAMUser", ["userName"] = user, ["accessKeyId"] = "AKIAIOSFODNN7EXAMPLE" },
    }.ToJsonString();

    private async Task<JsonNode> LookupAsync(JsonObject body)
    {
        var answer = await _client.JsonAsync("cloudtrail", Target, body.ToJsonString());
        answer.IsOk();
        return answer.Json;
    }
}
