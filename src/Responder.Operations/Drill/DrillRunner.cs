using Amazon.IdentityManagement;
using Amazon.SimpleNotificationService;
using Amazon.SimpleSystemsManagement;
using Responder.Aws;
using Responder.Events;
using Responder.Operations.Release;
using Responder.Records;

namespace Responder.Operations.Drill;

/// <summary>
/// Proves the whole path in a real account: a user made for it is given AdministratorAccess, and the function, which knows nothing of
/// drills, has to contain him, page and record. Then he is released and deleted. Whatever interrupts a drill, the next one takes away what
/// it left.
/// </summary>
public sealed class DrillRunner : IDisposable
{
    /// <summary>As long the function has, from the call on.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>
    /// IAM's reads lag its writes by three to four seconds. A function that cannot see the user yet would page him twice: as one who is not
    /// contained, and as one who is.
    /// </summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(10);

    private readonly DrillSetup _setup;
    private readonly Pauses _pauses;
    private readonly Action<string> _tell;
    private readonly AwsTime _clock;
    private readonly IAmazonIdentityManagementService _iam;
    private readonly IAmazonSimpleSystemsManagement _ownSsm;
    private readonly IAmazonSimpleSystemsManagement _releaseSsm;
    private readonly IAmazonSimpleNotificationService _ownSns;
    private readonly IAmazonSimpleNotificationService _releaseSns;
    private readonly DrillStore _store;
    private readonly DrillUsers _users;
    private readonly DrillWatch _watch;
    private readonly DrillLift _lift;

    /// <param name="pauses">How it waits between two looks; null: by <paramref name="time"/>.</param>
    /// <param name="tell">Gets a line for each step; null: nobody does.</param>
    public DrillRunner(DrillSetup setup, TimeProvider time, Pauses? pauses = null, Action<string>? tell = null)
    {
        _pauses = pauses ??= new Pauses(time);
        (_setup, _tell, _clock) = (setup, tell ?? (static _ => { }), new AwsTime(time));
        var names = new ParameterNames(setup.Function.ParameterRoot);
        _iam = (setup.Person with { Time = _clock }).Iam();
        (_ownSsm, _releaseSsm) = (setup.Person.Ssm(), setup.Release.Ssm());
        (_ownSns, _releaseSns) = (setup.Person.Sns(), setup.Release.Sns());
        _store = new DrillStore(_ownSsm, names, time);
        _users = new DrillUsers(_iam, _clock, pauses);
        _watch = new DrillWatch(_users, _releaseSsm, names, setup.AccountId, setup.Grant, _clock, pauses);
        var accounts = new IamAccounts(setup.Release, setup.Installed, setup.Installed.MemberReleaseRoleName, setup.Partition, time);
        var releaser = new Releaser(accounts, _releaseSsm, names, time, options: setup.Installed, pauses: pauses);
        var topic = setup.Installed.AlertTopicArn ?? setup.Function.AlertTopicArn;
        _lift = new DrillLift(releaser, _watch, _releaseSns, topic, setup.ReleaseBy);
    }

    /// <summary>Reads what earlier drills left behind, and whether a drill can begin. Changes nothing.</summary>
    public async Task<DrillPlan> PlanAsync(CancellationToken cancellationToken)
    {
        var (notes, unreadable) = await _store.NotesAsync(cancellationToken).ConfigureAwait(false);
        var (refusals, subscriptions) = await new DrillChecks(_setup, _releaseSsm, _ownSns, _clock).RunAsync(cancellationToken)
            .ConfigureAwait(false);
        return new DrillPlan(notes, unreadable, refusals, subscriptions);
    }

