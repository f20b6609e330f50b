using System.Text.Json;
using Responder.Containment;
using Responder.Decisions;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// The text of records and ledgers: ASCII JSON of at most 4,096 characters (SSM's standard tier). Long strings are cut and the cuts are
/// marked, and no string contains <c>{</c>. What a later delivery or a release needs (prior state, ids) is never cut.
/// </summary>
public static class IncidentText
{
    public const string RecordSchema = "responder.incident/1";

    /// <summary>A ledger as the first release wrote it, in one parameter.</summary>
    internal const string OldLedgerSchema = "responder.quarantine/1";

    /// <summary>The most characters that SSM's standard tier holds.</summary>
    public const int MaxLength = 4096;

    private const int MaxEventIds = 12;

    /// <param name="complete">False when the record is only claimed and the page was not sent yet.</param>
    /// <param name="before">The record as it was read; its count is continued.</param>
    /// <param name="repeats">Ids of earlier events that share the record and are not counted in it yet; null: none.</param>
    /// <param name="actions">All containment actions; null: those that ship.</param>
    /// <param name="told">What was told under the record, if findings share it; null: nothing, or an incident's own record.</param>
    public static string Record(
        ContainmentResult result, IncidentNames names, bool complete, RecordState? before, PagedAs? page,
        IReadOnlyList<string>? repeats = null, ActionCatalog? actions = null, Told? told = null)
    {
        var (count, eventIds) = Counted(before, [.. repeats ?? [], result.Decision.Event.IncidentId]);
        string Of(int width, bool withPrior) =>
            Record(result, names, complete, before, page, count, eventIds, width, withPrior, actions ?? ActionCatalog.Default, told);
        // Ever shorter strings until it fits; the first width nearly always does. Undo data is never cut: ten policies with long paths are
        // in the ledger, which takes them apart, and the record says so.
        foreach (var withPrior in (bool[])[true, false])
        {
            foreach (var width in (int[])[512, 200, 96, 48, 24, 12])
            {
                var text = Of(width, withPrior);
                if (text.Length <= MaxLength) return text;
            }
        }

        throw new InvalidOperationException("a record without its undo data fits into a parameter");
    }

    /// <summary>The state of the record after the next write, without writing it.</summary>
    public static RecordState StateAfter(ContainmentResult result, RecordState? before, bool complete)
    {
        var (count, eventIds) = Counted(before, [result.Decision.Event.IncidentId]);
        return new RecordState(complete, HighestSeverity(result.Decision.Severity, before), count, eventIds, result.Prior ?? before?.Prior)
        {
            HasUnread = result.Decision.Facts.UnreadAnswers.Count > 0,
        };
    }

    private static Severity HighestSeverity(Severity severity, RecordState? before) => before is { Complete: true }
        && before.Severity > severity ? before.Severity : severity;

    /// <summary>How many events now share the record, and the last of them; an event that is already known is not counted again.</summary>
    private static (int Count, IReadOnlyList<string> EventIds) Counted(RecordState? before, IReadOnlyList<string> events)
    {
        var known = before?.EventIds ?? [];
        var added = events.Where(id => !known.Contains(id, StringComparer.Ordinal)).ToArray();
        return ((before?.Count ?? 0) + added.Length, [.. known.Concat(added).TakeLast(MaxEventIds)]);
    }

    /// <summary>Reads a record; null when it is none of ours.</summary>
    /// <param name="actions">All containment actions; null: those that ship.</param>
    public static RecordState? ReadRecord(string text, ActionCatalog? actions = null)
    {
        if (!JsonView.TryParse(text, out var json) || json["schema"].Text != RecordSchema) return null;
        SeverityNames.TryParse(json["severity"].Text, out var severity);
        var complete = json["status"].Text is "complete" or "closed";
        var prior = json["prior"].IsObject ? (actions ?? ActionCatalog.Default).ReadPrior(json["prior"]) : null;
        return new RecordState(
            complete, severity, (int)Math.Clamp(json["count"].Integer ?? 1, 1, int.MaxValue),
            [.. json["eventIds"].Items.Select(static i => i.Text).OfType<string>()], prior)
        {
            Closed = ClosedText.Read(json),
            HasUnread = json["unread"].Items.Any(),
            Told = ToldText.Read(json["told"], complete ? severity : Severity.None),
        };
    }

