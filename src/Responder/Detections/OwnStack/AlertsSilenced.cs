using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

internal sealed class AlertsSilenced : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("sns", "DeleteTopic", "Topic of the responder deleted", Severity.Critical),
        new("sns", "Unsubscribe", "Somebody no longer gets the responder's pages", Severity.Critical),
        new("sns", "RemovePermission", "Topic of the responder takes no more messages", Severity.Critical),
        new("sqs", "DeleteQueue", "Dead-letter queue of the responder deleted", Severity.Critical),
        new("sqs", "PurgeQueue", "Dead-letter queue of the responder emptied", Severity.Critical),
        new("sqs", "RemovePermission", "Dead-letter queue of the responder takes no more events", Severity.Critical),
        new("monitoring", "DeleteAlarms", "Alarm of the responder deleted", Severity.Critical),
        new("monitoring", "DisableAlarmActions", "Alarm of the responder silenced", Severity.Critical),
        new("monitoring", "DeleteInsightRules", "Rule that counts bursts for the responder deleted", Severity.Critical),
        new("monitoring", "DisableInsightRules", "Rule that counts bursts for the responder disabled", Severity.Critical),
        new("logs", "DeleteMetricFilter", "Metric filter of the responder deleted", Severity.Critical),
        new("logs", "DeleteLogGroup", "Log group of the responder deleted", Severity.Critical),
        new("logs", "DeleteLogStream", "Log stream of the responder deleted", Severity.Critical),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.alerts-silenced",
        Title = "Pages, alarms or logs of the responder removed",
        Description = "A topic, subscription, dead-letter queue, alarm or log group of the responder was removed: it still runs, but what "
            + "it finds reaches nobody, or what "
            + "went wrong leaves no trace.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1070"],
        Controls = ["cis:4.9", "pci-dss:10.7.2", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Who is still subscribed: aws sns list-subscriptions-by-topic",
                "Incident records since the call: aws ssm get-parameters-by-path --path /security/incidents --recursive"],
            Do: ["Deploy the stack again and confirm the subscriptions", "Cut off {actor} until it has explained itself"],
            BenignCauses: ["Somebody on call left the team and unsubscribed", "An engineer emptied the queue after redriving it"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var ours = StackNames.OursAmong(e, e.EventSource switch
        {
            "sns.amazonaws.com" => ["topicArn", "subscriptionArn"],
            "sqs.amazonaws.com" => ["queueUrl"],
            "monitoring.amazonaws.com" => ["alarmNames", "ruleNames"],
            _ when e.EventName == "DeleteMetricFilter" => ["filterName"],
            _ => ["logGroupName", "logGroupIdentifier"],
        });
        if (ours is not null && CallTable.Find(Info, s_calls, e, ours) is { } finding) yield return finding;
    }
}
