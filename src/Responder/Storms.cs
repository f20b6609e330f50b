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
/// Keeps a storm of events from becoming a storm of records and pages, and a page from hiding what says more. What says something new
/// pages one by one up to a limit, then as the 10th, 100th and 1,000th; what is graver or wider than all that was paged pages at once. It
/// is counted for each dedup key, in the record that its findings share, and for each cause, whatever the targets, in a parameter of all
/// processes. What pages no more shares one record for the rest of the hour.
/// </summary>
internal sealed class Storms(ResponderOptions options)
{
    private readonly ParameterNames _names = new(options.ParameterRoot);
    private readonly ToldMemory _refusals = new(capacity: 4096);

    /// <summary>The names under which the event's traces are kept.</summary>
    /// <param name="strongest">The finding that decides.</param>
    /// <param name="findings">All findings, as far as the event alone shows them.</param>
    /// <param name="candidate">The target that containment may act on; null: nobody is contained.</param>
    public IncidentNames NamesOf(
        CloudTrailEvent e, Finding strongest, IReadOnlyList<Finding> findings, ContainmentTarget? candidate, DateTimeOffset now)
    {
        var ledger = (candidate?.Principal ?? strongest.Target) is { Kind: not PrincipalKind.Root } target ? _names.Ledger(target) : null;
        var names = new IncidentNames(
            candidate is null ? null : _names.Incident(e, now), _names.SharedIncident(e, strongest, now), ledger)
        {
            Severity = strongest.Severity,
            Saying = Saying.Of(e, findings),
        };
        if (options.ByHand || options.PagesPerCauseAndHour is null) return names;
        var (cause, principal) = (ParameterNames.CauseOf(e, strongest), ledger ?? candidate?.Principal.ToString() ?? "");
        return names with
        {
            Limit = options.PagesPerCauseAndHour,
            Cause = cause,
            PrincipalCause = principal,
            NobodyCause = ParameterNames.NobodyCauseOf(e),
            FloodRecord = _names.FloodIncident(e, cause, now),
            FloodIncident = candidate is null ? null : _names.FloodIncident(e, principal, now),
        };
    }

    /// <summary>
    /// The names once it is known what the cause has said in this hour: what has no record yet, and pages nobody, gets none of its own.
    /// </summary>
    public (KnownFacts, IncidentNames) Settled(CloudTrailEvent e, KnownFacts known, IncidentNames names)
    {
        if (names.Limit is not { } limit || known is not { PageCounts: { } counts, Findings: { Count: > 0 } findings })
            return (known, names);
        var saying = Saying.Of(e, findings);
        bool IsFlood(string cause, RecordState? record, RecordState? flood)
        {
            var told = counts.Of(PageCounts.KeyOf(cause, saying.Severity));
            var isIn = flood?.EventIds.Contains(e.IncidentId, StringComparer.Ordinal) == true;
            return record is null && (isIn || (!told.HasRoom(limit) && !told.IsRise(saying)));
        }

        if (names.FloodRecord is { } shared && IsFlood(names.Cause, known.SharedRecord.Value, known.FloodRecord))
        {
            names = names with { SharedRecord = shared };
            known = known with { SharedRecord = Read<RecordState>.Of(known.FloodRecord) };
        }

        // Somebody who was not contained yet always has a record of his own.
        if (names is { Record: not null, FloodIncident: { } flooded }
            && known.Ledger is not { Known: true, Value: null or { Released: true } }
            && IsFlood(names.PrincipalCause, known.Record.Value, known.FloodIncident))
        {
            names = names with { Record = flooded, IsFlood = true };
            known = known with { Record = Read<RecordState>.Of(known.FloodIncident) };
        }

        // Made-up names cost no record each.
        if (known is { Target.Value: { Exists: false }, Record.Value: null, SharedRecord.Value: null }
            && !counts.Of(PageCounts.KeyOf(names.NobodyCause, saying.Severity)).HasRoom(limit))
            names = names with { Record = null, SharedRecord = null, IsFlood = true };

        return (known, names);
    }

    /// <summary>The record that the event has if it is an incident.</summary>
    public string OwnRecordOf(CloudTrailEvent e, DateTimeOffset now) => _names.Incident(e, now);

    /// <summary>The name of a principal's ledger.</summary>
    public string LedgerOf(Principal principal) => _names.Ledger(principal);