    /// <summary>
    /// Takes away what an interrupted drill left. Where its call is young, the function is given the rest of its time first: a user who is
    /// deleted while it works on him would page as one who got away.
    /// </summary>
    public async Task<DrillEnding> CleanUpAsync(DrillNote note, CancellationToken cancellationToken)
    {
        try
        {
            if (note.Id is not null && await IsUnderWayAsync(note, cancellationToken).ConfigureAwait(false))
            {
                var until = note.StartedAt + Patience;
                _tell($"{note.Name}: the function may be at work on him, looking until {until.UtcDateTime:HH:mm:ss}Z");
                await _watch.UntilAsync(note, _clock.Now, until, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            _tell($"{note.Name}: {AwsFailure.Describe("a look at what was left", e)}");
        }

        return await EndAsync(note, force: true, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drills. What cannot be done is in the result; nothing is left behind but what the result names.</summary>
    public async Task<DrillResult> RunAsync(CancellationToken cancellationToken)
    {
        var note = DrillNote.New(_clock.Now, _setup.By);
        await _store.WriteAsync(note, isNew: true, cancellationToken).ConfigureAwait(false);
        var failures = new List<string>();
        DrillSighting? seen = null;
        try
        {
            note = note with { Id = await _users.CreateAsync(note, cancellationToken).ConfigureAwait(false) };
            await _store.WriteAsync(note, isNew: false, cancellationToken).ConfigureAwait(false);
            _tell($"user {note.Name} made, without credentials; {s_settling.TotalSeconds:0} s until everybody's reads of IAM know him");
            await _pauses.ForAsync(s_settling, cancellationToken).ConfigureAwait(false);
            var called = await _users.AttachAsync(note.Name, _setup.Grant, cancellationToken).ConfigureAwait(false);
            _tell($"AdministratorAccess given; the function has {Patience.TotalMinutes:0} minutes");
            seen = await _watch.UntilAsync(note, called, called + Patience, cancellationToken).ConfigureAwait(false);
            if (seen.RecordName is null) seen = await _watch.WithoutLedgerAsync(note, seen, cancellationToken).ConfigureAwait(false);
            failures.AddRange(WhatIsMissing(seen));
        }
        catch (DrillException e)
        {
            failures.Add(e.Message);
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            failures.Add(AwsFailure.Describe("the drill's own call", e));
        }

        // A call whose answer was lost may have been carried out: the function then has its time all the same.
        var ending = await (seen is null ? CleanUpAsync(note, cancellationToken) : EndAsync(note, force: false, cancellationToken))
            .ConfigureAwait(false);
        failures.AddRange(ending.Failures);
        if (seen is { ContainedAt: not null } && ending.Release is null) failures.Add("the containment was not released");
        else if (ending.Release is { IsWhole: false }) failures.Add("the release does not prove that he was as he was before");
        var result = new DrillResult(note, seen, ending, failures);
        try
        {
            await _store.WriteLastAsync(result.Last, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            return result with { Failures = [.. failures, AwsFailure.Describe("PutParameter of the outcome, for doctor", e)] };
        }

        return result;
    }

    public void Dispose()
    {
        foreach (var client in (IDisposable[])[_iam, _ownSsm, _releaseSsm, _ownSns, _releaseSns]) client.Dispose();
    }

    private static IEnumerable<string> WhatIsMissing(DrillSighting seen)
    {
        var because = (seen.RecordName, seen.Outcome, seen.Unread) switch
        {
            (not null, { } outcome, _) => $"the record says {outcome}: {PlainText.OneLine(seen.Because ?? "no reason", 300)}",
            (null, _, null) => "no record of the call was found: responder doctor tells whether events arrive",
            (_, _, { } unread) => unread,
            _ => "the record says no outcome",
        };
        if (seen.ContainedAt is null) yield return $"not contained in {Patience.TotalMinutes:0} minutes; {because}";
        if (seen.MessageId is null) yield return $"no record says that it was paged; {because}";
        else if (seen.RecordedAt is null) yield return "the record was not finished";
    }

    /// <summary>True when the call of an interrupted drill is young, and the function has not finished with it.</summary>
    private async Task<bool> IsUnderWayAsync(DrillNote note, CancellationToken cancellationToken)
    {
        if (_clock.Now - note.StartedAt >= Patience) return false;
        var user = await _users.FindAsync(note, cancellationToken).ConfigureAwait(false);
        if (user is null || !DrillUsers.IsOurs(note, user)) return false;
        var ledger = await _watch.LedgerAsync(note, cancellationToken).ConfigureAwait(false);
        if (ledger.Value is { Released: true }) return false;
        var attached = await _users.AttachedAsync(note.Name, cancellationToken).ConfigureAwait(false);
        return user.PermissionsBoundary is not null || attached.Contains(_setup.Grant, StringComparer.Ordinal);
    }

    /// <summary>Releases, proves, deletes, and forgets the note once nothing is left.</summary>
    /// <param name="force">
    /// Release also what does not look as the containment left it: a release that was cut off looks like that, and the user is the drill's.
    /// </param>
    private async Task<DrillEnding> EndAsync(DrillNote note, bool force, CancellationToken cancellationToken)
    {
        var (failures, notes) = (new List<string>(), new List<string>());
        ReleaseResult? release = null;
        var (isGone, isClean) = (false, false);
        try
        {
            var user = await _users.FindAsync(note, cancellationToken).ConfigureAwait(false);
            var isOurs = user is not null && DrillUsers.IsOurs(note, user);
            if (user is not null && !isOurs && user.UserId == note.Id)
                throw new DrillException($"{note.Name} was moved to the path {PlainText.OneLine(user.Path ?? "", 300)} and is not touched: "
                    + $"find out who did that, then delete him by hand ({note.Id})");
            if (user is not null && !isOurs)
                notes.Add($"{note.Name} is another user ({PlainText.OneLine(user.UserId ?? "", 64)}), whom no drill made: not touched");
            if (note.Id is not null && isOurs)
            {
                release = await _lift.RunAsync(note, force, failures, cancellationToken).ConfigureAwait(false);
                if (release is not null) _tell("released" + (release.Proof is { } proof ? ", read back: " + string.Join("; ", proof) : ""));
            }

            if (isOurs) await TakeAwayAsync(note, failures, cancellationToken).ConfigureAwait(false);
            isGone = true;
            isClean = await IsClosedAsync(note, failures, cancellationToken).ConfigureAwait(false);
        }
        catch (DrillException e)
        {
            failures.Add(e.Message);
        }
        catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
        {
            failures.Add(AwsFailure.Describe("taking away " + note.Name, e));
        }

        if (isClean)
        {
            try
            {
                await _store.DeleteAsync(note, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (AwsFailure.Is(e) && !cancellationToken.IsCancellationRequested)
            {
                failures.Add(AwsFailure.Describe("DeleteParameter " + _store.NameOf(note), e));
            }
        }
        else
        {
            notes.Add($"{_store.NameOf(note)} stays: the next drill tries again");
        }

        return new DrillEnding(note, release, isGone, failures, notes);
    }

    /// <summary>Takes everything from the user and deletes him.</summary>
    /// <exception cref="DrillException">He may not be deleted, or is still there.</exception>
    private async Task TakeAwayAsync(DrillNote note, List<string> failures, CancellationToken cancellationToken)
    {
        var holdings = await _users.HoldingsAsync(note.Name, cancellationToken).ConfigureAwait(false);
        if (note.Id is null && holdings.Beside(null) is { Count: > 0 } beside)
            throw new DrillException($"{note.Name} has the drill's token, but his id was not written down, and he has "
                + $"{string.Join(", ", beside)}: he is not touched. Find out who gave it, then delete him by hand");
        foreach (var foreign in holdings.Beside(_setup.Grant))
            failures.Add($"{note.Name} had {foreign}, which no drill gave; it was taken away with him. Find out who gave it");
        await _users.TakeAsync(note.Name, holdings, cancellationToken).ConfigureAwait(false);
        if (!await _users.DeleteAsync(note.Name, cancellationToken).ConfigureAwait(false))
            throw new DrillException($"{note.Name} was deleted, and IAM still shows him");
        _tell($"user {note.Name} deleted; IAM knows nobody of that name");
    }

    /// <summary>Closes a ledger that a late containment opened, or that could not be released. True: none is open.</summary>
    private async Task<bool> IsClosedAsync(DrillNote note, List<string> failures, CancellationToken cancellationToken)
    {
        if (note.Id is null) return true;
        var before = failures.Count;
        await _lift.RunAsync(note, force: true, failures, cancellationToken).ConfigureAwait(false);
        return failures.Count == before;
    }
}
