using System.Globalization;
using Responder.Containment;
using Responder.Events;
using Responder.Records;
using Responder.Reporting;
using Responder.Vocabulary;

namespace Responder.Operations.Release;

/// <summary>
/// The prior states that the function logged before it changed anything: all that is left when it was cut off before it could write the
/// ledger. Reads plain log lines, lines that begin with a time stamp (<c>aws logs tail</c>), and the output of <c>aws logs
/// filter-log-events</c> and of CloudWatch Logs Insights.
/// </summary>
public sealed class LoggedPriorStates
{
    /// <summary>
    /// Lines of the target's other incidents count if they are at most this much older than the incident's own first line: those deliveries
    /// ran at the same time.
    /// </summary>
    private static readonly TimeSpan s_before = TimeSpan.FromMinutes(5);

    private readonly List<Line> _lines = [];
    private readonly ActionCatalog _actions;

    private LoggedPriorStates(ActionCatalog actions) => _actions = actions;

    private sealed record Line(DateTimeOffset At, string IncidentId, JsonView Principal, PriorState Prior);

    /// <param name="actions">The known actions; null: the built-in ones.</param>
    public static LoggedPriorStates Read(string text, ActionCatalog? actions = null)
    {
        var states = new LoggedPriorStates(actions ?? ActionCatalog.Default);
        if (JsonView.TryParse(text, out var whole)) states.Collect(whole);
        else
        {
            foreach (var line in text.Split('\n'))
            {
                if (line.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start && JsonView.TryParse(line[start..], out var json))
                    states.Collect(json);
            }
        }

        return states;
    }

    /// <summary>
    /// The target's state before the incident, as logged; earlier lines take precedence over later ones. Null: no line is about the
    /// incident.
    /// </summary>
    /// <param name="incidentIds">Ids of the incident's events, as its record names them.</param>
    internal PriorState? Of(Principal target, IReadOnlyList<string> incidentIds)
    {
        var ofTarget = _lines.Where(l => IsOf(l.Principal, target)).OrderBy(static l => l.At).ToArray();
        if (ofTarget.FirstOrDefault(l => incidentIds.Contains(l.IncidentId, StringComparer.Ordinal)) is not { } own) return null;
        return ofTarget.Where(l => l.At >= own.At - s_before).Select(static l => l.Prior).Aggregate(_actions.Together);
    }

    /// <summary>
    /// Whom the incident contained, as logged; null when no line is about it. For an incident of which nothing else was kept.
    /// </summary>
    internal Principal? TargetOf(string incidentId) => _lines.Where(l => l.IncidentId == PlainText.Ascii(incidentId, 128))
        .OrderBy(static l => l.At).Select(static l => LedgerBook.PrincipalOf(l.Principal)).FirstOrDefault(static p => p is not null);

    /// <summary>When the last line about the target was written; null: there is none.</summary>
    internal DateTimeOffset? TimeOf(Principal target) =>
        _lines.Where(l => IsOf(l.Principal, target)).Select(static l => (DateTimeOffset?)l.At).Max();

    private void Collect(JsonView json)
    {
        // The events of filter-log-events, and the rows of fields of Logs Insights.
        foreach (var list in (JsonView[])[json, json["events"], json["results"]])
        {
            if (!list.IsArray) continue;
            foreach (var item in list.Items) Collect(item);
        }

        var message = json["message"].Text ?? json["@message"].Text ?? (json["field"].Text == "@message" ? json["value"].Text : null)
            ?? json.Text;
        if (message is not null && JsonView.TryParse(message, out var line) && line.IsObject) Collect(line);
        if (json["what"].Text == JsonLog.PriorStateLine && json["prior"].IsObject
            && DateTimeOffset.TryParse(json["timestamp"].Text, CultureInfo.InvariantCulture, out var at))
            _lines.Add(new Line(at, PlainText.Ascii(json["incidentId"].Text, 128), json["principal"], _actions.ReadPrior(json["prior"])));
    }

    private static bool IsOf(JsonView principal, Principal target) =>
        principal["kind"].Text == target.Kind.ToString().ToLowerInvariant()
        // IAM names of one kind are unique regardless of case.
        && string.Equals(principal["name"].Text, PlainText.OneLine(target.Name, 128), StringComparison.OrdinalIgnoreCase)
        && principal["account"].Text == target.AccountId;
}
