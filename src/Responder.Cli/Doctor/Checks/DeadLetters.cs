using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Responder.Aws;
using Responder.Detections;

namespace Responder.Cli.Doctor.Checks;

/// <summary>No event waits in a dead-letter queue.</summary>
internal sealed class DeadLetters : ICheck
{
    private static readonly string[] s_attributes = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"];

    public string Name => "dead-letters";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var resources = await installation.ResourcesAsync();
        foreach (var id in (string[])["FunctionDeadLetters", "RuleDeadLetters"])
        {
            CheckResult result;
            try
            {
                result = resources.TryGetValue(id, out var queue)
                    ? await JudgeAsync(installation, id, queue.Name, cancellationToken)
                    : new CheckResult(Name, id, Verdict.Fail, "ListStackResources: no such queue in the stack") { Mend = Shell.Command("sam", "deploy", "--stack-name", installation.Stack) };
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && Examination.IsUnreadable(e))
            {
                result = Examination.Unknown(this, id, e);
            }

            yield return result;
        }
    }

    private async Task<CheckResult> JudgeAsync(Installation installation, string id, string url, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, string> { ["QueueUrl"] = url };
        for (var i = 0; i < s_attributes.Length; i++) parameters["AttributeName." + (i + 1).ToString(CultureInfo.InvariantCulture)] = s_attributes[i];
        var answer = await installation.Call(AwsService.Sqs).QueryAsync("GetQueueAttributes", parameters, cancellationToken);
        var waiting = s_attributes.Sum(name => CountOf(answer, name));
        var rests = $"GetQueueAttributes: about {waiting} messages";
        return waiting == 0
            ? new CheckResult(Name, id, Verdict.Pass, rests)
            : new CheckResult(Name, id, Verdict.Fail, rests)
            {
                Mend = Shell.Command("aws", "sqs", "receive-message", "--queue-url", url, "--max-number-of-messages", "10", "--message-attribute-names", "All") + " (then docs/deploy.md, \"Dead letters\")",
            };
    }

    private static long CountOf(XElement answer, string attribute)
    {
        var found = answer.Descendants().FirstOrDefault(e => e.Name.LocalName == "Attribute" && Answer.Child(e, "Name") == attribute);
        return found is not null && long.TryParse(Answer.Child(found, "Value"), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? count
            : throw new UnreadableAnswerException($"GetQueueAttributes: the answer has no {attribute}");
    }
}
