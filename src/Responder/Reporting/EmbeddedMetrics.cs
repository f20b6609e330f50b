using Responder.Events;

namespace Responder.Reporting;

/// <summary>
/// A log line that CloudWatch reads as metrics: namespace <c>Responder</c>, with the function as the only dimension. Source:
/// docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
/// </summary>
public static class EmbeddedMetrics
{
    public const string Namespace = "Responder";

    /// <param name="metrics">Unit: one of CloudWatch's, for example <c>Count</c> or <c>Seconds</c>.</param>
    public static string Line(string function, DateTimeOffset now, IReadOnlyList<(string Name, string Unit, double Value)> metrics) =>
        JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("_aws");
        writer.WriteNumber("Timestamp", now.ToUnixTimeMilliseconds());
        writer.WriteStartArray("CloudWatchMetrics");
        writer.WriteStartObject();
        writer.WriteString("Namespace", Namespace);
        writer.WriteStartArray("Dimensions");
        writer.WriteStartArray();
        writer.WriteStringValue("Function");
        writer.WriteEndArray();
        writer.WriteEndArray();
        writer.WriteStartArray("Metrics");
        foreach (var (name, unit, _) in metrics)
        {
            writer.WriteStartObject();
            writer.WriteString("Name", name);
            writer.WriteString("Unit", unit);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteString("Function", function);
        foreach (var (name, _, value) in metrics) writer.WriteNumber(name, value);
        writer.WriteEndObject();
    });
}
