using System.Security;
using System.Text.Json.Nodes;
using Responder.Cli.Tests.Aws;
using Responder.Cli.Tests.Doctor;

namespace Responder.Cli.Tests.Redrive;

/// <summary>
/// An account with letters in its queues: SQS hands out what is visible and hides it, and Lambda accepts what it gets, unless a test says
/// otherwise.
/// </summary>
internal sealed class LetterBoxes
{
    public const string Functions = "https://sqs.us-east-1.amazonaws.com/123456789012/function-letters";
    public const string Rules = "https://sqs.us-east-1.amazonaws.com/123456789012/rule-letters";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Letter>> _queues = new(StringComparer.Ordinal) { [Functions] = [], [Rules] = [] };
    private readonly ScriptedAccount _account = new();
    private int _count;

    public LetterBoxes()
    {
        _account.Answer("ReceiveMessage", Receive).Answer("DeleteMessage", Delete).Answer("ChangeMessageVisibilityBatch", Show)
            .Answer("Invoke", Invoke);
    }

    /// <summary>What the functions got: name, and the event.</summary>
    public List<(string Function, string Payload)> Given { get; } = [];

    /// <summary>What Lambda answers instead of 202; gets the payload; null: 202.</summary>
    public Func<string, WireReply?> Refuse { get; set; } = static _ => null;

    /// <summary>True: SQS deletes nothing.</summary>
    public bool KeepsAll { get; set; }

    /// <summary>Bodies of the letters in a queue that anybody could receive now.</summary>
    public IReadOnlyList<string> Visible(string queue) =>
        [.. _queues[queue].Where(static l => !l.Hidden).Select(static l => l.Body)];

    public void Put(string queue, string body, params (string Name, string Value)[] attributes)
    {
        if (!_queues.TryGetValue(queue, out var letters)) _queues[queue] = letters = [];
        letters.Add(new Letter((++_count).ToString(System.Globalization.CultureInfo.InvariantCulture), body, attributes));
    }

    public ScriptedAccount Account => _account;

    private WireReply Receive(JsonNode? input)
    {
        // The maximum that SQS accepts; its absence would mean one.
        Assert.Equal("10", (string?)input!["MaxNumberOfMessages"]);
        lock (_gate)
        {
            var batch = _queues[(string)input["QueueUrl"]!].Where(static l => !l.Hidden).Take(10).ToList();
            foreach (var letter in batch) letter.Hidden = true;
            return WireReply.Xml(ScriptedAccount.Result("ReceiveMessage", string.Concat(batch.Select(static l =>
                $"<Message><MessageId>m{l.Id}</MessageId><ReceiptHandle>r{l.Id}</ReceiptHandle>"
                + $"<Body>{SecurityElement.Escape(l.Body)}</Body>"
                + string.Concat(l.Attributes.Select(static a => $"<MessageAttribute><Name>{a.Name}</Name><Value>"
                    + $"<StringValue>{a.Value}</StringValue><DataType>String</DataType></Value></MessageAttribute>")) + "</Message>"))));
        }
    }

    private WireReply Delete(JsonNode? input)
    {
        if (KeepsAll)
            return WireReply.Xml("<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", 403);
        lock (_gate) Assert.Equal(1, _queues[(string)input!["QueueUrl"]!].RemoveAll(l => "r" + l.Id == (string?)input["ReceiptHandle"]));
        return WireReply.Xml("<DeleteMessageResponse/>");
    }

    private WireReply Show(JsonNode? input)
    {
        lock (_gate)
        {
            foreach (var (name, value) in input!.AsObject().Where(static m => m.Key.EndsWith("ReceiptHandle", StringComparison.Ordinal)))
            {
                Assert.Equal("0", (string?)input[name.Replace("ReceiptHandle", "VisibilityTimeout", StringComparison.Ordinal)]);
                _queues[(string)input["QueueUrl"]!].Single(l => "r" + l.Id == (string?)value).Hidden = false;
            }
        }

        return WireReply.Xml(ScriptedAccount.Result("ChangeMessageVisibilityBatch", ""));
    }

    private WireReply Invoke(JsonNode? input)
    {
        Assert.Equal("Event", (string?)input!["Type"]);
        var payload = (string)input["Payload"]!;
        if (Refuse(payload) is { } refusal) return refusal;
        lock (_gate) Given.Add((((string)input["Path"]!).Split('/')[3], payload));
        return new WireReply(202, "", []);
    }

    private sealed record Letter(string Id, string Body, (string Name, string Value)[] Attributes)
    {
        public bool Hidden { get; set; }
    }
}
