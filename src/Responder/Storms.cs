using System.Globalization;
using Responder.Containment;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;
using Responder.Records;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder;

/// <summary>
/// Keeps a storm of events from becoming a storm of records and pages: events of one cause share names and, from some number on, one name
/// for the rest of the hour. Asking for a name counts nothing; <see cref="Count"/> does, once an event is kept or paged.
/// </summary>
internal sealed class Storms(ResponderOptions options)
{
    private readonly ParameterNames _names = new(options.ParameterRoot);
    private readonly FloodLimit _floods = new(options.RecordsPerCauseAndHour);
    private readonly FinishedEvents _pagedRefusals = new(capacity: 4096);

    /// <summary>The names under which the event's traces are kept.</summary>
    /// <param name="strongest">The finding that decides.</param>
    /// <param name="candidate">The target that containment may act on; null: nobody is contained.</param>
    public IncidentNames NamesOf(CloudTrailEvent e, Finding strongest, ContainmentTarget? candidate, DateTimeOffset now)
    {
        var ledger = (candidate?.Principal ?? strongest.Target) is { Kind: not PrincipalKind.Root } target ? _names.Ledger(target) : null;
        var shared = Shared(e, strongest, now);
        if (candidate is null)
            return new IncidentNames(null, shared.Name, ledger) { Severity = strongest.Severity, IsFlood = shared.IsFlood };
        var own = Own(e, ledger ?? candidate.Principal.ToString(), now);
        return new IncidentNames(own.Name, shared.Name, ledger) { Severity = strongest.Severity, IsFlood = own.IsFlood };
    }

    /// <summary>The record that the event has if it is an incident.</summary>
    public string OwnRecordOf(CloudTrailEvent e, DateTimeOffset now) => _names.Incident(e, now);

    /// <summary>The name of a principal's ledger.</summary>
    public string LedgerOf(Principal principal) => _names.Ledger(principal);

    /// <summary>Counts the event's names against the limit of their cause.</summary>
    public void Count(Decision decision, IncidentNames names)
    {
        if (decision.Strongest is not { } finding) return;
        var (e, now) = (decision.Event, decision.Facts.Now);
        _floods.Count(ParameterNames.CauseOf(e, finding), _names.SharedIncident(e, finding, now), HourOf(now));
        if (decision is { IsIncident: true, Target: { } target })
            _floods.Count(names.Ledger ?? target.ToString(), _names.Incident(e, now), HourOf(now));
    }

    /// <summary>True when the cause has used up its records of this hour: this event shares one with all that follow.</summary>
    public bool IsFlood(Decision decision, IncidentNames names) =>
        names.IsFlood || Shared(decision.Event, decision.Strongest!, decision.Facts.Now).IsFlood;

    /// <summary>Repeats of a refused call leave no record, so this process remembers them: the first of each hour pages.</summary>
    public bool HasPagedRefusal(Decision decision) => _pagedRefusals.Contains(RefusalKey(decision));

    public void PagedRefusal(Decision decision) => _pagedRefusals.TryAdd(RefusalKey(decision));

    /// <summary>
    /// True when the hour's record is finished and the severity has not risen: the event is counted, not paged. Every incident pages,
    /// except in a storm over one principal, as long as each containment succeeds.
    /// </summary>
    public static bool IsRepeat(ContainmentResult contained, IncidentNames names)
    {
        var decision = contained.Decision;
        if (contained.WasTakenBack) return false;
        var isShared = decision.IsIncident ? names.IsFlood && !contained.Failed : decision.Action == DecisionAction.Alert;
        return isShared && (decision.IsIncident ? decision.Facts.Record : decision.Facts.SharedRecord).Value is { Complete: true } record
            && decision.Severity <= record.Severity;
    }

    /// <summary>The record that a finding shares with its repeats; with all others of its cause, once these are too many.</summary>
    private (string Name, bool IsFlood) Shared(CloudTrailEvent e, Finding finding, DateTimeOffset now) =>
        Named(_names.SharedIncident(e, finding, now), ParameterNames.CauseOf(e, finding), e, now);

    /// <summary>The incident's own record, or the shared one of its principal once that has too many.</summary>
    private (string Name, bool IsFlood) Own(CloudTrailEvent e, string cause, DateTimeOffset now) =>
        Named(_names.Incident(e, now), cause, e, now);

    private (string Name, bool IsFlood) Named(string name, string cause, CloudTrailEvent e, DateTimeOffset now) =>
        _floods.Exceeds(cause, name, HourOf(now)) ? (_names.FloodIncident(e, cause, now), true) : (name, false);

    private string RefusalKey(Decision decision) => Shared(decision.Event, decision.Strongest!, decision.Facts.Now).Name;

    private static string HourOf(DateTimeOffset now) => now.UtcDateTime.ToString("yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture);
}