    private static string Record(
        ContainmentResult result, IncidentNames names, bool complete, RecordState? before, PagedAs? page, int count,
        IReadOnlyList<string> eventIds, int width, bool withPrior, ActionCatalog actions, Told? told) => JsonText.Write(writer =>
    {
        var decision = result.Decision;
        var e = decision.Event;
        var finding = decision.Strongest ?? throw new InvalidOperationException("a record needs a finding");
        string? Cut(string? text) => text is null ? null : PlainText.OneLine(text, width);

        writer.WriteStartObject();
        writer.WriteString("schema", RecordSchema);
        // A repeat of what a person has closed is counted and leaves the record closed; one that pages opens it again.
        var isRepeat = complete && page is null && finding.Severity <= before?.Severity;
        var closed = isRepeat ? before?.Closed : null;
        writer.WriteString("status", closed is not null ? "closed" : complete ? "complete" : "open");
        writer.WriteText("id", PlainText.Ascii(e.IncidentId, 128));
        writer.WriteString("severity", HighestSeverity(finding.Severity, before).Name());
        writer.WriteString("detection", finding.Detection.Id);
        writer.WriteText("title", Cut(finding.Title));
        writer.WriteString("outcome", OutcomeOf(result));
        writer.WriteText("because", Cut(decision.Because));
        writer.WriteNumber("count", count);
        writer.WriteStartArray("eventIds");
        foreach (var id in eventIds) writer.WriteStringValue(PlainText.Ascii(id, 128));
        writer.WriteEndArray();
        if (told is not null) ToldText.Write(writer, told, width);
        if ((result.Prior ?? before?.Prior) is { } prior)
        {
            if (withPrior) actions.WritePrior(writer, prior);
            else writer.WriteString("priorIn", "ledger");
        }

        writer.WriteText("ledger", decision.Action == DecisionAction.Contain ? names.Ledger : null);

        writer.WriteStartObject("event");
        writer.WriteTime("time", e.EventTime);
        writer.WriteText("source", Cut(e.EventSource));
        writer.WriteText("name", Cut(e.EventName));
        writer.WriteText("account", Cut(e.AccountId));
        writer.WriteText("region", Cut(e.Region));
        writer.WriteText("requestId", Cut(e.RequestId));
        writer.WriteText("sourceIpAddress", Cut(e.SourceIpAddress));
        writer.WriteText("userAgent", Cut(e.UserAgent));
        writer.WriteEndObject();

        writer.WriteStartObject("actor");
        writer.WriteText("type", Cut(e.Actor.TypeText));
        writer.WriteText("arn", Cut(e.Actor.Arn));
        writer.WriteText("issuerArn", Cut(e.Actor.IssuerArn));
        writer.WriteText("accessKeyId", Cut(e.Actor.AccessKeyId));
        writer.WriteEndObject();

        if (finding.Target is { } target)
        {
            writer.WriteStartObject("target");
            writer.WriteString("kind", target.Kind.ToString().ToLowerInvariant());
            writer.WriteText("account", Cut(target.AccountId));
            writer.WriteText("name", PlainText.OneLine(target.Name, 128));
            writer.WriteText("id", decision.KnownTarget?.Id ?? target.Id);
            if (target.Kind == PrincipalKind.Policy) writer.WriteText("arn", target.Arn); // only the ARN names a policy to IAM
            writer.WriteEndObject();
        }

        if (finding.Resource is not null) writer.WriteText("resource", Cut(finding.Resource));

        writer.WriteStartArray("containment");
        foreach (var step in result.Steps.TakeLast(8))
        {
            writer.WriteStartObject();
            writer.WriteString("action", step.Action);
            writer.WriteText("subject", step.Subject);
            writer.WriteString("result", step.Result.ToString());
            if (step.IsAgain) writer.WriteBoolean("again", true);
            if (step.Error is not null) writer.WriteText("error", Cut(step.Error));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (decision.ThroughRole is { } role) writer.WriteText("throughRole", Cut(role));
        if (result.WasTakenBack) writer.WriteBoolean("takenBack", true);
        if (result.IsReadBack) writer.WriteBoolean("readBack", true);
        if (result.AnotherId is { } another) writer.WriteText("anotherId", Cut(another));
        if (decision.Facts.KillSwitchUnread is { } unreadSwitch) writer.WriteText("killSwitchNotRead", Cut(unreadSwitch));
        if (result.NotReadBack is { } unread) writer.WriteText("notReadBack", Cut(unread));
        // The page's list, shortened to as many roles as the other strings leave room for.
        if (result.RolesAssumed is { } roles) roles.WriteTo(writer, Math.Max(1, width / 48), Math.Max(width, 48), withSessions: false);
        if (decision.Facts.UnreadAnswers.Count > 0)
        {
            writer.WriteStartArray("unread");
            foreach (var answer in decision.Facts.UnreadAnswers.Take(3)) writer.WriteStringValue(Cut(answer));
            writer.WriteEndArray();
        }

        writer.WriteStartArray("findings");
        foreach (var other in decision.Findings.Take(6))
        {
            writer.WriteStartObject();
            writer.WriteString("detection", other.Detection.Id);
            writer.WriteString("severity", other.Severity.Name());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (page is not null)
        {
            writer.WriteStartObject("alert");
            writer.WriteText("subject", page.Subject);
            writer.WriteText("messageId", page.MessageId);
            writer.WriteString("dedupKey", page.DedupKey);
            writer.WriteEndObject();
        }

        if (closed is not null) ClosedText.Write(writer, closed);
        writer.WriteTime("writtenAt", decision.Facts.Now);
        writer.WriteEndObject();
    });

    private static string OutcomeOf(ContainmentResult result) => result.Decision switch
    {
        { Action: DecisionAction.Contain } when result.Steps.Count == 0 => "containing",
        { Action: DecisionAction.Contain } => result.Contained ? "contained" : "containment-failed",
        { WouldContain: true } => "would-contain",
        _ => "alerted",
    };

    /// <summary>Writes a principal and its prior state, as ledger and log hold them.</summary>
    internal static void WritePrior(Utf8JsonWriter writer, Principal principal, PriorState prior, ActionCatalog actions)
    {
        writer.WriteStartObject("principal");
        writer.WriteString("kind", principal.Kind.ToString().ToLowerInvariant());
        writer.WriteText("account", principal.AccountId);
        writer.WriteText("name", PlainText.OneLine(principal.Name, 128));
        writer.WriteText("arn", principal.Arn);
        writer.WriteText("id", principal.Id);
        writer.WriteEndObject();
        actions.WritePrior(writer, prior);
    }
}
