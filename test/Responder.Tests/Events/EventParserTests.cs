using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Responder.Events;

namespace Responder.Tests.Events;

public class EventParserTests
{
    [Fact]
    public void Bare_record_is_read()
    {
        var e = EventBuilder.Of("iam.amazonaws.com", "CreateUser");
        Assert.Null(e.Envelope);
        Assert.True(e.Is("iam.amazonaws.com", "CreateUser"));
        Assert.Equal(EventBuilder.Account, e.AccountId);
        Assert.Equal(new DateTimeOffset(2026, 6, 8, 14, 32, 15, TimeSpan.Zero), e.EventTime);
    }

    [Fact]
    public void EventBridge_event_is_read_with_its_envelope()
    {
        var e = Envelope(EventBuilder.Json("iam.amazonaws.com", "CreateUser").ToJsonString());
        Assert.Equal("AWS API Call via CloudTrail", e.Envelope!.DetailType);
        Assert.Equal("aws.iam", e.Envelope.Source);
        Assert.Equal(new DateTimeOffset(2026, 6, 8, 14, 32, 20, TimeSpan.Zero), e.Envelope.Time);
        Assert.Equal("CreateUser", e.EventName);
    }

    [Fact]
    public void Envelope_fills_in_what_the_record_lacks()
    {
        var record = EventBuilder.Json("iam.amazonaws.com", "CreateUser");
        foreach (var field in (string[])["eventTime", "awsRegion", "recipientAccountId"]) record.Remove(field);
        var e = Envelope(record.ToJsonString());
        Assert.Equal("us-east-1", e.Region);
        Assert.Equal("210987654321", e.AccountId);
        Assert.Equal(e.Envelope!.Time, e.EventTime);
    }

    [Fact]
    public void Record_written_as_a_string_is_read()
    {
        var e = Envelope(JsonSerializer.Serialize(EventBuilder.Json("iam.amazonaws.com", "CreateUser").ToJsonString()));
        Assert.Equal("CreateUser", e.EventName);
    }

    private static CloudTrailEvent Parsed(JsonNode record) => EventParser.Parse(Encoding.UTF8.GetBytes(record.ToJsonString())).Event!;

