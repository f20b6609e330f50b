using System.Globalization;
using Responder.Events;
using Responder.Logs;

namespace Responder.Analysis.Evidence;

/// <summary>One incident, as `responder incidents list --format json` prints it.</summary>
public sealed record IncidentEvidence(
    string Name, string? Status, string? Severity, DateTimeOffset? Time, string? Detection, string? Title, string? Outcome, string? Account,
    string? Actor, string? Target,
    string? ClosedAt, string? ClosedBy, string? Reason)
{
    /// <summary>True: a step failed, or the page has not been sent.</summary>
    public bool IsUnfinished => Status is null or "unfinished";

    /// <summary>Null: the line is not an incident.</summary>
    public static IncidentEvidence? Parse(string line)
    {
        if (!JsonView.TryParse(line, out var json) || json["name"].Text is not { } name || !json["status"].Exists) return null;
        return new IncidentEvidence(
            name, json["status"].Text, json["severity"].Text,
            DateTimeOffset.TryParse(
                json["time"].Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time) ? time : null,
            json["detection"].Text, json["title"].Text, json["outcome"].Text, json["account"].Text, json["actor"].Text, json["target"].Text,
            json["closedAt"].Text,
            json["closedBy"].Text, json["reason"].Text);
    }

    /// <exception cref="UsageException">The file cannot be read, or one of its lines is not an incident.</exception>
    public static IReadOnlyList<IncidentEvidence> ReadFile(string path)
    {
        try
        {
            return
            [
                .. File.ReadLines(path).Select(static (line, i) => (Line: line, Number: i + 1))
                .Where(static l => !string.IsNullOrWhiteSpace(l.Line)).Select(l => Parse(l.Line)
                    ?? throw new UsageException(
                        $"--incidents: {path}, line {l.Number}: expected what `responder incidents list --state all --format json` "
                        + "prints")),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--incidents: {path}: {EventReader.ReasonOf(e)}");
        }
    }
}
