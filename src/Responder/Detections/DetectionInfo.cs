using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections;

/// <summary>How many events it takes to see what a detection describes.</summary>
public enum DetectionScope
{
    /// <summary>One event: the live function, replay and backtest see it.</summary>
    Event,

    /// <summary>
    /// Many events over a period: a backtest sees them, and for the live account the CloudWatch alarms on the trail's log group do
    /// (template.yaml).
    /// </summary>
    Burst,
}

/// <summary>What the engineer does with a finding.</summary>
/// <param name="CheckFirst">What to look at first, in order. May hold the placeholders of <paramref name="Do"/>.</param>
/// <param name="Do">What to do, in order. May contain the placeholders {account} {region} {target} {user} {role} {root} {actor} {resource}
/// {undo}; their values are quoted for a shell. A line with {user}, {role} or {root} is for such a target only.</param>
/// <param name="BenignCauses">Known harmless causes.</param>
public sealed record Runbook(IReadOnlyList<string> CheckFirst, IReadOnlyList<string> Do, IReadOnlyList<string> BenignCauses);

/// <summary>
/// The metadata of a detection. The catalog, the pages, the table in docs/detections.md and the EventBridge rules come from it.
/// </summary>
public sealed record DetectionInfo
{
    /// <summary><c>domain.what-happened</c>, kebab case, never reused. Also the name of its samples' folder and of its docs page.</summary>
    public required string Id { get; init; }

    /// <summary>What happened, in words that an engineer uses, without a full stop.</summary>
    public required string Title { get; init; }

    /// <summary>What the detection does and why it matters, two or three sentences.</summary>
    public required string Description { get; init; }

    /// <summary>The severity of the ordinary case; a finding's own severity depends on its content and may differ.</summary>
    public required Severity Severity { get; init; }

    public required IReadOnlyList<Watch> Watches { get; init; }

    /// <summary>MITRE ATT&amp;CK technique ids, for example <c>T1098.003</c>.</summary>
    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>
    /// Controls that this detection gives evidence for, as <c>framework:control</c>: <c>cis:4.4</c>, <c>pci-dss:10.2.5</c>,
    /// <c>soc2:CC7.2</c>, <c>hipaa:164.312(b)</c>.
    /// </summary>
    public required IReadOnlyList<string> Controls { get; init; }

    public required Runbook Runbook { get; init; }

    /// <summary>Whether one event is enough to see it.</summary>
    public DetectionScope Scope { get; init; }

    /// <summary>How far this detection may go unless DETECTION_STAGES says otherwise.</summary>
    public Stage DefaultStage { get; init; } = Stage.Alert;

    /// <summary>
    /// True when every finding is tampering with the trail or the responder (<see cref="Finding.IsTampering"/>) and is paged even when the
    /// actor is trusted.
    /// </summary>
    public bool PagesTrustedActors { get; init; }

    /// <summary>
    /// True when the responder's own roles, including those that deploy it, do this as part of their work. It is then not paged when the
    /// actor is one of these roles, whatever <see cref="PagesTrustedActors"/> says; otherwise every record written would page and so cause
    /// another record.
    /// </summary>
    public bool IsWorkOfOwnRoles { get; init; }
}

/// <summary>One detection: pure, stateless and in one file. It sees only successful calls, unless a watch asks for others.</summary>
public interface IDetection
{
    DetectionInfo Info { get; }

    /// <summary>The findings for an event; none when it shows nothing. Never throws, and never reads a clock or the network.</summary>
    IEnumerable<Finding> Detect(CloudTrailEvent e);
}
