using System.Text;
using Responder.Containment;
using Responder.Events;
using Responder.Paging;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// The message to everybody who was paged, saying that the incident has been released. It has the page's dedup key, severity and detection,
/// so that it goes to the same subscribers and closes the same alert.
/// </summary>
public sealed record ClosingNote(ReleaseResult Release)
{
    public const string Schema = "responder.release/1";

    private Principal Target => Release.Plan.Principal ?? throw new InvalidOperationException("a release has a target");

    public TopicMessage Message => new(Subject, Text, Sms, Json, Attributes);

    /// <summary>ASCII, at most 99 characters, no line breaks.</summary>
    public string Subject
    {
        get
        {
            const string Head = "[RELEASED] ";
            var tail = Target.AccountId is { } account ? " " + PlainText.Ascii(account, 12) : "";
            return Head + PlainText.Ascii(Target.ToString(), 99 - Head.Length - tail.Length) + tail;
        }
    }

    public string Text
    {
        get
        {
            var text = new StringBuilder(512);
            text.Append("RELEASED: ").Append(Safe(Target.ToString())).Append(" in account ").Append(Safe(Target.AccountId ?? "unknown"))
                .Append(Release.Plan.IsEnded
                    ? " was released before; only the record and this message were missing.\n"
                    : Release.IsWhole
                    ? Release.Plan.Uncompared.Count == 0
                        ? " is as it was before.\n"
                        : " has boundary and attached policies as before. See below for what was not compared.\n"
                    : Release.IsOnlyClosed
                    ? ": the incident is closed, and nothing was restored. See below.\n"
                    : " was released. Not everything is known to be as it was before: see below.\n");
            text.Append("\n  by:     ").Append(Safe(Release.By)).Append("\n  at:     ").Append(Time(Release.At));
            if (Release.Reason is { Length: > 0 } reason) text.Append("\n  why:    ").Append(Safe(reason));
            foreach (var step in Release.Steps.Where(static s => s.Result == StepResult.Succeeded))
                text.Append("\n  done:   ").Append(step.Action).Append(step.Subject is { } subject ? " " + Safe(subject) : "");
            foreach (var change in Release.Plan.Changes) text.Append("\n  forced: ").Append(Safe(change));
            foreach (var note in Release.Plan.Notes.Concat(Release.Notes)) text.Append("\n  note:   ").Append(Safe(note));
            return text.Append("\n\nRecord   ").Append(Release.Plan.RecordName).Append('\n').ToString();
        }
    }

    public string Sms => PlainText.Ascii($"RELEASED: {Target} {Target.AccountId}", AlertSms.MaxLength);

    public string Json => JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("schema", Schema);
        writer.WriteText("incidentId", Record["id"].Text);
        writer.WriteText("dedupKey", Record["alert"]["dedupKey"].Text);
        writer.WriteString("subject", Subject);
        writer.WriteStartObject("target");
        writer.WriteString("kind", Target.Kind.ToString().ToLowerInvariant());
        writer.WriteText("name", Safe(Target.Name));
        writer.WriteText("account", Target.AccountId);
        writer.WriteEndObject();
        writer.WriteText("by", Safe(Release.By));
        writer.WriteTime("at", Release.At);
        writer.WriteText("reason", Release.Reason is null ? null : Safe(Release.Reason));
        writer.WriteString("record", Release.Plan.RecordName);
        writer.WriteEndObject();
    });

    /// <summary>SNS message attributes: those of the page, and <c>status</c>.</summary>
    public IReadOnlyDictionary<string, string> Attributes => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["status"] = "released",
        ["severity"] = PlainText.Ascii(Record["severity"].Text ?? "unknown", 16),
        ["detection"] = PlainText.Ascii(Record["detection"].Text ?? "unknown", 128),
        ["account"] = PlainText.Ascii(Target.AccountId ?? "unknown", 64),
        ["contained"] = "false",
        ["dedupKey"] = PlainText.Ascii(Record["alert"]["dedupKey"].Text ?? "unknown", 64),
    };

    private JsonView Record => JsonView.TryParse(Release.Plan.RecordText, out var record) ? record : JsonView.Absent;

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static string Safe(string text) => PlainText.OneLine(text, 400);
}
