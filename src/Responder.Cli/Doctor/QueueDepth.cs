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

    /// <summary>The command that gives the letters of a queue back to the functions.</summary>
    public static string Redrive(Installation installation, string url) => Shell.Command(
        "responder redrive", ("--stack", installation.Stack), ("--region", installation.Region), CommandPart.Fixed("--queue", url))
            .ToString();

    private static long CountOf(XElement answer, string attribute)
    {
        var found = answer.Descendants().FirstOrDefault(e => e.Name.LocalName == "Attribute" && Answer.Child(e, "Name") == attribute);
        return found is not null
            && long.TryParse(Answer.Child(found, "Value"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new UnreadableAnswerException($"GetQueueAttributes: the answer has no {attribute}");
    }
}
