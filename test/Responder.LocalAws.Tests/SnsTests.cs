using System.Globalization;
using System.Net;
using Responder.LocalAws.State;

namespace Responder.LocalAws.Tests;

public sealed class SnsTests : IAsyncLifetime
{
    private const string Topic = "arn:aws:sns:us-east-1:123456789012:alerts";

    private readonly World _world = new("123456789012");
    private LocalAwsEndpoint _endpoint = null!;
    private WireClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _world.Home.EnsureTopic("alerts");
        _endpoint = await LocalAwsEndpoint.StartAsync(_world);
        _client = new WireClient(_endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _endpoint.DisposeAsync();
    }

    private Task<Answer> PublishAsync(string message, params (string, string)[] more) =>
        _client.SnsAsync("Publish", [("TopicArn", Topic), ("Message", message), .. more]);

    [Fact]
    public async Task Published_message_is_kept_with_everything()
    {
        var answer = await PublishAsync(
            """{"default":"text","sms":"short"}""",
            ("Subject", "[CRITICAL] something happened"),
            ("MessageStructure", "json"),
            ("MessageAttributes.entry.1.Name", "severity"),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", "CRITICAL"));
        answer.IsOk();
        var message = Assert.Single(_world.Messages);
        Assert.Equal((answer["MessageId"], Topic, "[CRITICAL] something happened"), (message.MessageId, message.Target, message.Subject));
        Assert.Equal(answer.RequestId, message.RequestId);
        Assert.Equal(new SnsAttribute("String", "CRITICAL"), message.Attributes["severity"]);
        Assert.Equal(("short", "text"), (message.For("sms"), message.For("email")));
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("carriage\rreturn")]
    [InlineData("tab\there")]
    [InlineData("bell\u0007")]
    [InlineData(" begins with a space")]
    [InlineData("Müller")]
    [InlineData("bidi\u202Eoverride")]
    [InlineData("")]
    public async Task Subject_must_be_one_line_of_printable_ascii(string subject)
    {
        var answer = await PublishAsync("x", ("Subject", subject));
        answer.Is(HttpStatusCode.BadRequest, "InvalidParameter");
        Assert.Equal("Invalid parameter: Subject", answer.Message);
        Assert.Empty(_world.Messages);
    }

    [Fact]
    public async Task Subject_has_less_than_100_characters()
    {
        (await PublishAsync("x", ("Subject", new string('s', 99)))).IsOk();
        (await PublishAsync("x", ("Subject", new string('s', 100)))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
    }

    [Fact]
    public async Task Message_has_at_most_262144_bytes_with_its_attributes()
    {
        (await PublishAsync(new string('m', 262_144))).IsOk();
        (await PublishAsync(new string('m', 262_145))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
        (await PublishAsync(new string('ü', 131_073))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
        (await PublishAsync(
            new string('m', 262_140),
            ("MessageAttributes.entry.1.Name", "a"),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", "b"))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
        Assert.Single(_world.Messages);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"sms":"no default"}""")]
    [InlineData("""{"default":{"not":"text"}}""")]
    public async Task Structured_message_needs_json_with_a_default(string message) =>
        (await PublishAsync(message, ("MessageStructure", "json"))).Is(HttpStatusCode.BadRequest, "InvalidParameter");

    [Theory]
    [InlineData("severity", "", "HIGH")]
    [InlineData("severity", "Text", "HIGH")]
    [InlineData("severity", "String", "")]
    [InlineData("count", "Number", "many")]
    [InlineData("two words", "String", "x")]
    [InlineData("AWS.thing", "String", "x")]
    public async Task Message_attributes_are_checked(string name, string type, string value) =>
        (await PublishAsync(
            "x",
            ("MessageAttributes.entry.1.Name", name),
            ("MessageAttributes.entry.1.Value.DataType", type),
            ("MessageAttributes.entry.1.Value.StringValue", value))).Is(HttpStatusCode.BadRequest, "ParameterValueInvalid");

    [Theory]
    [InlineData("arn:aws:sns:us-east-1:123456789012:none", HttpStatusCode.NotFound, "NotFound")]
    [InlineData("arn:aws:sns:eu-west-1:123456789012:alerts", HttpStatusCode.BadRequest, "InvalidParameter")]
    [InlineData("arn:aws:sns:us-east-1:210987654321:alerts", HttpStatusCode.Forbidden, "AuthorizationError")]
    [InlineData("alerts", HttpStatusCode.BadRequest, "InvalidParameter")]
    [InlineData("", HttpStatusCode.BadRequest, "InvalidParameter")]
    public async Task Topic_must_exist_here(string topic, HttpStatusCode status, string code) =>
        (await _client.SnsAsync("Publish", ("TopicArn", topic), ("Message", "x"))).Is(status, code);

    [Fact]
    public async Task Message_and_target_are_required()
    {
        (await PublishAsync("")).Is(HttpStatusCode.BadRequest, "InvalidParameter");
        (await _client.SnsAsync("Publish", ("Message", "x"))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
        (await _client.SnsAsync("Publish", ("TopicArn", Topic))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
    }

    [Fact]
    public async Task Topics_and_subscriptions_are_made_listed_and_deleted()
    {
        var arn = (await _client.SnsAsync("CreateTopic", ("Name", "pages")))["TopicArn"];
        Assert.Equal(arn, (await _client.SnsAsync("CreateTopic", ("Name", "pages")))["TopicArn"]);
        (await _client.SnsAsync("CreateTopic", ("Name", "no blanks"))).Is(HttpStatusCode.BadRequest, "InvalidParameter");
        Assert.Equal([Topic, arn], (await _client.SnsAsync("ListTopics")).All("TopicArn"));
        Assert.Equal(
            "pending confirmation",
            (await _client.SnsAsync("Subscribe", ("TopicArn", arn), ("Protocol", "email"), ("Endpoint", "oncall@example.com")))[
                "SubscriptionArn"]);
        Assert.StartsWith(
            arn, (await _client.SnsAsync(
                "Subscribe", ("TopicArn", arn), ("Protocol", "sqs"), ("Endpoint", "arn:aws:sqs:us-east-1:123456789012:q")))[
                    "SubscriptionArn"]);
        (await _client.SnsAsync("Subscribe", ("TopicArn", arn), ("Protocol", "pigeon"), ("Endpoint", "loft")))
            .Is(HttpStatusCode.BadRequest, "InvalidParameter");
        Assert.Equal(["email", "sqs"], (await _client.SnsAsync("ListSubscriptionsByTopic", ("TopicArn", arn))).All("Protocol").Order());
        var attributes = await _client.SnsAsync("GetTopicAttributes", ("TopicArn", arn));
        Assert.Equal("1", attributes.All("value")[attributes.All("key").ToList().IndexOf("SubscriptionsPending")]);
        (await _client.SnsAsync("DeleteTopic", ("TopicArn", arn))).IsOk();
        (await _client.SnsAsync("DeleteTopic", ("TopicArn", arn))).IsOk();
        (await _client.SnsAsync("GetTopicAttributes", ("TopicArn", arn))).Is(HttpStatusCode.NotFound, "NotFound");
    }

    [Fact]
    public async Task Topics_are_listed_in_pages_of_100()
    {
        for (var i = 0; i < 150; i++)
            _world.Home.EnsureTopic("t" + i.ToString(CultureInfo.InvariantCulture));
        var first = await _client.SnsAsync("ListTopics");
        var second = await _client.SnsAsync("ListTopics", ("NextToken", first["NextToken"]));
        Assert.Equal((100, 51), (first.All("TopicArn").Count, second.All("TopicArn").Count));
    }
}
