using System.Text.Json;
using Responder.Events;
using Responder.Records;

namespace Responder.Operations.Release;

/// <summary>Who lifted a quarantine, and when.</summary>
/// <param name="By">ARN of the caller as reported by STS; <c>unknown</c> when STS did not report it.</param>
/// <param name="RequestIds">AWS request ids of the calls that the release made; CloudTrail reports the same ids in the events they
/// cause.</param>
internal sealed record ReleaseNote(DateTimeOffset At, string By, IReadOnlyList<string> RequestIds)
{
    /// <summary>Why, in the person's words; null: not said.</summary>
    public string? Reason { get; init; }

    /// <summary>Steps that were taken, as "Action subject": a release that stopped half-way recognizes its own work by them.</summary>
    public IReadOnlyList<string> Steps { get; init; } = [];
}

/// <summary>Rewrites ledgers and records for a release: the same text with the release added. Read by <see cref="IncidentText"/>.</summary>
internal static class ReleasedText
{
    /// <summary>
    /// Maximum number of request ids kept of all releases; newer ones replace older ones, whose events were delivered long ago.
    /// </summary>
    private const int MaxRequestIds = 40;

    /// <summary>
    /// Maximum number of steps kept; a release of ten policies, two keys and a boundary has fewer, and the ledger must stay within 4,096
    /// characters.
    /// </summary>
    private const int MaxSteps = 16;

    /// <param name="ledger">The current text.</param>
    /// <param name="released">False: the release is not finished; the ledger still says "contained" and only notes the request ids and
    /// steps so far.</param>
    public static string Ledger(string ledger, ReleaseNote note, bool released) => Rewrite(
        ledger, released ? "released" : "contained", null, writer =>
            Write(writer, released ? note with { Steps = [] } : note, withIds: true), []);

    /// <summary>
    /// The incident record. It is marked complete even if its page was never sent: a late redelivery must not contain what a person has
    /// released.
    /// </summary>
    public static string Record(string record, ReleaseNote note)
    {
        // If space runs out, what the record says about other findings matters less than the fact that the incident is over.
        foreach (var dropped in (string[][])[[], ["findings"], ["findings", "alert", "because", "containment"]])
        {
            var text = Rewrite(record, "complete", "released", writer => Write(writer, note, withIds: false), dropped);
            if (text.Length <= IncidentText.MaxLength) return text;
        }

        return record;
    }

    private static string Rewrite(string text, string status, string? outcome, Action<Utf8JsonWriter> release, string[] dropped) =>
        JsonText.Write(writer =>
    {
        using var standing = JsonDocument.Parse(text);
        writer.WriteStartObject();
        foreach (var member in standing.RootElement.EnumerateObject())
        {
            if (member.Name == "release" || dropped.Contains(member.Name, StringComparer.Ordinal)) continue;
            if (member.Name == "status") writer.WriteString("status", status);
            else if (member.Name == "outcome" && outcome is not null) writer.WriteString("outcome", outcome);
            else member.WriteTo(writer);
        }

        writer.WritePropertyName("release");
        release(writer);
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, ReleaseNote note, bool withIds)
    {
        writer.WriteStartObject();
        writer.WriteTime("at", note.At);
        writer.WriteText("by", PlainText.Ascii(note.By, 256));
        if (note.Reason is { Length: > 0 } reason) writer.WriteText("reason", PlainText.OneLine(reason, 200));
        if (withIds)
        {
            writer.WriteStartArray("requestIds");
            foreach (var id in note.RequestIds.TakeLast(MaxRequestIds)) writer.WriteStringValue(PlainText.Ascii(id, 64));
            writer.WriteEndArray();
            writer.WriteStartArray("steps");
            foreach (var step in note.Steps.Distinct(StringComparer.Ordinal).TakeLast(MaxSteps)) writer.WriteStringValue(step);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
