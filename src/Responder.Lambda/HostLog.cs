using System.Text.Json;
using Responder.Events;
using Responder.Retention;
using Responder.Settings;

namespace Responder.Lambda;

/// <summary>What the process says about itself, in the format of the structured log.</summary>
internal sealed class HostLog(TextWriter output, TimeProvider time)
{
    public void Started(string function, ResponderOptions options, string? region) => Line("INFO", "start", writer =>
    {
        writer.WriteString("function", function);
        writer.WriteString("version", Build.Version);
        writer.WriteString("awsPackages", Build.AwsPackages);
        writer.WriteString("code", Build.Code);
        writer.WriteString("runtime", Environment.Version.ToString());
        writer.WriteString("mode", options.Mode.ToString());
        writer.WriteText("region", region);
        writer.WriteText("endpoint", options.EndpointUrl?.ToString());
    });

    public void Unusable(OptionsException e) => Line("FATAL", "init-failed", writer =>
    {
        writer.WriteString("variable", e.Variable);
        writer.WriteString("error", e.Message);
    });

    public void NotTold(string because) => Line("WARN", "running-not-told", writer => writer.WriteString("error", because));

    public void NotWarm(string because) =>
        Line("WARN", "not-warmed-up", writer => writer.WriteString("error", PlainText.OneLine(because, 1000)));

    public void Swept(SweepResult result) =>
        Line(result.Failures.Count > 0 ? "ERROR" : result.Complete ? "INFO" : "WARN", "retention", writer =>
    {
        writer.WritePropertyName("result");
        writer.WriteRawValue(result.ToJson());
    });

    /// <param name="requestId">Lambda's request id, to find the platform's own lines.</param>
    public void Failed(string? requestId, Exception e) => Line("ERROR", "invocation-failed", writer =>
    {
        writer.WriteText("requestId", requestId);
        writer.WriteString("errorType", e.GetType().Name);
        writer.WriteString("error", PlainText.OneLine(e.Message, 1000));
        // Our own two exceptions say everything; anything else is a bug, and its location is needed.
        if (e is not (MalformedEventException or IncompleteResponseException)) writer.WriteString("stackTrace", e.ToString());
    });

    private void Line(string level, string what, Action<Utf8JsonWriter> write) => output.WriteLine(JsonText.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteTime("timestamp", time.GetUtcNow());
        writer.WriteString("level", level);
        writer.WriteString("what", what);
        write(writer);
        writer.WriteEndObject();
    }));
}
