using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Records;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>
/// Everything that a page says, before it is rendered, with the containment that it reports. Renderings: <see cref="AlertText"/>,
/// <see cref="AlertSms"/>, <see cref="AlertJson"/>, <see cref="AlertChat"/>.
/// </summary>
/// <param name="Now">When the page was composed, UTC.</param>
/// <param name="RecordName">Full name of the incident record; null when none is kept.</param>
public sealed record Alert(ContainmentResult Result, DateTimeOffset Now, string? RecordName, string? LedgerName)
{
    public const string Schema = "responder.alert/1";

    public Decision Decision => Result.Decision;

    public Finding Finding => Decision.Strongest ?? throw new InvalidOperationException("an alert needs a finding");

    public string DedupKey => ParameterNames.DedupKey(Decision.Event, Finding);

    /// <summary>
    /// What went wrong on the way and the reader must know: a record that could not be claimed, a fact that was not read.
    /// </summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The region that the responder runs in; when null, the page has no link to the record.</summary>
    public string? HomeRegion { get; init; }

    /// <summary>The account of the responder; null: not known.</summary>
    public string? HomeAccount { get; init; }

    /// <summary>The role in whose name people release; null: not known, as in a replay.</summary>
    public string? ReleaseRoleArn { get; init; }

    /// <summary>The role in whose name people contain; null: not known.</summary>
    public string? OperatorRoleArn { get; init; }

    /// <summary>The time from the call to the composition of the page; null when the event tells no time, or a later one.</summary>
    public TimeSpan? Delay => Decision.Event.EventTime is { } time && Now >= time ? Now - time : null;

    /// <summary>
    /// "(contained)", "(policies detached)" for a group, which has no boundary, "(containment FAILED)", "(NOT contained)" when IAM does not
    /// know the target, "(containment unproven)" when nobody could read whom the name meant, "(not contained)" when a guardrail
    /// refused, "(would contain)", or empty when containment was never in question.
    /// </summary>
    public string Outcome => Decision switch
    {
        { Action: DecisionAction.Contain, Target.Kind: PrincipalKind.Group } when Result.Contained => "(policies detached)",
        { Action: DecisionAction.Contain } when Result.Contained => "(contained)",
        { Action: DecisionAction.Contain } when Result.IsUnproven => "(containment unproven)",
        { Action: DecisionAction.Contain, IsTargetUnknown: true } => "(NOT contained)",
        { Action: DecisionAction.Contain } => "(containment FAILED)",
        { WouldContain: true } => "(would contain)",
        { Target: not null } => "(not contained)",
        _ => "",
    };

    /// <summary>ASCII, at most 99 characters, no line breaks: SNS refuses anything else, and a refused page is a lost page.</summary>
    public string Subject
    {
        get
        {
            var head = $"[{Finding.Severity.Name()}] ";
            var tail = (Outcome.Length > 0 ? " " + Outcome : "")
                + (Decision.Event.AccountId is { } account ? " " + PlainText.Ascii(account, 12) : "");
            return head + PlainText.Ascii(Finding.Title, 99 - head.Length - tail.Length) + tail;
        }
    }

    /// <summary>SNS message attributes, for subscription filter policies.</summary>
    public IReadOnlyDictionary<string, string> Attributes => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["severity"] = Finding.Severity.Name(),
        ["detection"] = Finding.Detection.Id,
        ["account"] = PlainText.Ascii(Decision.Event.AccountId ?? "unknown", 64),
        ["region"] = PlainText.Ascii(Decision.Event.Region ?? "unknown", 64),
        ["contained"] = Result.Contained ? "true" : "false",
        ["dedupKey"] = DedupKey,
    };
}
