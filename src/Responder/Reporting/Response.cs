using System.Text.Json;
using Responder.Aws;
using Responder.Containment;
using Responder.Decisions;
using Responder.Events;
using Responder.Facts;
using Responder.Paging;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Reporting;

/// <summary>What became of an event; the first that applies, in this order.</summary>
public enum Outcome
{
    Malformed,
    Duplicate,

    /// <summary>Contained, failed to contain, or would have been contained.</summary>
    Incident,

    /// <summary>People were told.</summary>
    Alert,

    /// <summary>The findings page nobody: they are low, or a repeat within their hour.</summary>
    Recorded,

    /// <summary>A trusted actor or a release of ours caused the event.</summary>
    Trusted,
    None,
}

/// <summary>The result for one event: what was found, decided, done and sent.</summary>
public sealed record Response(Outcome Outcome, CloudTrailEvent? Event)
{
    public Decision? Decision { get; init; }

    public IReadOnlyList<ContainmentStep> Containment { get; init; } = [];

    /// <summary>The roles that the contained user had assumed; null when no user was contained.</summary>
    public AssumedRoles? RolesAssumed { get; init; }

    public AlertReceipt? Alert { get; init; }

    /// <summary>True when the target was contained: see <see cref="ContainmentResult.Contained"/>.</summary>
    public bool IsContained { get; init; }

    /// <summary>Full name of the record that was written; null: none.</summary>
    public string? RecordName { get; init; }

    /// <summary>Full name of the record that at least was begun, by which a release finds the state before; null: there is none.</summary>
    public string? BegunRecord { get; init; }

    public string? LedgerName { get; init; }

    /// <summary>The time from the call to here when the event is the pulse; null otherwise.</summary>
    public TimeSpan? PulseLatency { get; init; }

    /// <summary>Steps that failed; the invocation must fail so that it is tried again.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>What could not be written, although another try would not help or is not worth another page.</summary>
    public IReadOnlyList<string> NotKept { get; init; } = [];

    /// <summary>Why the event could not be read; null otherwise.</summary>
    public string? MalformedBecause { get; init; }

    public Severity Severity => Decision?.Severity ?? Severity.None;

    /// <summary>One JSON line, the contract of `responder replay --format json` and of the handlers.</summary>
    /// <param name="file">The file it was read from; null in the function.</param>
    /// <param name="record">Its number in the file, from 1; null in the function.</param>
    public string ToJson(ResponderOptions options, string? file = null, long? record = null) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteText("file", file);
        if (record is { } number) writer.WriteNumber("record", number);
        else writer.WriteNull("record");
        writer.WriteText("eventId", Event?.EventId);
        writer.WriteText("eventSource", Event?.EventSource);
        writer.WriteText("eventName", Event?.EventName);
        writer.WriteString("outcome", Outcome.ToString().ToLowerInvariant());
        writer.WriteString("severity", Severity.Name());
        writer.WriteStartArray("findings");
        foreach (var finding in (Decision?.Findings ?? []).Concat(Decision?.Shadow ?? []))
        {
            writer.WriteStartObject();
            writer.WriteString("detection", finding.Detection.Id);
            writer.WriteString("severity", finding.Severity.Name());
            writer.WriteText("title", PlainText.OneLine(finding.Title));
            writer.WriteString("stage", options.StageOf(finding.Detection).ToString());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartObject("decision");
        writer.WriteString("action", (Decision?.Action ?? DecisionAction.None).ToString());
        writer.WriteText("because", PlainText.OneLine(Decision?.Because ?? MalformedBecause));
        writer.WriteEndObject();
        writer.WriteStartArray("containment");
        foreach (var step in Containment) WriteStep(writer, step);
        writer.WriteEndArray();
        if (Alert is { MessageId: not null } alert)
        {
            writer.WriteStartObject("alert");
            writer.WriteString("subject", alert.Alert.Subject);
            writer.WriteString("topicArn", alert.TopicArn);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("alert");
        }

        writer.WriteText("incident", RecordName);
        writer.WriteText("error", MalformedBecause ?? (Failures.Count > 0 ? string.Join("; ", Failures) : null));
        writer.WriteEndObject();
    });

    /// <summary>The result for an event that was acted on.</summary>
    /// <param name="receipt">Null: nobody was paged.</param>
    /// <param name="more">What else failed.</param>
    public static Response Of(ContainmentResult contained, Claim claim, AlertReceipt? receipt, Completion completion, IncidentNames names,
        IReadOnlyList<string> more)
    {
        var decision = contained.Decision;
        return new Response(decision.IsIncident ? Outcome.Incident : receipt is null ? Outcome.Recorded : Outcome.Alert, decision.Event)
        {
            Decision = decision,
            Containment = contained.Steps,
            IsContained = contained.Contained,
            RolesAssumed = contained.RolesAssumed,
            Alert = receipt,
            RecordName = completion.Unrecorded is null && receipt is not { MessageId: null } ? names.RecordOf(decision) : null,
            BegunRecord = claim.Record is ClaimResult.Claimed or ClaimResult.AlreadyThere ? names.RecordOf(decision) : null,
            LedgerName = names.LedgerOf(decision),
            NotKept =
            [
                .. ((string?[])[
                    completion.IsStoreFull ? completion.Unrecorded : null, completion.Uncounted,
                    receipt?.ChatFailure is { } chat ? "the chat was not told: " + chat : null]).OfType<string>(),
            ],
            Failures =
            [
                .. FailuresOf(contained, claim),
                .. ((string?[])[receipt?.Failure, completion.IsStoreFull ? null : completion.Unrecorded]).OfType<string>(), .. more,
            ],
        };
    }

    private static IEnumerable<string> FailuresOf(ContainmentResult contained, Claim claim) =>
    [
        .. contained.Steps.Where(static s => s.Result == StepResult.Failed).Select(static s => s.Error ?? s.Action).Distinct(),
        .. contained.IsUnproven
        ? [$"whom the name of {contained.Decision.Target} means could not be read: {contained.NotReadBack}"]
        : (string[])[],
        .. contained.AnotherId is { } another
        ? [$"{contained.Decision.Target} is {another} now, who was not to be contained"]
        : (string[])[],
        .. claim.Ledger == ClaimResult.Failed ? claim.Failures : [],
        .. contained.Decision.IsIncident ? [] : contained.Decision.Facts.UnknownTargets,
        .. contained.Decision.Facts.UnreadAnswers,
        .. contained.Decision.Guardrail == GuardrailId.UnreadLedger ? [contained.Decision.Facts.Ledger.Failure!] : (string[])[],
    ];

    private static void WriteStep(Utf8JsonWriter writer, ContainmentStep step)
    {
        writer.WriteStartObject();
        writer.WriteString("action", step.Action);
        writer.WriteText("target", PlainText.OneLine(step.Target, 200));
        writer.WriteString("result", step.Result.ToString());
        writer.WriteText("error", step.Error);
        writer.WriteEndObject();
    }
}

/// <summary>One delivery: what the environment knows and the event does not say.</summary>
/// <param name="OwnAccountId">The account the responder runs in; null (replay): the event's.</param>
/// <param name="HomeRegion">The region it runs in, for links.</param>
/// <param name="Remaining">Time until the platform ends the invocation; null: no limit.</param>
public sealed record Invocation(string? OwnAccountId = null, string? HomeRegion = null, TimeSpan? Remaining = null);
