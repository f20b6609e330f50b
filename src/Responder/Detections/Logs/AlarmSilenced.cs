using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections.Logs;

internal sealed class AlarmSilenced : IDetection
{
    private static readonly TableCall[] s_calls =
    [
        new("logs", "DeleteMetricFilter", "Metric filter deleted", Judge),
        new("logs", "DeleteSubscriptionFilter", "Subscription filter deleted", Judge),
        new("logs", "DeleteDestination", "Log destination deleted", Judge),
        new("monitoring", "DeleteAlarms", "Alarms deleted", Judge),
        new("monitoring", "DisableAlarmActions", "Alarms no longer act", Judge),
        new("monitoring", "PutMetricAlarm", "Alarm no longer acts",
            static e => e.Request["actionsEnabled"].Flag == false ? Judge(e) : Severity.None),
        new("monitoring", "PutAlarmMuteRule", "Alarms muted", static e =>
            e.Request["muteTargets"]["alarmNames"].Items.Any(static name => SecurityNames.Watches(name.Text))
                ? Severity.Medium
                : Severity.Low),
        new("monitoring", "PutCompositeAlarm", "Alarm no longer acts",
            static e => e.Request["actionsEnabled"].Flag == false ? Judge(e) : Severity.None),
    ];

    public DetectionInfo Info { get; } = new()
    {
        Id = "logs.alarm-silenced",
        Title = "Alarm, metric filter or log subscription removed",
        Description = "An alarm was deleted or lost its actions, or a metric or subscription filter was removed: what it reported is no "
            + "longer reported. It is MEDIUM when it "
            + "watched the trail's log group or is named after what it guards; other alarms come and go with the stacks they belong to.",
        Severity = Severity.Low,
        PagesTrustedActors = true,
        Watches = CallTable.Watches(s_calls),
        Techniques = ["T1562.001", "T1562.006"],
        Controls = ["cis:4.1", "cis:4.4", "pci-dss:10.4.1", "soc2:CC7.2", "hipaa:164.312(b)"],
        Runbook = new Runbook(
            CheckFirst: [
                "What {resource} watched, and who was told: describe-alarms, describe-metric-filters",
                "What else {actor} did since: a silenced alarm is seldom the end"],
            Do: ["Put the filter or alarm back from its template",
                "Switch actions on again: aws cloudwatch enable-alarm-actions --alarm-names {resource}"],
            BenignCauses: ["A stack was removed together with its alarms", "Alarms are silenced during maintenance"]),
    };

    public IEnumerable<Finding> Detect(CloudTrailEvent e)
    {
        var name = CallTable.Named(e, "alarmNames", "alarmName", "filterName", "destinationName", "logGroupName");
        if (CallTable.Find(Info, s_calls, e, name) is { } finding) yield return finding with { UndoCommand = Undo(e) };
    }

    /// <summary>
    /// Enables alarms whose actions were only switched off; null for anything deleted, which comes back from its template.
    /// </summary>
    private static ShellCommand? Undo(CloudTrailEvent e)
    {
        if (e.EventName != "DisableAlarmActions") return null;
        var alarms = e.Request["alarmNames"].Items.Select(static i => i.Text).OfType<string>().Where(static n => n.Length > 0).ToArray();
        return alarms.Length == 0
            ? null
            : Shell.Command("aws cloudwatch enable-alarm-actions", CommandPart.List("--alarm-names", alarms), CommandPart.Region(e.Region));
    }

    private static Severity Judge(CloudTrailEvent e) =>
        CallTable.Unread(e) || SecurityNames.IsTrailsGroup(CallTable.Named(e, "logGroupName"))
        || SecurityNames.Watches(CallTable.Named(e, "alarmNames", "alarmName", "filterName", "destinationName"))
            ? Severity.Medium
            : Severity.Low;
}
