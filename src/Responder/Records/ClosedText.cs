using System.Globalization;
using System.Text.Json;
using Responder.Events;
using Responder.Facts;

namespace Responder.Records;

/// <summary>Records after they are closed: the same text with status <c>closed</c> and who closed it, when and why.</summary>
public static class ClosedText
{
    /// <summary>The most characters of a reason that are kept.</summary>
    public const int MaxReason = 200;

    /// <param name="record">The text of the record so far.</param>
    public static string Record(string record, Closing closing)
    {
        // What the record tells of other findings is worth less than who closed it.
        foreach (var dropped in (string[][])[[], ["findings"], ["findings", "alert", "because", "containment"]])
        {
            var text = Rewrite(record, closing, dropped);
            if (text.Length <= IncidentText.MaxLength) return text;
        }

        return Rewrite(
            record, closing with
            {
                Reason = PlainText.Ascii(closing.Reason, 24),
            }, ["findings", "alert", "because", "containment", "eventIds", "actor"]);
    }

    public static Closing? Read(JsonView record) =>
        record["closed"] is { IsObject: true } closed && TimeOf(closed["at"]) is { } at
            ? new Closing(at, closed["by"].Text ?? "unknown", closed["reason"].Text ?? "")
            : null;

    /// <summary>A time as records write it; null when it is none.</summary>
    public static DateTimeOffset? TimeOf(JsonView time) =>
        DateTimeOffset.TryParse(
            time.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at)
            ? at
            : null;

    internal static void Write(Utf8JsonWriter writer, Closing closing)
    {
        writer.WriteStartObject("closed");
        writer.WriteTime("at", closing.At);
        writer.WriteText("by", PlainText.Ascii(closing.By, 256));
        writer.WriteText("reason", PlainText.OneLine(closing.Reason, MaxReason));
        writer.WriteEndObject();
    }

    private static string Rewrite(string record, Closing closing, string[] dropped) => JsonText.Write(writer =>
    {
        using var standing = JsonDocument.Parse(record);
        writer.WriteStartObject();
        foreach (var member in standing.RootElement.EnumerateObject())
        {
            if (member.Name == "closed" || dropped.Contains(member.Name, StringComparer.Ordinal)) continue;
            if (member.Name == "status") writer.WriteString("status", "closed");
            else member.WriteTo(writer);
        }

        Write(writer, closing);
        writer.WriteEndObject();
    });
}
