using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Logs;

internal sealed class EventRuleDisabled : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("events", "DisableRule", "EventBridge rule disabled", Judge),
        new("events", "DeleteRule", "EventBridge rule deleted", Judge),
        new("events", "RemoveTargets", "Targets of an EventBridge rule removed", Judge),
        new("events", "PutRule", "EventBridge rule disabled",
            static e => CallTable.Is(e.Request["state"], "DISABLED") ? Judge(e) : Severity.None),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "logs.event-rule-disabled",
        Title = "EventBridge rule disabled, deleted or without targets",
        Description = "A rule no longer delivers what it matched. Rules carry the findings of GuardDuty and Security Hub and the events of "
            + "CloudTrail to whoever acts on them; "
            + "one that is named after them is MEDIUM, any other is recorded. The responder's own rules have a detection of their own.",
        Severity = Severity.Low,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001"],
        Controls = ["cis:4.1", "pci-dss:10.4.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What {resource} matched, and what it called: aws events describe-rule --name {resource}",
                "Whether {actor} disabled other rules"],
            Do: ["Enable it again: aws events enable-rule --name {resource}", "Put back removed targets from its template"],
            BenignCauses: ["A stack was removed together with its rules", "A scheduled job is paused"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        if (CallTable.Find(Info, s_calls, e, CallTable.Named(e, "name", "rule")) is { } finding)
            yield return finding with { UndoCommand = Undo(e) };
    }

    /// <summary>
    /// Enables a rule that was only disabled; null for one that is gone or has lost its targets, which comes back from its template.
    /// </summary>
    private static ShellCommand? Undo(CloudTrailEvent e) => e.EventName == "DisableRule" && e.Request["name"].Text is { Length: > 0 } rule
        ? Shell.Command(
            "aws events enable-rule",
            [("--name", rule), .. e.Request["eventBusName"].Text is { Length: > 0 } bus ? (CommandPart[])[("--event-bus-name", bus)] : [],
                CommandPart.Region(e.Region)])
        : null;

    private static Severity Judge(CloudTrailEvent e) =>
        CallTable.Unread(e) || SecurityNames.Watches(CallTable.Named(e, "name", "rule")) ? Severity.Medium : Severity.Low;
}
