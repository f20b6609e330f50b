using Responder.Events;
using Responder.Vocabulary;

namespace Responder.Detections;

/// <summary>One line of a table of calls: what the call does and how severe it is.</summary>
/// <param name="Service">The event source without <c>.amazonaws.com</c>.</param>
/// <param name="EventName">A pattern, see <see cref="EventNamePattern"/>. The first line that matches and is not harmless judges the
/// call.</param>
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
        if (e.Actor.IsAwsServiceOnItsOwn) return null;
        var (match, severity) = calls.Where(call => call.Matches(e)).Select(call => (call, call.Judge(e)))
            .FirstOrDefault(static judged => judged.Item2 != Severity.None);
        if (match is null) return null;
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

    /// <summary>
    /// True when a switch of one of these names is off, wherever below the value it stands: false, <c>OFF</c>, <c>DISABLED</c>,
    /// <c>NONE</c>.
    /// </summary>
    public static bool IsOff(JsonView value, params string[] names) => IsOff(value, names, 0);

    private static bool IsOff(JsonView value, string[] names, int depth) => depth < MostDepth && value.Items.Any(item =>
        item.Members.Any(member => (Array.Exists(names, name => string.Equals(name, member.Name, StringComparison.OrdinalIgnoreCase))
                && (member.Value.Flag == false || Is(member.Value, "OFF") || Is(member.Value, "DISABLED") || Is(member.Value, "NONE")))
            || IsOff(member.Value, names, depth + 1)));

    /// <summary>True when the member is there, and a list or text without anything in it.</summary>
    public static bool IsEmpty(JsonView value) => value.Exists && (value.IsArray ? !value.Items.Any() : value.IsString && value.Text is "");

    private const int MostDepth = 6;

    public static bool Is(JsonView value, string word) => string.Equals(value.Text, word, StringComparison.OrdinalIgnoreCase);
}
