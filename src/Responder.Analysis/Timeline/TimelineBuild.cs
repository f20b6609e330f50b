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
/// Reads the logs repeatedly until nothing new is learned about who is followed; the lines are those of the last pass. Only records that
/// may matter become events, and nothing is kept of an event that does not belong to the timeline.
/// </summary>
/// <param name="buildsAll">True: every record becomes an event; the timeline is the same, but takes longer.</param>
public sealed class TimelineBuild(
    ResponderOptions options, IReadOnlyList<LogFile> files, Action<InputError> onError, bool buildsAll = false)
{
    /// <summary>
    /// Maximum number of passes. Logs in the order of time need two, or one if nothing is learned; each further pass is for a session that
    /// comes before the call that opened it.
    /// </summary>
    public const int MaxPasses = 40;

    public const int MaxEntries = 100_000;

    /// <summary>Maximum number of events that are kept as text for a page.</summary>
    public const int MaxTexts = 1000;

    private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
    private readonly List<TimelineEntry> _entries = [];
    private readonly HashSet<UInt128> _seen = [];
    private bool _firstPass = true;

    public IdentityTrail Trail { get; } = new();

    /// <summary>The entries by time; those without a time come last.</summary>
    public IReadOnlyList<TimelineEntry> Entries =>
        [.. _entries.OrderBy(static entry => entry.Time ?? DateTimeOffset.MaxValue)
            .ThenBy(static entry => entry.EventId, StringComparer.Ordinal)];

    /// <summary>Number of lines that belong to the timeline but were not kept.</summary>
    public long Omitted { get; private set; }

    public long Records { get; private set; }

    /// <summary>False: the last pass still found new keys.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Finds out whom the subject means, and makes the trail follow them.</summary>
    /// <param name="record">The incident's own record; null: it is not used.</param>
    /// <exception cref="UsageException">The subject means nobody, or several.</exception>
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
        if (subject.IsPerson) Trail.FollowPerson(subject.Text);
        foreach (var e in subject.Events) FollowIncident(e);
        record?.FollowOn(Trail);
    }

    /// <summary>Follows the trail to its end and collects the lines.</summary>
    /// <param name="withTexts">True: also keep the events as text.</param>
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
        if (link is null || !_seen.Add(EventIdentity.HashOf(e.CopyKey))) return;
        // Findings and what the responder did are kept whatever the number: they are what a timeline is asked for.
        if (_entries.Count >= MaxEntries && findings.Count == 0 && act is null)
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
        // Of a role, only the session that made the call is followed: its other sessions may be anybody's.
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

    /// <summary>Reads all events; what cannot be read is reported once.</summary>
    /// <param name="places">Files that it rules out by their path are not read.</param>
    /// <param name="sieve">Called for each record only after the previous one has been dealt with.</param>
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
