using Responder.Analysis.Hunting.Query;
using Responder.Detections;

namespace Responder.Analysis.Evidence;

/// <summary>What a control's evidence consists of. With several parts, the evidence is complete only if each part is.</summary>
[Flags]
public enum Basis
{
    /// <summary>Records that the control's filter counts.</summary>
    Events = 1,

    /// <summary>A record, or a digest that vouches for silence, in every hour of every account and region.</summary>
    Continuity = 2,

    /// <summary>Digests that CloudTrail signed.</summary>
    Integrity = 4,

    /// <summary>How far apart the oldest and the newest record are.</summary>
    Retention = 8,

    /// <summary>Incident records of the responder.</summary>
    Incidents = 16,
}

/// <summary>How far the logs support that a control is met. There is no "pass": whether it is met is for an auditor to say.</summary>
public enum Support
{
    None,
    Partial,
    Evidence,
}

/// <summary>One control of a framework, and what in the logs is evidence of it.</summary>
public sealed record Control
{
    public required string Id { get; init; }

    /// <summary>What it asks for, in our words.</summary>
    public required string Asks { get; init; }

    public required Basis Basis { get; init; }

    /// <summary>Which records count; null: none do. They are shown even where the basis does not need them.</summary>
    public Condition? Events { get; init; }

    /// <summary>Says in words which records count.</summary>
    public string? Counts { get; init; }

    /// <summary>What no log can show about the control.</summary>
    public required string Limits { get; init; }

    /// <summary>True: logs are never evidence of the whole control, so its support stays `partial` at best.</summary>
    public bool AtMostPartial { get; init; }

    /// <summary>True: every record has to pass the filter, and each one that does not is a deficiency.</summary>
    public bool OfEveryRecord { get; init; }

    /// <summary>Number of days for which logs have to be kept; 0: the control does not say.</summary>
    public int RetentionDays { get; init; }

    /// <summary>Further numbers under which detections name this control: those of its parts, or that of an older edition.</summary>
    public IReadOnlyList<string> AlsoNamed { get; init; } = [];

    public bool IsNamedBy(DetectionInfo detection, Framework framework) =>
        AlsoNamed.Prepend(Id).Any(id => detection.Controls.Contains(framework.Id + ":" + id, StringComparer.Ordinal));
}

public static class SupportNames
{
    public static string Name(this Support support) => support switch
    {
        Support.Evidence => "evidence",
        Support.Partial => "partial",
        _ => "no evidence",
    };
}