    /// <summary>
    /// How many of this kind have said something new in this hour, this one included: of its key or of its cause, whichever are more. 0:
    /// it says nothing new, or is not counted.
    /// </summary>
    public int CountWith(ContainmentResult contained, IncidentNames names)
    {
        var decision = contained.Decision;
        if (Counted.Of(contained, names) is not { } counted) return 0;
        var ofKey = decision.IsIncident ? 0 : ToldOf(decision.Facts.SharedRecord.Value).Count;
        return Math.Max(ofKey, ToldOf(decision, counted.Key).Count) + 1;
    }

    /// <summary>True when the event is counted, and nobody is paged.</summary>
    public bool IsRepeat(ContainmentResult contained, IncidentNames names)
    {
        var decision = contained.Decision;
        if (contained.WasTakenBack) return false;
        if (decision is { Action: DecisionAction.Contain, IsTargetUnknown: true }) return !IsNewsOfNobody(decision, names);
        // Every incident pages, except in a storm over one principal, as long as each containment succeeds.
        if (decision.IsIncident)
        {
            var own = decision.Facts.Record.Value;
            return names.IsFlood && !contained.Failed && !contained.IsUnproven && own is null or { Complete: true }
                && !(decision.Severity > own?.Severity);
        }

        if (decision.Action != DecisionAction.Alert) return false;

        var record = decision.Facts.SharedRecord.Value;
        if (record is { Complete: false }) return false; // begun and not finished: done again, whole
        if (decision.Severity > record?.Severity) return false;
        // Another try of the same event pages only if the grade has changed.
        if (record?.EventIds.Contains(decision.Event.IncidentId, StringComparer.Ordinal) == true) return true;
        if (decision.IsTargetUnknown) return !IsNewsOfNobody(decision, names);
        var cause = ToldOf(decision, PageCounts.KeyOf(names.Cause, decision.Severity));
        return !Pages(Counted.SayingOf(decision), ToldOf(record), cause);
    }

    /// <summary>
    /// True for a refused call that says nothing new, or too much: refusals leave no record, so this process remembers them. Counts it.
    /// </summary>
    public bool IsRepeatedRefusal(Decision decision)
    {
        var (key, cause, saying) = RefusalOf(decision);
        var (told, ofCause) = (_refusals.Of(key), _refusals.Of(cause));
        if (Pages(saying, told, ofCause)) return false;
        if (!told.IsNew(saying)) return true;
        _refusals.Set(key, told.With(saying, paged: false));
        _refusals.Set(cause, ofCause.With(saying with { Hashes = [] }, paged: false));
        return true;
    }

    /// <summary>Remembers that a refused call was paged.</summary>
    public void PagedRefusal(Decision decision)
    {
        var (key, cause, saying) = RefusalOf(decision);
        _refusals.Set(key, _refusals.Of(key).With(saying, paged: true));
        _refusals.Set(cause, _refusals.Of(cause).With(saying with { Hashes = [] }, paged: true));
    }

    /// <param name="told">What was told under the same dedup key.</param>
    /// <param name="cause">What was told of the same cause at the same severity.</param>
    private bool Pages(Saying saying, Told told, Told cause)
    {
        if (told.IsRise(saying)) return true;
        if (!told.IsNew(saying)) return false;
        return options.PagesPerCauseAndHour is not { } limit
            || (told.HasRoom(limit) && (cause.HasRoom(limit) || cause.IsRise(saying)));
    }

    /// <summary>
    /// True when a page must say that IAM does not know the target: a few times for each actor and hour, and whenever it names somebody who
    /// has the policy and whom no page named before.
    /// </summary>
    private static bool IsNewsOfNobody(Decision decision, IncidentNames names)
    {
        if (names.Limit is not { } limit) return true;
        var told = ToldOf(decision, PageCounts.KeyOf(names.NobodyCause, decision.Severity));
        return told.HasRoom(limit) || told.IsNew(Counted.HoldersOf(decision));
    }

    private static Told ToldOf(RecordState? record) => record?.Told ?? Told.Nothing;

    private static Told ToldOf(Decision decision, string key) => decision.Facts.PageCounts?.Of(key) ?? Told.Nothing;

    private (string Key, string Cause, Saying Saying) RefusalOf(Decision decision)
    {
        var (e, finding, now) = (decision.Event, decision.Strongest!, decision.Facts.Now);
        var cause = PageCounts.KeyOf(ParameterNames.CauseOf(e, finding), finding.Severity);
        return (_names.SharedIncident(e, finding, now), _names.FloodIncident(e, cause, now), Counted.SayingOf(decision));
    }
}
