using System.Text.Json;
using Responder.Events;

namespace Responder.Analysis.Evidence;

/// <summary>The index of a package, for machines.</summary>
public static class EvidenceJson
{
    public const string Schema = "responder-evidence-1";

    public static string Index(EvidenceResult result) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", Schema);
        writer.WriteString("framework", result.Framework.Id);
        writer.WriteString("title", result.Framework.Title);
        writer.WriteString("edition", result.Framework.Edition);
        writer.WriteTime("generatedAt", result.GeneratedAt);
        writer.WriteString("generatedBy", result.Tool);
        writer.WriteString("statement", EvidencePackage.Statement);
        writer.WriteStartObject("period");
        writer.WriteTime("since", result.Run.Asked.Since);
        writer.WriteTime("until", result.Run.Asked.Last);
        writer.WriteTime("oldest", result.Oldest);
        writer.WriteTime("newest", result.Newest);
        writer.WriteEndObject();
        writer.WriteStartObject("inputs");
        writer.WriteNumber("files", result.Run.Files.Count);
        writer.WriteNumber("olderFiles", result.Run.OlderFiles);
        writer.WriteNumber("records", result.Run.Files.Sum(static f => f.Records));
        writer.WriteNumber("counted", result.Run.All.Events);
        writer.WriteNumber("duplicates", result.Run.Files.Sum(static f => f.Duplicates));
        writer.WriteNumber("malformed", result.Run.Files.Sum(static f => f.Malformed));
        writer.WriteNumber("outsidePeriod", result.Run.Files.Sum(static f => f.Outside));
        writer.WriteNumber("undated", result.Run.Files.Sum(static f => f.Undated));
        writer.WriteBoolean("complete", result.Run.IsComplete);
        writer.WriteNumber("notOpened", result.Run.NotOpened);
        writer.WriteEndObject();
        writer.WriteStartObject("integrity");
        writer.WriteNumber("digestFiles", result.Integrity.DigestFiles);
        writer.WriteBoolean("checked", result.Integrity.Checked);
        writer.WriteNumber("validDigests", result.Integrity.ValidDigests);
        writer.WriteNumber("validLogs", result.Integrity.ValidLogs);
        writer.WriteNumber("faults", result.Integrity.Faults);
        writer.WriteEndObject();
        if (result.Incidents is { } incidents) writer.WriteNumber("incidents", incidents.Count);
        else writer.WriteNull("incidents");
        writer.WriteNumber("gaps", result.Gaps.Count);
        writer.WriteStartArray("controls");
        foreach (var control in result.Controls) Write(writer, control);
        writer.WriteEndArray();
        writer.WriteStartArray("files");
        foreach (var name in EvidencePackage.Names.Order(StringComparer.Ordinal)) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }) + "\n";

    /// <summary>The result as one line of JSON, for scripts.</summary>
    public static string Summary(EvidenceResult result, string folder) => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("framework", result.Framework.Id);
        writer.WriteString("package", folder);
        writer.WriteNumber("records", result.Run.All.Events);
        writer.WriteBoolean("complete", result.Run.IsComplete);
        writer.WriteNumber("notOpened", result.Run.NotOpened);
        writer.WriteNumber("evidence", result.Count(Support.Evidence));
        writer.WriteNumber("partial", result.Count(Support.Partial));
        writer.WriteNumber("noEvidence", result.Count(Support.None));
        writer.WriteNumber("gaps", result.Gaps.Count);
        writer.WriteNumber("integrityFaults", result.Integrity.Faults);
        writer.WriteTime("since", result.Run.Asked.Since);
        writer.WriteTime("until", result.Run.Asked.Last);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, ControlResult result)
    {
        var (control, tally) = (result.Control, result.Tally);
        writer.WriteStartObject();
        writer.WriteString("id", control.Id);
        writer.WriteString("asks", control.Asks);
        writer.WriteString("verdict", result.Support.Name());
        writer.WriteStartArray("basis");
        foreach (var part in result.Parts)
        {
            writer.WriteStartObject();
            writer.WriteString("kind", part.Basis.ToString().ToLowerInvariant());
            writer.WriteString("verdict", part.Support.Name());
            writer.WriteString("why", part.Why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteBoolean("partialAtBest", control.AtMostPartial);
        writer.WriteString("limits", control.Limits);
        writer.WriteText("counts", control.Counts);
        writer.WriteNumber("events", tally.Events);
        writer.WriteNumber("notSucceeded", tally.NotSucceeded);
        writer.WriteTime("first", tally.Oldest);
        writer.WriteTime("last", tally.Newest);
        writer.WriteNumber("principals", tally.PrincipalsSeen);
        writer.WriteStartObject("findings");
        foreach (var (detection, count) in result.Findings) writer.WriteNumber(detection, count);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
