using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

internal sealed class ResponderChanged : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("lambda", "UpdateFunctionCode*", "Code of the responder replaced", Severity.Critical),
        new("lambda", "UpdateFunctionConfiguration*", "Configuration of the responder changed", Severity.Critical),
        new("lambda", "UpdateFunctionEventInvokeConfig*", "Retries of the responder changed", Severity.Critical),
        new("lambda", "PutFunctionEventInvokeConfig*", "Retries of the responder changed", Severity.Critical),
        new("lambda", "PutFunctionConcurrency*", "Concurrency of the responder changed", Severity.Critical,
            static e => e.Request["reservedConcurrentExecutions"].Number > 0),
        new("lambda", "AddPermission*", "Others may call a function of the responder", Severity.Critical),
        new("events", "PutRule", "Rule of the responder changed", Severity.Critical,
            static e => !CallTable.Is(e.Request["state"], "DISABLED")),
        new("events", "PutTargets", "Targets of a rule of the responder changed", Severity.Critical),
        new("sns", "SetTopicAttributes", "Topic of the responder changed", Severity.Critical),
        new("sns", "SetSubscriptionAttributes", "Subscription to the responder's pages changed", Severity.Critical),
        new("sns", "AddPermission", "Others may use a topic of the responder", Severity.Critical),
        new("sqs", "SetQueueAttributes", "Dead-letter queue of the responder changed", Severity.Critical),
        new("sqs", "AddPermission", "Others may use a dead-letter queue of the responder", Severity.Critical),
        new("cloudformation", "UpdateStack", "Stack of the responder updated", Severity.Critical),
        new("cloudformation", "ExecuteChangeSet", "Change set executed on the stack of the responder", Severity.Critical),
        new("cloudformation", "SetStackPolicy", "Stack policy of the responder changed", Severity.Critical),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.changed",
        Title = "Responder changed by somebody else",
        Description = "Code, configuration, rules, topics or the stack of the responder were changed by a principal that does not deploy "
            + "it. With the environment of "
            + "a function alone one can trust oneself, contain nobody or page nobody. The roles in the parameter DeploymentRoleArns may; "
                + "everyone else pages, once an hour for all parts together.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        IsWorkOfOwnRoles = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1648"],
        Controls = ["cis:4.9", "pci-dss:10.7.2", "soc2:CC7.2", "soc2:CC8.1", "hipaa:164.312(c)(1)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What differs from the template: aws cloudformation detect-stack-drift --stack-name responder",
                "Whether a deployment ran at that time, and by whom"],
            Do: ["Deploy the released version again", "Replay the log files since the change with responder replay",
                "Of a real deployment: add its role to DeploymentRoleArns"],
            BenignCauses: ["A deployment by a role that the parameter DeploymentRoleArns does not name"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var ours = StackNames.OursAmong(e, e.EventSource switch
        {
            "lambda.amazonaws.com" => ["functionName"],
            "events.amazonaws.com" => ["name", "rule"],
            "sns.amazonaws.com" => ["topicArn", "subscriptionArn"],
            "sqs.amazonaws.com" => ["queueUrl"],
            _ => ["stackName"],
        });
        // A deployment by an undeclared role touches every part: one resource for all of them makes it one page.
        if (ours is not null && CallTable.Find(Info, s_calls, e, ours) is { } finding)
            yield return finding with { Resource = StackNames.Stack };
    }
}
