using Responder.Analysis.Backtest;
using Responder.Analysis.Html;
using Responder.Analysis.Identities;
using Responder.Detections;
using Responder.Events;
using Responder.Logs;
using Responder.Settings;
using Responder.Vocabulary;

namespace Responder.Analysis.Timeline;

/// <summary>
/// Reads the logs until nothing new is learned of whom is followed; the lines are those of the last pass. Only records that may matter
/// become events, and nothing is kept of an event that does not belong to the timeline.
/// </summary>
/// <param name="buildsAll">Every record becomes an event. The timeline is the same, later.</param>
public sealed class TimelineBuild(
    ResponderOptions options, IReadOnlyList<LogFile> files, Action<InputError> onError, bool buildsAll = false)
{
    /// <summary>
    /// Logs in the order of their time need two, or one where nothing is learned; every further one is a session that stands before the
    /// call that opened it.
    /// </summary>
    public const int MaxPasses = 40;

    public const int MaxEntries = 100_000;

    /// <summary>Events kept as text for a page.</summary>
    public const int MaxTexts = 1000;

    private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
    private readonly List<TimelineEntry> _entries = [];
    private readonly HashSet<UInt128> _seen = [];
    private bool _firstPass = true;

    public IdentityTrail Trail { get; } = new();

    /// <summary>By time; those that do not tell it last.</summary>
    public IReadOnlyList<TimelineEntry> Entries =>
        [.. _entries.OrderBy(static entry => entry.Time ?? DateTimeOffset.MaxValue)
            .ThenBy(static entry => entry.EventId, StringComparer.Ordinal)];

    /// <summary>Lines that belong to the timeline and were not kept.</summary>
    public long Omitted { get; private set; }

    public long Records { get; private set; }

    /// <summary>False: there were still new keys after the last pass.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Who is meant; says so on the trail.</summary>
    /// <param name="record">The incident's own record; null: nobody asked for it.</param>
    /// <exception cref="UsageException">Nobody, or several.</exception>
    public void Resolve(TimelineSubject subject, IncidentRecord? record, CancellationToken cancellationToken)
    {
        if (subject.Identity is { } identity)
        {
            Trail.Follow(identity);
            return;
        }

        if (subject.KeyId is { } key)
        {
            Trail.FollowKey(key);
            Trail.ShowOpener(key);
            return;
        }

        var eventIds = record?.EventIds ?? [];
        foreach (var input in Read(LogFilter.Everything, (in RecordHead head) => subject.MayBe(head, eventIds), cancellationToken))
            subject.Look(input.Parsed.Event!, eventIds);
        if (record is null && subject.Found() is { } found) Trail.Follow(found);
        foreach (var e in subject.Events) FollowIncident(e);
        record?.FollowOn(Trail);
    }

    /// <summary>Follows to the end, and collects the lines.</summary>
    /// <param name="withTexts">Keep the events as texts, too.</param>
    public void Run(DateTimeOffset? since, DateTimeOffset? until, bool withTexts, CancellationToken cancellationToken)
    {
        var period = LogFilter.Everything with { Since = since, Until = until?.AddTicks(1) };
        for (var pass = 0; pass < MaxPasses; pass++)
        {
            Trail.BeginPass();
            Clear();
            foreach (var input in Read(LogFilter.Everything, IsWanted, cancellationToken))
            {
                if (pass == 0) Records++;
                Trail.Learn(input.Parsed.Event!);
                if (!Trail.HasNew && !period.Skips(LogKey.Of(input.File))) Collect(input, since, until, withTexts);
            }

            if (!Trail.HasNew || cancellationToken.IsCancellationRequested) return;

            bool IsWanted(in RecordHead head)
            {
                var use = Trail.UseOf(head);
                if (use.HasFlag(RecordUse.Teaches) || (!Trail.HasNew && MayBeLine(head, use, period))) return true;
                if (pass == 0) Records++;
                return false;
            }
        }

        IsComplete = false;
        Clear();
        foreach (var input in Read(period, (in RecordHead head) => MayBeLine(head, Trail.UseOf(head), period), cancellationToken))
            Collect(input, since, until, withTexts);
    }

    public void Add(IEnumerable<TimelineEntry> entries) => _entries.AddRange(entries);

    private static bool MayBeLine(in RecordHead head, RecordUse use, LogFilter period) => use.HasFlag(RecordUse.Belongs)
        && period.Excludes(head) != true;

    private void Clear()
    {
        _entries.Clear();
        _seen.Clear();
        Omitted = 0;
    }

    private void Collect(EventInput input, DateTimeOffset? since, DateTimeOffset? until, bool withTexts)
    {
        var e = input.Parsed.Event!;
        var link = Trail.LinkOf(e);
        var isTarget = link is null && Identity.TargetOf(e) is not null;
        if (link is null && !isTarget && Trail.OutsideLinkOf(e, isNotable: false) is null) return;
        if (e.EventTime is { } time && (time < since || time > until)) return;
        var act = ResponderAct.Of(e, options);
        var findings = Findings(e);
        link ??= Trail.OutsideLinkOf(e, act is not null || findings.Count > 0);
        if (link is null || !_seen.Add(EventIdentity.HashOf(e.IncidentId))) return;
        if (_entries.Count >= MaxEntries)
        {
            Omitted++;
            return;
        }

        var entry = TimelineEntry.Of(e, link, act, findings, input);
        _entries.Add(withTexts && _entries.Count < MaxTexts ? entry with { Text = RecordText.Of(e, Page.MaxEvent) } : entry);
    }

    private void FollowIncident(CloudTrailEvent e)
    {
        var actor = Identity.Of(e.Actor);
        // Of a role only the session that made the call: its other sessions may be anybody's.
        if (actor is { Kind: PrincipalKind.User or PrincipalKind.Root }) Trail.Follow(actor, "made the call of the incident");
        else if (e.Actor.AccessKeyId is { } key)
        {
            Trail.FollowKey(key);
            Trail.FollowUp(key);
        }

        foreach (var target in Findings(e).Select(static finding => finding.Target).OfType<Principal>())
        {
            if (target.AccountId is not { } account) continue;
            var identity = Identity.Of(target.Kind, account, target.Name, target.Arn);
            if (target.Kind == PrincipalKind.User) Trail.Follow(identity, "target of the incident");
            else Trail.Watch(identity);
        }
    }

    private IReadOnlyList<Finding> Findings(CloudTrailEvent e) =>
        [.. _catalog.Detect(e).Where(finding => options.StageOf(finding.Detection) >= Stage.Alert)];

    /// <summary>All events; what cannot be read is told once.</summary>
    /// <param name="places">Files that it rules out are not read.</param>
    /// <param name="sieve">Asked for each record only after the one before it has been dealt with.</param>
    private IEnumerable<EventInput> Read(LogFilter places, RecordSieve sieve, CancellationToken cancellationToken)
    {
        var tell = _firstPass;
        _firstPass = false;
        var notes = new MalformedNotes((place, reason) => onError(new InputError(place, reason)));
        var inputs = LoadedFile.Events(
            [.. files.Where(file => !places.Skips(LogKey.Of(file.Name)))], buildsAll ? null : sieve, error => { if (tell) onError(error); },
            cancellationToken);
        foreach (var input in inputs)
        {
            if (cancellationToken.IsCancellationRequested) yield break;
            if (input.Parsed.Event is not null) yield return input;
            else if (tell) notes.Add(input.File, $"{input.File}#{input.Record}", input.Parsed.Error ?? "malformed");
        }

        notes.Finish();
    }
}
