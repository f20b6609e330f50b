using System.Runtime.CompilerServices;
using Responder.Aws;
using Responder.Vocabulary;

namespace Responder.Cli.Doctor.Checks;

/// <summary>Somebody receives the pages: the topic has a confirmed subscription, and none that is still pending.</summary>
internal sealed class Subscriptions : ICheck
{
    public string Name => "subscriptions";

    public IReadOnlyList<string> Concerns => [];

    public async IAsyncEnumerable<CheckResult> RunAsync(
        Installation installation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string Operation = "ListSubscriptionsByTopic";
        if (!(await installation.ResourcesAsync()).TryGetValue("AlertTopic", out var topic))
        {
            yield return new CheckResult(Name, "AlertTopic", CheckOutcome.Fail, "ListStackResources: no AlertTopic")
            {
                Mend = Shell.Command("sam deploy", ("--stack-name", installation.Stack)).ToString(),
            };
            yield break;
        }

        var (confirmed, pending) = (0, 0);
        string? token = null;
        do
        {
            var parameters = new Dictionary<string, string> { ["TopicArn"] = topic.Name };
            if (token is not null) parameters["NextToken"] = token;
            var answer = await installation.Call(AwsService.Sns).QueryAsync(Operation, parameters, cancellationToken);
            foreach (var subscription in Answer.Items(Answer.Element(answer, "Subscriptions", Operation)))
            {
                var arn = Answer.Child(subscription, "SubscriptionArn")
                    ?? throw new UnreadableAnswerException($"{Operation}: a subscription without ARN");
                if (arn.StartsWith("arn:", StringComparison.Ordinal)) confirmed++;
                else if (arn == "PendingConfirmation") pending++;
            }

            var next = Answer.Find(answer, "NextToken")?.Value;
            if (next is not null && next == token) throw new UnreadableAnswerException($"{Operation}: the service repeats its NextToken");
            token = next;
        }
        while (token is { Length: > 0 });

        var rests = $"{Operation}: {confirmed} confirmed, {pending} PendingConfirmation";
        if (confirmed > 0 && pending == 0) yield return new CheckResult(Name, topic.Name, CheckOutcome.Pass, rests);
        else if (pending > 0)
            yield return new CheckResult(Name, topic.Name, CheckOutcome.Fail, rests)
            {
                Mend = "confirm by the link that SNS sent, or take the subscription away",
            };
        else yield return new CheckResult(Name, topic.Name, CheckOutcome.Fail, rests)
        {
            Mend = Shell.Command(
                "aws sns subscribe", ("--topic-arn", topic.Name), ("--protocol", "email"),
                ("--notification-endpoint", "ADDRESS")).ToString(),
        };
    }
}
