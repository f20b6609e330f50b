using System.Text.Json;
using Responder.Events;
using Responder.Records;

namespace Responder.Operations.Release;

/// <summary>Who lifted a quarantine, and when.</summary>
/// <param name="By">ARN of the caller as reported by STS; <c>unknown</c> when STS did not report it.</param>
/// <param name="Reason">Why, in the person's words; null: not said.</param>
internal sealed record ReleaseNote(DateTimeOffset At, string By, string? Reason);

/// <summary>Rewrites a record for a release: the same text with the release added. Read by <see cref="IncidentText"/>.</summary>
internal static class ReleasedText
{
    /// <summary>
    /// The incident record. It is marked complete even if its page was never sent: a late redelivery must not contain what a person has
    /// released.
    /// </summary>
    public static string Record(string record, ReleaseNote note)
    {
        // If space runs out, what the record says about other findings matters less than the fact that the incident is over.
        foreach (var dropped in (string[][])[[], ["findings"], ["findings", "alert", "because", "containment"]])
        {
            var text = Rewrite(record, note, dropped);
            if (text.Length <= IncidentText.MaxLength) return text;
        }

        return record;
    }

    private static string Rewrite(string text, ReleaseNote note, string[] dropped) => JsonText.Write(writer =>
    {
        using var standing = JsonDocument.Parse(text);
        writer.WriteStartObject();
        foreach (var member in standing.RootElement.EnumerateObject())
        {
            if (member.Name == "release" || dropped.Contains(member.Name, StringComparer.Ordinal)) continue;
            if (member.Name == "status") writer.WriteString("status", "complete");
            else if (member.Name == "outcome") writer.WriteString("outcome", "released");
            else member.WriteTo(writer);
        }

        writer.WriteStartObject("release");
        writer.WriteTime("at", note.At);
        writer.WriteText("by", PlainText.Ascii(note.By, 256));
        if (note.Reason is { Length: > 0 } reason) writer.WriteText("reason", PlainText.OneLine(reason, 200));
        writer.WriteEndObject();
        writer.WriteEndObject();
    });
}
