using Responder.Cli.Backtest;
using Responder.Cli.Html;
using Responder.Cli.Identities;
using Responder.Decisions;
using Responder.Detections;
using Responder.Events;
using Responder.Facts;

namespace Responder.Cli.Timeline;

/// <summary>
/// Reads the logs until nothing new is learned of whom is followed, then once more for the lines. Nothing is kept of an event that does not
/// belong to the timeline.
/// </summary>
internal sealed class TimelineBuild(ResponderOptions options, IReadOnlyList<LogFile> files, Action<InputError> onError)
{
    /// <summary>Logs in the order of their time need two; every further one is a session that stands before the call that opened it.</summary>
    public const int MaxPasses = 40;

    public const int MaxEntries = 100_000;

    /// <summary>Events kept as text for a page.</summary>
    public const int MaxTexts = 1000;

    private readonly DetectionCatalog _catalog = DetectionCatalog.For(options.Estate);
    private readonly List<TimelineEntry> _entries = [];
    private bool _firstPass = true;

    public IdentityTrail Trail { get; } = new();

    /// <summary>By time; those that do not tell it last.</summary>
    public IReadOnlyList<TimelineEntry> Entries =>
        [.. _entries.OrderBy(static entry => entry.Time ?? DateTimeOffset.MaxValue).ThenBy(static entry => entry.EventId, StringComparer.Ordinal)];

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

        foreach (var input in Read(LogFilter.Everything, cancellationToken)) subject.Look(input.Parsed.Event!, record?.EventIds ?? []);
        if (record is null && subject.Found() is { } found) Trail.Follow(found);
        foreach (var e in subject.Events) FollowIncident(e);
        record?.FollowOn(Trail);
    }

    public void Follow(CancellationToken cancellationToken)
    {
        for (var pass = 0; ; pass++)
        {
            Trail.BeginPass();
            foreach (var input in Read(LogFilter.Everything, cancellationToken))
            {
                if (pass == 0) Records++;
                Trail.Learn(input.Parsed.Event!);
            }

            if (!Trail.HasNew || cancellationToken.IsCancellationRequested) return;
            if (pass + 1 == MaxPasses)
            {
                IsComplete = false;
                return;
            }
        }
    }

    public void Collect(DateTimeOffset? since, DateTimeOffset? until, bool withTexts, CancellationToken cancellationToken)
    {
        var seen = new HashSet<UInt128>();
        var texts = 0;
        foreach (var input in Read(LogFilter.Everything with { Since = since, Until = until?.AddTicks(1) }, cancellationToken))
        {
            var e = input.Parsed.Event!;
            var link = Trail.LinkOf(e);
            var isTarget = link is null && Identity.TargetOf(e) is not null;
            if (link is null && !isTarget && Trail.OutsideLinkOf(e, isNotable: false) is null) continue;
            if (e.EventTime is { } time && (time < since || time > until)) continue;
            var mark = ContainmentMark.Of(e, options);
            var findings = Findings(e);
            link ??= Trail.OutsideLinkOf(e, mark is not null || findings.Count > 0);
            if (link is null || !seen.Add(EventIdentity.HashOf(e.IncidentId))) continue;
            if (_entries.Count >= MaxEntries)
            {
                Omitted++;
                continue;
            }

            var entry = TimelineEntry.Of(e, link, mark, findings, input);
            _entries.Add(withTexts && texts++ < MaxTexts ? entry with { Text = RecordText.Of(e, Page.MaxEvent) } : entry);
        }
    }

    public void Add(IEnumerable<TimelineEntry> entries) => _entries.AddRange(entries);

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

    private IReadOnlyList<Finding> Findings(CloudTrailEvent e) => [.. _catalog.Detect(e).Where(finding => options.StageOf(finding.Detection) >= Stage.Alert)];

    /// <summary>All events; what cannot be read is told once.</summary>
    /// <param name="places">Files that it rules out are not read.</param>
    private IEnumerable<EventInput> Read(LogFilter places, CancellationToken cancellationToken)
    {
        var tell = _firstPass;
        _firstPass = false;
        var notes = new MalformedNotes((place, reason) => onError(new InputError(place, reason)));
        foreach (var input in files.Where(file => !places.Skips(LogKey.Of(file.Name))).SelectMany(file => file.Events(error => { if (tell) onError(error); }, cancellationToken)))
        {
            if (cancellationToken.IsCancellationRequested) yield break;
            if (input.Parsed.Event is not null) yield return input;
            else if (tell) notes.Add(input.File, $"{input.File}#{input.Record}", input.Parsed.Error ?? "malformed");
        }

        notes.Finish();
    }
}
