using System.Text.Json;
using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Paging;

/// <summary>The page for machines (SNS <c>lambda</c>, <c>sqs</c>, <c>https</c>): schema <see cref="Alert.Schema"/>, ASCII JSON.</summary>
internal static class AlertJson
{
    private const int MostRoles = 50;

    public static string Render(Alert alert) => JsonText.Write(writer =>
    {
        var e = alert.Decision.Event;
        writer.WriteStartObject();
        writer.WriteString("schema", Alert.Schema);
        writer.WriteString("incidentId", e.IncidentId);
        writer.WriteString("dedupKey", alert.DedupKey);
        writer.WriteString("severity", alert.Finding.Severity.Name());
        writer.WriteString("detection", alert.Finding.Detection.Id);
        writer.WriteString("subject", alert.Subject);
        writer.WriteText("title", Safe(alert.Finding.Title));
        writer.WriteBoolean("contained", alert.Result.Contained);
        writer.WriteString("action", alert.Decision.Action.ToString());
        writer.WriteText("because", Safe(alert.Decision.Because));
        WriteFindings(writer, alert);
        WriteContainment(writer, alert);
        writer.WriteStartObject("event");
        writer.WriteText("id", Safe(e.EventId));
        writer.WriteTime("time", e.EventTime);
        writer.WriteText("source", Safe(e.EventSource));
        writer.WriteText("name", Safe(e.EventName));
        writer.WriteText("account", Safe(e.AccountId));
        writer.WriteText("region", Safe(e.Region));
        writer.WriteText("sourceIpAddress", Safe(e.SourceIpAddress));
        writer.WriteText("userAgent", Safe(e.UserAgent));
        writer.WriteEndObject();
        writer.WriteStartObject("actor");
        writer.WriteText("type", Safe(e.Actor.TypeText));
        writer.WriteText("arn", Safe(e.Actor.Arn));
        writer.WriteText("issuerArn", Safe(e.Actor.IssuerArn));
        writer.WriteText("accessKeyId", Safe(e.Actor.AccessKeyId));
        writer.WriteEndObject();
        if (alert.Finding.Target is { } target)
        {
            writer.WriteStartObject("target");
            writer.WriteString("kind", target.Kind.ToString().ToLowerInvariant());
            writer.WriteText("name", Safe(target.Name));
            writer.WriteText("account", Safe(target.AccountId));
            writer.WriteEndObject();
        }

        writer.WriteText("resource", Safe(alert.Finding.Resource));
        if (alert.Result.RolesAssumed is { } roles) roles.WriteTo(writer, MostRoles, 1024, withSessions: true);
        writer.WriteText("record", alert.RecordName);
        writer.WriteText("ledger", alert.LedgerName);
        writer.WriteTime("composedAt", alert.Now);
        writer.WriteStartArray("warnings");
        foreach (var warning in alert.Warnings) writer.WriteStringValue(Safe(warning));
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void WriteFindings(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartArray("findings");
        foreach (var finding in alert.Decision.Findings)
        {
            writer.WriteStartObject();
            writer.WriteString("detection", finding.Detection.Id);
            writer.WriteString("severity", finding.Severity.Name());
            writer.WriteText("title", Safe(finding.Title));
            writer.WriteStartArray("reasons");
            foreach (var reason in finding.Reasons) writer.WriteStringValue(Safe(reason));
            writer.WriteEndArray();
            writer.WriteStartArray("techniques");
            foreach (var technique in finding.Detection.Techniques) writer.WriteStringValue(technique);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteContainment(Utf8JsonWriter writer, Alert alert)
    {
        writer.WriteStartArray("containment");
        foreach (var step in alert.Result.Steps)
        {
            writer.WriteStartObject();
            writer.WriteString("action", step.Action);
            writer.WriteText("target", Safe(step.Target));
            writer.WriteText("subject", Safe(step.Subject));
            writer.WriteString("result", step.Result.ToString());
            writer.WriteText("error", Safe(step.Error));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string? Safe(string? text) => text is null ? null : PlainText.OneLine(text, 1024);
}
