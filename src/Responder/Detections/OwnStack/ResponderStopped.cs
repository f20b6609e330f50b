using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.OwnStack;

internal sealed class ResponderStopped : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("lambda", "DeleteFunction*", "Function of the responder, or what reserves and guards its runs, deleted", Severity.Critical),
        new("lambda", "PutFunctionConcurrency*", "Function of the responder cannot run", Severity.Critical,
            static e => (e.Request["reservedConcurrentExecutions"].Number ?? 0) <= 0),
        new("lambda", "RemovePermission*", "Events may no longer call a function of the responder", Severity.Critical),
        new("events", "DeleteRule", "Rule of the responder deleted", Severity.Critical),
        new("events", "DisableRule", "Rule of the responder disabled", Severity.Critical),
        new("events", "RemoveTargets", "Rule of the responder calls nothing", Severity.Critical),
        new("events", "PutRule", "Rule of the responder disabled", Severity.Critical,
            static e => CallTable.Is(e.Request["state"], "DISABLED")),
        new("cloudformation", "DeleteStack", "Stack of the responder deleted", Severity.Critical),
        new("cloudformation", "UpdateTerminationProtection", "Stack of the responder may be deleted", Severity.Critical,
            static e => e.Request["enableTerminationProtection"].Flag != true),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "responder.stopped",
        Title = "Responder stopped",
        Description = "A function, rule or permission that the responder runs on was removed or disabled, its concurrency set to 0, or its "
            + "stack deleted. "
            + "Whoever does this wants the next step to go unseen. A part is recognised by the name of the stack, responder.",
        Severity = Severity.Critical,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1489"],
        Controls = ["cis:4.9", "pci-dss:10.7.2", "soc2:CC7.2", "soc2:CC8.1", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "Which parts still run: aws cloudformation detect-stack-drift --stack-name responder",
                "What {actor} did since: the responder may not have seen it, the trail has"],
            Do: ["Deploy the stack again (docs/deploy.md) and enable its termination protection",
                "Replay the log files of the gap with responder replay", "Cut off {actor} until it has explained itself"],
            BenignCauses: ["The responder is retired or moved, announced beforehand"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var ours = StackNames.OursAmong(e, e.EventSource switch
        {
            "lambda.amazonaws.com" => ["functionName"],
            "events.amazonaws.com" => ["name", "rule"],
            _ => ["stackName"],
        });
        if (ours is not null && CallTable.Find(Info, s_calls, e, ours) is { } finding) yield return finding;
    }
}
