using System.Text.Json;
using Responder.Containment;
using Responder.Decisions;
using Responder.Events;
using Responder.Records;
using Responder.Vocabulary;

namespace Responder.Reporting;

/// <summary>
/// Writes JSON lines for CloudWatch Logs, and one line of <see cref="EmbeddedMetrics"/> per event. No secret is ever written: of the event,
/// only what the record holds as well.
/// </summary>
/// <param name="function">Dimension of the metrics: iam, security-group, kms, s3, account.</param>
/// <param name="actions">All containment actions; null: those that ship.</param>
public sealed class JsonLog(TextWriter output, TimeProvider time, string function, ActionCatalog? actions = null) : IResponderLog
{
    private readonly ActionCatalog _actions = actions ?? ActionCatalog.Default;


    /// <summary>The name of the line that <see cref="PriorState"/> writes; a release reads it back.</summary>
    internal const string PriorStateLine = "prior-state";

    public void Decided(Decision decision) =>
        Line("decided", decision.Severity >= Severity.High ? "WARN" : "INFO", decision.Event, writer =>
    {
        writer.WriteString("severity", decision.Severity.Name());
        writer.WriteString("action", decision.Action.ToString());
        writer.WriteText("because", PlainText.OneLine(decision.Because));
        writer.WriteText("guardrail", Decider.SentenceOf(decision.Guardrail));
        WriteEvent(writer, decision.Event);
        writer.WriteStartArray("findings");
        foreach (var finding in decision.Findings.Concat(decision.Shadow))
        {
            writer.WriteStartObject();
            writer.WriteString("detection", finding.Detection.Id);
            writer.WriteString("severity", finding.Severity.Name());
            writer.WriteText("title", PlainText.OneLine(finding.Title));
            writer.WriteText("target", PlainText.OneLine(finding.Target?.ToString()));
            writer.WriteText("resource", PlainText.OneLine(finding.Resource));
            writer.WriteBoolean("shadow", decision.Shadow.Contains(finding));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteTexts(writer, "unread", decision.Facts.Failures);
    });

    public void PriorState(Decision decision, PriorState prior) => Line(PriorStateLine, "INFO", decision.Event, writer =>
    {
        var target = decision.Target ?? throw new InvalidOperationException("a prior state needs a target");
        IncidentText.WritePrior(writer, decision.KnownTarget ?? target, prior, _actions);
        foreach (var measure in _actions.Measures) measure.WriteFound(writer, decision.Facts.Target.Value);
    });

    public void Responded(Response response)
    {
        Line("responded", response.Failures.Count > 0 ? "ERROR" : response.NotKept.Count > 0 ? "WARN" : "INFO", response.Event, writer =>
        {
            writer.WriteString("outcome", response.Outcome.ToString().ToLowerInvariant());
            writer.WriteText("record", response.RecordName);
            writer.WriteText("messageId", response.Alert?.MessageId);
            writer.WriteText("malformed", response.MalformedBecause);
            writer.WriteStartArray("containment");
            foreach (var step in response.Containment)
            {
                writer.WriteStartObject();
                writer.WriteString("action", step.Action);
                writer.WriteText("target", PlainText.OneLine(step.Target, 200));
                writer.WriteText("subject", step.Subject);
                writer.WriteString("result", step.Result.ToString());
                writer.WriteText("error", step.Error);
                writer.WriteText("requestId", step.RequestId);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            response.RolesAssumed?.WriteTo(writer, int.MaxValue, 1024, withSessions: true);
            WriteTexts(writer, "failures", response.Failures);
            if (response.NotKept.Count > 0) WriteTexts(writer, "notKept", response.NotKept);
        });
        Metrics(response);
    }

    private void Metrics(Response response)
    {
        var contained = response.IsContained;
        var metrics = new List<(string Name, string Unit, double Value)>
        {
            ("Events", "Count", 1),
            ("Malformed", "Count", response.Outcome == Outcome.Malformed ? 1 : 0),
            ("Contained", "Count", contained ? 1 : 0),
            ("RefusedCalls", "Count", response.Event is { Outcome: CallOutcome.Refused, Actor.IsAwsServiceOnItsOwn: false } ? 1 : 0),
            ("Failures", "Count", response.Failures.Count),
            ("KillSwitchUnread", "Count", response.Decision?.Facts.KillSwitchUnread is null ? 0 : 1),
            ("RefusedByGuardrail", "Count", response.Decision is { Guardrail: not null, Target: not null } ? 1 : 0),
        };
        foreach (var severity in (Severity[])[Severity.Critical, Severity.High, Severity.Medium, Severity.Low])
            metrics.Add(("Findings" + severity, "Count", response.Decision?.Findings.Count(f => f.Severity == severity) ?? 0));
        if (contained && response.Event?.EventTime is { } called && time.GetUtcNow() is var now && now >= called)
            metrics.Add(("SecondsToContainment", "Seconds", (now - called).TotalSeconds));
        if (response.PulseLatency is { } latency) metrics.Add((Pulse.Metric, "Milliseconds", latency.TotalMilliseconds));

        output.WriteLine(EmbeddedMetrics.Line(function, time.GetUtcNow(), metrics));
    }

    private void Line(string what, string level, CloudTrailEvent? e, Action<Utf8JsonWriter> write) =>
        output.WriteLine(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteTime("timestamp", time.GetUtcNow());
        writer.WriteString("level", level);
        writer.WriteString("what", what);
        writer.WriteString("function", function);
        writer.WriteText("incidentId", e is null ? null : PlainText.OneLine(e.IncidentId, 128));
        write(writer);
        writer.WriteEndObject();
    }));

    private static void WriteEvent(Utf8JsonWriter writer, CloudTrailEvent e)
    {
        writer.WriteStartObject("event");
        writer.WriteTime("time", e.EventTime);
        writer.WriteText("source", PlainText.OneLine(e.EventSource, 128));
        writer.WriteText("name", PlainText.OneLine(e.EventName, 128));
        writer.WriteString("outcome", e.Outcome.ToString());
        writer.WriteText("errorCode", e.ErrorCode is null ? null : PlainText.OneLine(e.ErrorCode, 128));
        writer.WriteText("account", PlainText.OneLine(e.AccountId, 32));
        writer.WriteText("region", PlainText.OneLine(e.Region, 32));
        writer.WriteText("requestId", PlainText.OneLine(e.RequestId, 128));
        writer.WriteText("sourceIpAddress", PlainText.OneLine(e.SourceIpAddress, 128));
        writer.WriteText("userAgent", PlainText.OneLine(e.UserAgent, 256));
        writer.WriteText("actorType", PlainText.OneLine(e.Actor.TypeText, 64));
        writer.WriteText("actorArn", PlainText.OneLine(e.Actor.Arn, 300));
        writer.WriteText("issuerArn", PlainText.OneLine(e.Actor.IssuerArn, 300));
        writer.WriteText("accessKeyId", PlainText.OneLine(e.Actor.AccessKeyId, 64));
        writer.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