    [Theory]
    [InlineData("IAM.AMAZONAWS.COM")]
    [InlineData("Iam.amazonaws.com")]
    public void A_source_in_another_case_is_the_same_source(string source)
    {
        var e = EventBuilder.Of(source, "CreateUser");
        Assert.True(e.Is("iam.amazonaws.com", "CreateUser"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Members_in_another_case_are_the_same_members(bool upper)
    {
        string Cased(string name) => upper ? name.ToUpperInvariant() : char.ToUpperInvariant(name[0]) + name[1..];
        JsonNode? All(JsonNode? node) => node switch
        {
            JsonObject members => new JsonObject(members.Select(m => KeyValuePair.Create(Cased(m.Key), All(m.Value)))),
            JsonArray items => new JsonArray([.. items.Select(All)]),
            _ => node?.DeepClone(),
        };
        var record = EventBuilder.Json("iam.amazonaws.com", "CreateUser");
        record["requestParameters"] = new JsonObject { ["userName"] = "bob" };
        var (proper, other) = (Parsed(record), Parsed(All(record)!));
        Assert.Equal(
            (proper.EventSource, proper.EventName, proper.EventId, proper.EventTime, proper.AccountId, proper.Actor.Arn, "bob"),
            (other.EventSource, other.EventName, other.EventId, other.EventTime, other.AccountId, other.Actor.Arn,
                other.Request["userName"].Text));
    }

    [Theory]
    [InlineData("3a2f7c1e-0000-4000-8000-000000000001", true)]
    [InlineData("3A2F7C1E-0000-4000-8000-000000000001", true)]
    [InlineData("<eventId>", false)]
    [InlineData("EXAMPLE-1234", false)]
    [InlineData("00000000-0000-0000-0000-000000000000", false)]
    [InlineData("", false)]
    public void An_id_that_CloudTrail_did_not_give_tells_no_event_from_another(string id, bool isGenuine)
    {
        CloudTrailEvent Of(string name)
        {
            var record = EventBuilder.Json("iam.amazonaws.com", name);
            record["eventID"] = id;
            return Parsed(record);
        }

        var (one, other) = (Of("CreateUser"), Of("DeleteUser"));
        Assert.Equal((isGenuine, isGenuine), (one.HasGenuineId, one.CopyKey == other.CopyKey));
        Assert.Equal(one.CopyKey, one.UnderOwnKey().IncidentId);
        Assert.Equal(id.Length > 0 ? id : one.CopyKey, one.IncidentId);
    }

    [Theory]
    [InlineData("[]", "event is an array")]
    [InlineData("null", "event is null")]
    [InlineData("\"x\"", "event is a string")]
    [InlineData("7", "event is a number")]
    [InlineData("true", "event is a boolean")]
    [InlineData("{}", "eventSource is missing")]
    [InlineData("""{"eventSource":"iam.amazonaws.com"}""", "eventName is missing")]
    [InlineData("""{"eventSource":null,"eventName":"CreateUser"}""", "eventSource is null")]
    [InlineData("""{"eventSource":7,"eventName":"CreateUser"}""", "eventSource is a number")]
    [InlineData("""{"eventSource":"","eventName":"CreateUser"}""", "eventSource is a string")]
    [InlineData("""{"detail-type":"AWS API Call via CloudTrail"}""", "detail is missing")]
    [InlineData("""{"detail":null}""", "detail is null")]
    [InlineData("""{"detail":[]}""", "detail is an array")]
    [InlineData("""{"detail":{"eventSource":"iam.amazonaws.com","eventName":{}}}""", "detail.eventName is an object")]
    [InlineData("""{"eventCategory":"Insight","insightDetails":3}""", "insightDetails is a number")]
    public void Malformed_event_is_an_error_that_says_what_and_where(string json, string error)
    {
        var parsed = EventParser.Parse(Encoding.UTF8.GetBytes(json));
        Assert.Null(parsed.Event);
        Assert.StartsWith(error + ": expected", parsed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"eventSource\":\"iam.amazonaws.com\",}")]
    [InlineData("{} {}")]
    public void Invalid_JSON_is_an_error_that_says_the_line(string json)
    {
        Assert.StartsWith(
            "not valid JSON at line 1, byte ", EventParser.Parse(Encoding.UTF8.GetBytes(json)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_holds_no_value_of_the_event()
    {
        var parsed = EventParser.Parse("""{"eventSource":["secret-value"],"eventName":"CreateUser"}"""u8.ToArray());
        Assert.DoesNotContain("secret-value", parsed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Event_beyond_what_EventBridge_delivers_is_refused_with_its_size()
    {
        var json = $$"""{"eventSource":"iam.amazonaws.com","eventName":"CreateUser","pad":"{{new string('x', 2 * 1024 * 1024)}}"}""";
        Assert.Contains("event is 20", EventParser.Parse(Encoding.UTF8.GetBytes(json)).Error, StringComparison.Ordinal);
        Assert.Contains("event is 20", EventParser.Parse(JsonDocument.Parse(json).RootElement).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Nesting_beyond_reason_is_malformed()
    {
        var json = "{\"detail\":" + string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000)) + "}";
        Assert.StartsWith("not valid JSON", EventParser.Parse(Encoding.UTF8.GetBytes(json)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Undefined_element_is_malformed_and_no_crash() =>
        Assert.Equal("event is missing: expected a JSON object", EventParser.Parse(default(JsonElement)).Error);

    [Fact]
    public void Event_outlives_the_document_it_was_read_from()
    {
        var bytes = Encoding.UTF8.GetBytes(EventBuilder.Json("iam.amazonaws.com", "CreateUser").ToJsonString());
        var e = EventParser.Parse(bytes).Event!;
        Array.Clear(bytes);
        Assert.Equal("CreateUser", e.Record["eventName"].Text);
    }

    private static CloudTrailEvent Envelope(string detail) => EventBuilder.Parse($$"""
        {"version":"0","id":"7bf73129-1428-4cd3-a780-95db273d1602","detail-type":"AWS API Call via CloudTrail","source":"aws.iam",
         "account":"210987654321","time":"2026-06-08T14:32:20Z","region":"us-east-1","resources":[],"detail":{{detail}}}
        """);
}
