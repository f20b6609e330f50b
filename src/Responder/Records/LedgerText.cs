using System.Text.Json;
using Responder.Containment;
using Responder.Events;
using Responder.Facts;
using Responder.Vocabulary;

namespace Responder.Records;

/// <summary>
/// The texts below a ledger's path: entries (undo data, written once), releases (written by whoever releases) and moves. ASCII JSON of at
/// most 4,096 characters each (SSM's standard tier). Undo data is never cut: an entry that is too long is split into parts.
/// </summary>
public static class LedgerText
{
    public const string EntrySchema = "responder.quarantine/2";
    public const string ReleaseSchema = "responder.quarantine-release/1";
    public const string MovedSchema = "responder.quarantine-moved/1";

    /// <summary>
    /// The most request ids that are kept of all releases; newer ones replace older ones, whose events were delivered long ago.
    /// </summary>
    private const int MaxRequestIds = 40;

    /// <summary>A release of ten policies, two keys and a boundary has fewer.</summary>
    private const int MaxCalls = 24;

    /// <summary>The parts of one entry, nearly always one.</summary>
    /// <param name="replaced">The boundary that was on a principal who was contained already; null: none, or ours.</param>
    /// <param name="actions">All containment actions; null: those that ship.</param>
    public static IReadOnlyList<string> Entry(
        Principal principal, PriorState prior, string? recordName, DateTimeOffset now, string? replaced = null,
        ActionCatalog? actions = null)
    {
        var all = actions ?? ActionCatalog.Default;
        string Of(PriorState part, int number, int count) => JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("schema", EntrySchema);
            if (count > 1)
            {
                writer.WriteNumber("part", number);
                writer.WriteNumber("of", count);
            }

            IncidentText.WritePrior(writer, principal, part, all);
            if (replaced is not null) writer.WriteString("replaced", replaced);
            writer.WriteText("incident", recordName);
            writer.WriteTime("containedAt", now);
            writer.WriteEndObject();
        });

        var parts = new List<PriorState>();
        var current = prior with { Parts = [] };
        foreach (var piece in prior.Parts.SelectMany(static p => p.Pieces))
        {
            var next = all.Together(current, prior with { Parts = [piece] });
            if (current.Parts.Count > 0 && Of(next, 10, 10).Length > IncidentText.MaxLength)
            {
                parts.Add(current);
                next = prior with { Parts = [piece] };
            }

            current = next;
        }

        parts.Add(current);
        return [.. parts.Select((part, i) => Of(part, i + 1, parts.Count))];
    }

    /// <summary>What a release has planned and done.</summary>
    /// <param name="reason">Why, in the person's words; null: not said.</param>
    /// <param name="entry">The entry that it is about, where the text does not stand beside it; null: it does.</param>
    public static string Release(ReleaseProgress release, string? reason, string? entry = null) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", ReleaseSchema);
        if (entry is not null) writer.WriteString("entry", entry);
        writer.WriteString("status", release.IsDone ? "released" : "releasing");
        writer.WriteTime("at", release.At);
        writer.WriteText("by", PlainText.Ascii(release.By, 256));
        if (reason is { Length: > 0 }) writer.WriteText("reason", PlainText.OneLine(reason, 200));
        writer.WriteText("targetId", release.TargetId);
        writer.WriteTime("until", release.Until);
        if (release.IsFromLog) writer.WriteBoolean("fromLog", true);
        WriteTexts(writer, "calls", release.Calls.Take(MaxCalls));
        WriteTexts(writer, "steps", release.Steps.Distinct(StringComparer.Ordinal).Take(MaxCalls));
        WriteTexts(writer, "requestIds", release.RequestIds.TakeLast(MaxRequestIds).Select(static id => PlainText.Ascii(id, 64)));
        writer.WriteEndObject();
    });

    /// <summary>Says under which path the entries of an id are now, up to a number.</summary>
    internal static string Moved(string to, int upTo, DateTimeOffset at) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", MovedSchema);
        writer.WriteString("movedTo", to);
        writer.WriteNumber("upTo", upTo);
        writer.WriteTime("at", at);
        writer.WriteEndObject();
    });

    internal static ReleaseProgress ReadRelease(JsonView json) => new(
        json["status"].Text == "released", ClosedText.TimeOf(json["at"]), json["by"].Text)
    {
        Calls = Texts(json["calls"]),
        Steps = Texts(json["steps"]),
        RequestIds = Texts(json["requestIds"]),
        TargetId = json["targetId"].Text,
        Until = ClosedText.TimeOf(json["until"]),
        IsFromLog = json["fromLog"].Flag == true,
    };

    internal static string[] Texts(JsonView list) => [.. list.Items.Select(static i => i.Text).OfType<string>()];

    private static void WriteTexts(Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
