using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections;

/// <summary>What it takes to see what a detection describes.</summary>
public enum DetectionScope
{
    /// <summary>One event: the live function, replay and backtest see it.</summary>
    Event,

    /// <summary>
    /// Many events of a period: a backtest sees it, and live the CloudWatch alarms on the trail's log group (template.yaml).
    /// </summary>
    Burst,
}

/// <summary>What the engineer does with a finding.</summary>
/// <param name="CheckFirst">What to look at first, in order. May hold the placeholders of <paramref name="Do"/>.</param>
/// <param name="Do">What to do, in order. May hold placeholders {account} {region} {target} {actor} {resource}; filled quoted for a
/// shell.</param>
/// <param name="BenignCauses">Known harmless causes.</param>
public sealed record Runbook(IReadOnlyList<string> CheckFirst, IReadOnlyList<string> Do, IReadOnlyList<string> BenignCauses);

/// <summary>
/// The metadata on top of every detection; the catalogue, the pages, the table in docs/detections.md and the rules come from it.
/// </summary>
public sealed record DetectionInfo
{
    /// <summary><c>domain.what-happened</c>, kebab case, never reused. Equals the samples' folder and the docs page.</summary>
    public required string Id { get; init; }

    /// <summary>What happened, in words an engineer uses; no full stop.</summary>
    public required string Title { get; init; }

    /// <summary>What the detection does and why it matters, two or three sentences.</summary>
    public required string Description { get; init; }

    /// <summary>The severity of the plain case; a finding may differ (design: severity by content).</summary>
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

    /// <summary>What it takes to see it.</summary>
    public DetectionScope Scope { get; init; }

    /// <summary>How far this detection may go unless DETECTION_STAGES says otherwise.</summary>
    public Stage DefaultStage { get; init; } = Stage.Alert;

    /// <summary>
    /// Every finding is tampering with the trail or with the responder (<see cref="Finding.IsTampering"/>): paged even when the actor is
    /// trusted.
    /// </summary>
    public bool PagesTrustedActors { get; init; }

    /// <summary>
    /// The responder's own roles, those that deploy it among them, do this as their work: never paged when exactly one of them is the
    /// actor, whatever <see cref="PagesTrustedActors"/> says. Without it every record written would page and so be written again.
    /// </summary>
    public bool IsWorkOfOwnRoles { get; init; }
}

/// <summary>One detection: pure, stateless, one file. It sees succeeded calls only, unless a watch asks for others.</summary>
public interface IDetection
{
    DetectionInfo Info { get; }

    /// <summary>What the event shows; nothing when it shows nothing. Never throws, never reads a clock or the network.</summary>
    IEnumerable<Finding> Detect(CloudTrailEvent e);
}
