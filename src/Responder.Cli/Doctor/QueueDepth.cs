using System.Globalization;
using System.Xml.Linq;
using Responder.Aws;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor;

/// <summary>How many messages are in a queue, including those in flight.</summary>
internal static class QueueDepth
{
    private static readonly string[] s_attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

    public static async Task<long> OfAsync(AwsCall sqs, string url, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string> { ["QueueUrl"] = url };
        for (var i = 0; i < s_attributes.Length; i++)
            parameters["AttributeName." + (i + 1).ToString(CultureInfo.InvariantCulture)] = s_attributes[i];
        var answer = await sqs.QueryAsync("GetQueueAttributes", parameters, cancellationToken);
        return s_attributes.Sum(name => CountOf(answer, name));
    }

    public static string Receive(string url, string? region = null) =>
        Shell.Command(
            ["aws", "sqs", "receive-message", "--queue-url", url, .. region is null ? (string[])[] : ["--region", region],
                "--max-number-of-messages", "10", "--message-attribute-names", "All"]) + " (then docs/deploy.md, \"Dead letters\")";

    private static long CountOf(XElement answer, string attribute)
    {
        var found = answer.Descendants().FirstOrDefault(e => e.Name.LocalName == "Attribute" && Answer.Child(e, "Name") == attribute);
        return found is not null
            && long.TryParse(Answer.Child(found, "Value"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new UnreadableAnswerException($"GetQueueAttributes: the answer has no {attribute}");
    }
}
