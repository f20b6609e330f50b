using System.Globalization;
using System.Xml.Linq;
using Responder.Aws;
using Responder.Cli.Doctor;
using Responder.Logs;

namespace Responder.Cli.Redrive;

/// <summary>A dead-letter queue. Reading it hides its letters for a while and takes nothing out of it.</summary>
/// <param name="sqs">Calls in the queue's own region.</param>
internal sealed class LetterQueue(AwsCall sqs, string url)
{
    /// <summary>The most letters that one run takes on; the others wait for the next one.</summary>
    public const int Most = 1000;

    private const int Batch = 10;

    /// <summary>Seconds. Time enough to read what would be done and to answer; a letter that a run leaves behind comes back then.</summary>
    private const string Hidden = "600";

    private readonly Dictionary<string, Letter> _letters = new(StringComparer.Ordinal);

    public string Name { get; } = url[(url.TrimEnd('/').LastIndexOf('/') + 1)..].TrimEnd('/');

    /// <summary>The letters that were read and are not deleted.</summary>
    public IEnumerable<Letter> Letters => _letters.Values;

    /// <summary>True: there were more letters than one run takes on.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The region in a queue's URL; null: the URL does not say it.</summary>
    /// <exception cref="UsageException">The text is not the URL of a queue.</exception>
    public static string? RegionOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https")
            || parsed.AbsolutePath.Trim('/').Split('/').Length < 2)
            throw new UsageException("--queue: expected the URL of a queue, https://sqs.REGION.amazonaws.com/ACCOUNT/NAME");
        return parsed.Host.Split('.') is ["sqs", var region, "amazonaws", "com", ..] ? region : null;
    }

    /// <summary>Reads until the queue has nothing more to show. It asks with a wait, because only then does every server look.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string>
        {
            ["QueueUrl"] = url,
            ["MaxNumberOfMessages"] = Batch.ToString(CultureInfo.InvariantCulture),
            ["VisibilityTimeout"] = Hidden,
            ["WaitTimeSeconds"] = "1",
            ["MessageAttributeName.1"] = "All",
        };
        while (_letters.Count < Most)
        {
            var known = _letters.Count;
            var answer = await sqs.QueryAsync("ReceiveMessage", parameters, cancellationToken);
            foreach (var message in answer.Descendants().Where(static e => e.Name.LocalName == "Message"))
            {
                var letter = Read(message);
                _letters[letter.Id] = letter;
            }

            // Nothing, or only letters that came back while this was reading.
            if (_letters.Count == known) return;
        }

        HasMore = true;
    }

    public async Task DeleteAsync(Letter letter, CancellationToken cancellationToken)
    {
        await sqs.QueryAsync(
            "DeleteMessage", new Dictionary<string, string> { ["QueueUrl"] = url, ["ReceiptHandle"] = letter.Receipt }, cancellationToken);
        _letters.Remove(letter.Id);
    }

    /// <summary>Makes the letters that are left visible at once, so that the next run sees them.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        foreach (var batch in _letters.Values.Chunk(Batch))
        {
            var parameters = new Dictionary<string, string> { ["QueueUrl"] = url };
            for (var i = 0; i < batch.Length; i++)
            {
                var entry = FormattableString.Invariant($"ChangeMessageVisibilityBatchRequestEntry.{i + 1}.");
                parameters[entry + "Id"] = i.ToString(CultureInfo.InvariantCulture);
                parameters[entry + "ReceiptHandle"] = batch[i].Receipt;
                parameters[entry + "VisibilityTimeout"] = "0";
            }

            await sqs.QueryAsync("ChangeMessageVisibilityBatch", parameters, cancellationToken);
        }
    }

    private Letter Read(XElement message)
    {
        const string Operation = "ReceiveMessage";
        var attributes = message.Elements().Where(static e => e.Name.LocalName == "MessageAttribute").ToLookup(
            static e => Answer.Child(e, "Name") ?? "",
            static e => e.Elements().FirstOrDefault(static v => v.Name.LocalName == "Value") is { } value
                ? Answer.Child(value, "StringValue")
                : null);
        // EventBridge writes the names in capitals, Lambda does not.
        var error = (string?[])[
            attributes["ERROR_CODE"].FirstOrDefault(), attributes["ERROR_MESSAGE"].FirstOrDefault(),
            attributes["ErrorMessage"].FirstOrDefault()];
        return new Letter(
            Name,
            Answer.Child(message, "MessageId") ?? throw new UnreadableAnswerException($"{Operation}: a message without MessageId"),
            Answer.Child(message, "ReceiptHandle") ?? throw new UnreadableAnswerException($"{Operation}: a message without ReceiptHandle"),
            Answer.Child(message, "Body") ?? throw new UnreadableAnswerException($"{Operation}: a message without Body"),
            attributes["TARGET_ARN"].FirstOrDefault(),
            string.Join(": ", error.Where(static part => !string.IsNullOrEmpty(part))) is { Length: > 0 } text ? text : null);
    }
}
