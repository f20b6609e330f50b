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
        new("sns", "PutDataProtectionPolicy", "Topic of the responder may block or mask its pages", Severity.Critical,
            static e => CallTable.Unread(e) || !string.IsNullOrWhiteSpace(e.Request["dataProtectionPolicy"].Text)
                || e.Request["dataProtectionPolicy"].IsObject),
        new("sqs", "DeleteQueue", "Dead-letter queue of the responder deleted", Severity.Critical),
        new("sqs", "PurgeQueue", "Dead-letter queue of the responder emptied", Severity.Critical),
        new("sqs", "RemovePermission", "Dead-letter queue of the responder takes no more events", Severity.Critical),
        new("monitoring", "DeleteAlarms", "Alarm of the responder deleted", Severity.Critical),
        new("monitoring", "DisableAlarmActions", "Alarm of the responder silenced", Severity.Critical),
        new("monitoring", "PutMetricAlarm", "Alarm of the responder rewritten", Severity.Critical, ActsLess),
        new("monitoring", "PutCompositeAlarm", "Alarm of the responder rewritten", Severity.Critical, ActsLess),
        new("monitoring", "PutAlarmMuteRule", "Alarm of the responder muted", Severity.Critical),
        new("monitoring", "PutInsightRule", "Rule that counts bursts for the responder rewritten", Severity.Critical,
            static e => !IsDeployment(e) || CallTable.Is(e.Request["ruleState"], "DISABLED")),
        new("logs", "PutMetricFilter", "Metric filter of the responder rewritten", Severity.Critical, static e => !IsDeployment(e)),
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
        Description = "A topic, subscription, dead-letter queue, alarm or log group of the responder was removed, or an alarm, filter or "
            + "rule was written anew by other hands than the deployment's: it still runs, but what "
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
            "sns.amazonaws.com" => ["topicArn", "subscriptionArn", "resourceArn"],
            "sqs.amazonaws.com" => ["queueUrl"],
            "monitoring.amazonaws.com" => ["alarmNames", "alarmName", "ruleNames", "ruleName"],
            _ when e.EventName is "DeleteMetricFilter" or "PutMetricFilter" => ["filterName"],
            _ => ["logGroupName", "logGroupIdentifier"],
        });
        ours ??= e.Request["muteTargets"]["alarmNames"].Items.Select(static name => name.Text)
            .FirstOrDefault(name => name is { Length: > 0 } && StackNames.IsOurs(e, name));
        if (ours is not null && CallTable.Find(Info, s_calls, e, ours) is { } finding) yield return finding;
    }

    /// <summary>CloudFormation writes the alarms anew at every deployment, whose changes responder.changed reports.</summary>
    private static bool IsDeployment(CloudTrailEvent e) => e.Actor.InvokedBy == "cloudformation.amazonaws.com";

    /// <summary>
    /// An alarm of ours is written by the deployment only, and then it tells somebody. What another threshold or metric makes of it is in
    /// the event, but not what it was.
    /// </summary>
    private static bool ActsLess(CloudTrailEvent e) => !IsDeployment(e) || e.Request["actionsEnabled"].Flag == false
        || !e.Request["alarmActions"].Items.Any(static action => action.Text is { Length: > 0 });
}
