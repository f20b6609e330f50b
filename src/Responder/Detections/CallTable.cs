using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections;

/// <summary>One line of a table of calls: what the call does and how severe it is.</summary>
/// <param name="Service">The event source without <c>.amazonaws.com</c>.</param>
/// <param name="EventName">A pattern, see <see cref="EventNamePattern"/>. The first line that matches judges the call.</param>
/// <param name="What">What happened, no full stop; the finding's title begins with it.</param>
/// <param name="Judge">The severity of this call; <see cref="Severity.None"/> when it is harmless.</param>
internal sealed record TableCall(string Service, string EventName, string What, Func<CloudTrailEvent, Severity> Judge)
{
    public TableCall(string service, string eventName, string what, Severity severity) : this(service, eventName, what, _ => severity)
    {
    }

    public TableCall(string service, string eventName, string what, Severity severity, Func<CloudTrailEvent, bool> when)
        : this(service, eventName, what, e => when(e) ? severity : Severity.None)
    {
    }

    public string EventSource { get; } = Service + ".amazonaws.com";

    public bool Matches(CloudTrailEvent e) => string.Equals(EventSource, e.EventSource, StringComparison.Ordinal)
        && EventNamePattern.Matches(EventName, e.EventName);
}

/// <summary>What the detections that are based on a table of calls share.</summary>
internal static class CallTable
{
    /// <summary>The watches that match exactly the calls of the table.</summary>
    public static IReadOnlyList<Watch> Watches(IEnumerable<TableCall> calls) =>
        [.. calls.GroupBy(static call => call.EventSource)
            .Select(static source => Watch.Calls(source.Key, [.. source.Select(static call => call.EventName).Distinct()]))];

    /// <summary>
    /// The finding for a call in the table; null when the table has no such call, the call is harmless, or an AWS service made it on its
    /// own.
    /// </summary>
    /// <param name="resource">What was acted on, as the event names it; null when it does not.</param>
    public static Finding? Find(DetectionInfo info, IEnumerable<TableCall> calls, CloudTrailEvent e, string? resource)
    {
        if (e.Actor.IsAwsServiceOnItsOwn || calls.FirstOrDefault(call => call.Matches(e)) is not { } match) return null;
        var severity = match.Judge(e);
        if (severity == Severity.None) return null;
        return new Finding(
            info, severity, match.What + (resource is null ? "" : ": " + resource)
            + (e.Region is { Length: > 0 } region ? " in " + region : ""))
        {
            Resource = resource,
            Reasons = e.RequestOmitted ? ["CloudTrail left the parameters out because they were too large: the worst is assumed"]
                : e.Request.IsObject ? []
                : ["The call succeeded, but its parameters are missing: the worst is assumed"],
        };
    }

    /// <summary>The text of the first of these request fields that has any; the texts of a list are joined. Null when none has.</summary>
    public static string? Named(CloudTrailEvent e, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            var text = string.Join(
                ", ", e.Request[field].Items.Select(static item => item.Text).OfType<string>().Where(static item => item.Length > 0));
            if (text.Length > 0) return text;
        }

        return null;
    }

    /// <summary>True when the event lacks the parameters of the call.</summary>
    public static bool Unread(CloudTrailEvent e) => e.RequestOmitted || !e.Request.IsObject;

    public static bool Is(JsonView value, string word) => string.Equals(value.Text, word, StringComparison.OrdinalIgnoreCase);
}
