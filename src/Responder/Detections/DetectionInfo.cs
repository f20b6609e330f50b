using Responder.Events;
using Responder.Paging;
using Responder.Vocabulary;

namespace Responder.Detections;

/// <summary>
/// What a detection wants to see. The routing rules in template.yaml are generated from these, so a call that no watch names never arrives.
/// </summary>
/// <param name="EventSource">For example <c>iam.amazonaws.com</c>; null: any.</param>
/// <param name="EventNames">Exact event names, or a prefix with a trailing <c>*</c> for API-dated names (<c>CreateFunction*</c>); empty: any.</param>
/// <param name="Kind">Which events of that source and name.</param>
public sealed record Watch(string? EventSource, IReadOnlyList<string> EventNames, WatchKind Kind = WatchKind.Calls)
{
    /// <summary>
    /// What the record of such a call holds somewhere, in any case, when it can matter: the name of a parameter. ASCII. Spares a backtest the others;
    /// the rules bring them all.
    /// </summary>
    public string? Holding { get; init; }

    public static Watch Calls(string eventSource, params string[] eventNames) => new(eventSource, eventNames);
}

public enum WatchKind
{
    /// <summary>Calls that worked.</summary>
    Calls,

    /// <summary>Sign-in events (both spellings of the detail type), worked or not.</summary>
    SignIn,

    /// <summary>CloudTrail Insights.</summary>
    Insight,

    /// <summary>Any call made by root.</summary>
    Root,

    /// <summary>Any call that was refused.</summary>
    Refused,

    /// <summary>
    /// Calls made as a role of the responder's functions, of those that other watches bring: it makes no rule, since a rule that leaves out what
    /// the functions themselves do all day would have to be left out of every other rule.
    /// </summary>
    OwnFunctionRole,
}

/// <summary>What it takes to see what a detection describes.</summary>
public enum DetectionScope
{
    /// <summary>One event: the live function, replay and backtest see it.</summary>
    Event,

    /// <summary>Many events of a period: a backtest sees it, and live the CloudWatch alarms on the trail's log group (template.yaml).</summary>
    Burst,
}

/// <summary>What the engineer does with a finding.</summary>
/// <param name="CheckFirst">What to look at first, in order. May hold the placeholders of <paramref name="Do"/>.</param>
/// <param name="Do">What to do, in order. May hold placeholders {account} {region} {target} {actor} {resource}; filled quoted for a shell.</param>
/// <param name="BenignCauses">Known harmless causes.</param>
public sealed record Runbook(IReadOnlyList<string> CheckFirst, IReadOnlyList<string> Do, IReadOnlyList<string> BenignCauses);

/// <summary>The metadata on top of every detection; the catalogue, the pages, the table in docs/detections.md and the rules come from it.</summary>
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

    /// <summary>Controls that this detection gives evidence for, as <c>framework:control</c>: <c>cis:4.4</c>, <c>pci-dss:10.2.5</c>, <c>soc2:CC7.2</c>, <c>hipaa:164.312(b)</c>.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    public required Runbook Runbook { get; init; }

    /// <summary>What it takes to see it.</summary>
    public DetectionScope Scope { get; init; }

    /// <summary>How far this detection may go unless DETECTION_STAGES says otherwise.</summary>
    public Stage DefaultStage { get; init; } = Stage.Alert;

    /// <summary>
    /// Every finding is tampering with the trail or with the responder (<see cref="Finding.IsTampering"/>): paged even when the actor is trusted.
    /// </summary>
    public bool PagesTrustedActors { get; init; }

    /// <summary>
    /// The responder's own roles, those that deploy it among them, do this as their work: never paged when exactly one of them is the actor,
    /// whatever <see cref="PagesTrustedActors"/> says. Without it every record written would page and so be written again.
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
