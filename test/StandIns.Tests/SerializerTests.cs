using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.CloudWatchEvents;
using Amazon.Lambda.Serialization.SystemTextJson;
using Amazon.Lambda.TestUtilities;

namespace StandIns.Tests;

public class SerializerTests
{
    private const string Event =
        """
        {"version":"0","id":"e-1","detail-type":"AWS API Call via CloudTrail","source":"aws.iam","account":"123456789012",
         "time":"2026-01-02T03:04:05Z","region":"us-east-1","resources":["r"],"detail":{"eventName":"AttachUserPolicy"},"unknown":{}}
        """;

    private readonly SourceGeneratorLambdaJsonSerializer<EventContext> _serializer = new();

    [Fact]
    public void An_EventBridge_event_is_read_whole()
    {
        var read = Read<CloudWatchEvent<JsonElement>>(Event);
        Assert.Equal(
            ("0", "e-1", "AWS API Call via CloudTrail", "aws.iam", "123456789012", new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
                "us-east-1", "r", "AttachUserPolicy"),
            (read.Version, read.Id, read.DetailType, read.Source, read.Account, read.Time, read.Region, read.Resources.Single(),
                read.Detail.GetProperty("eventName").GetString()));
    }

    [Theory]
    [InlineData("1767323045")]
    [InlineData("1767323045000")]
    [InlineData("\"2026-01-02T03:04:05Z\"")]
    public void Times_are_read_from_text_seconds_and_milliseconds(string time) =>
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Read<CloudWatchEvent<JsonElement>>($$"""{"time":{{time}}}""").Time);

    [Fact]
    public void A_stream_that_is_no_memory_is_read_too()
    {
        using var stream = new BufferedStream(new MemoryStream(Encoding.UTF8.GetBytes(Event)));
        Assert.Equal("e-1", _serializer.Deserialize<CloudWatchEvent<JsonElement>>(stream).Id);
    }

    [Fact]
    public void Nulls_are_not_written_and_text_is_not_escaped_beyond_need()
    {
        using var stream = new MemoryStream();
        _serializer.Serialize(new Greeting("a<b>ü"), stream);
        _serializer.Serialize(new Greeting(null), stream);
        Assert.Equal("""{"Text":"a<b>ü"}{}""", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"detail\":")]
    [InlineData("[]")]
    [InlineData("{\"time\":\"yesterday\"}")]
    public void What_cannot_be_read_names_the_type_and_the_reason(string json)
    {
        var exception = Assert.Throws<JsonSerializerException>(() => Read<CloudWatchEvent<JsonElement>>(json));
        Assert.Contains("CloudWatchEvent", exception.Message);
        Assert.IsAssignableFrom<JsonException>(exception.InnerException);
    }

    [Fact]
    public void A_type_that_the_context_does_not_know_is_named()
    {
        var exception = Assert.Throws<JsonSerializerException>(() => Read<Version>("{}"));
        Assert.Contains("No JsonTypeInfo registered", exception.Message);
    }

    [Fact]
    public void The_customizer_has_the_last_word()
    {
        var serializer = new SourceGeneratorLambdaJsonSerializer<EventContext>(
            options => options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase);
        using var stream = new MemoryStream();
        serializer.Serialize(new Greeting("a"), stream);
        Assert.Equal("""{"text":"a"}""", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void The_test_context_keeps_what_was_logged()
    {
        var context = new TestLambdaContext { AwsRequestId = "id-1", RemainingTime = TimeSpan.FromSeconds(9) };
        Amazon.Lambda.Core.ILambdaContext seen = context;
        seen.Logger.LogWarning("careful");
        Assert.Equal("careful" + Environment.NewLine, ((TestLambdaLogger)context.Logger).Buffer.ToString());
        Assert.Equal(("id-1", TimeSpan.FromSeconds(9)), (seen.AwsRequestId, seen.RemainingTime));
    }

    private T Read<T>(string json) => _serializer.Deserialize<T>(new MemoryStream(Encoding.UTF8.GetBytes(json)));
}

[JsonSerializable(typeof(CloudWatchEvent<JsonElement>))]
[JsonSerializable(typeof(Greeting))]
internal sealed partial class EventContext : JsonSerializerContext;
