using System.Text.Json;
using Responder.Aws;
using Responder.LocalAws.State;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;

namespace Responder.Tests.FaultMatrix;

/// <summary>
/// One case: a path, one of its calls, what happens to that call, and what else arrives. It plays the case and reports which invariants
/// broke.
/// </summary>
internal sealed class MatrixCase
{
    private const string FirstId = "event-1";
    private const string SecondId = "event-2";
    private static readonly DateTimeOffset s_now = EventBuilder.CalledAt.AddSeconds(3);

    /// <summary>A time after the release at which the call is still young.</summary>
    private static readonly DateTimeOffset s_late = s_now.AddMinutes(10);

    private readonly ContainmentPath _path;
    private readonly CallPoint _call;
    private readonly Fault _fault;
    private readonly Arrivals _arrivals;
    private readonly World _world = new(EventBuilder.Account, time: new FakeTimeProvider(s_now));
    private readonly StringWriter _text = new();
    private readonly TextWriter _log;
    private readonly List<string> _broken = [];
    private string _before = "";
    private string _released = "";

    /// <summary>Whether a release is paged, because no ledger supports what it restores.</summary>
    private bool _isPaged;

    private MatrixCase(ContainmentPath path, CallPoint call, Fault fault, Arrivals arrivals)
    {
        (_path, _call, _fault, _arrivals) = (path, call, fault, arrivals);
        _log = TextWriter.Synchronized(_text);
        Seed();
    }

    public override string ToString() => $"{_path} | {_call} {_fault} | {_arrivals}";

    /// <summary>The calls that the fault may hit, in the order of a delivery without faults.</summary>
    public static async Task<IReadOnlyList<CallPoint>> CallsOfAsync(ContainmentPath path, Arrivals arrivals)
    {
        var played = new MatrixCase(path, new CallPoint("", "", 0), Fault.Refused, arrivals);
        var instance = IsAfterRelease(arrivals) ? await played.LateAsync() : new FunctionInstance(played._world, s_now);
        var response = await instance.RunAsync(path.Delivery(FirstId, TextWriter.Null));
        if (!IsAfterRelease(arrivals))
        {
            Assert.Empty(response!.Failures);
            Assert.True(path.IsContained(played._world), $"{path}: a healthy delivery does not contain");
        }

        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. instance.Calls.All.Select(
            c => new CallPoint(c.Service, c.Operation, seen[c.Operation] = seen.GetValueOrDefault(c.Operation) + 1))
            // Blind processes are refused GetParameters anyway.
            .Where(c => arrivals is not (Arrivals.BlindAfterRelease or Arrivals.BlindLongAfterRelease) || c.Operation != "GetParameters")];
    }

    private static bool IsAfterRelease(Arrivals arrivals) => arrivals is Arrivals.FaultAfterRelease or Arrivals.BlindAfterRelease
        or Arrivals.BlindLongAfterRelease;

    /// <returns>The broken invariants, each with the name of the case; empty if all hold.</returns>
    public static async Task<IReadOnlyList<string>> PlayAsync(
        ContainmentPath path, CallPoint call, Fault fault, Arrivals arrivals, Action<string> count)
    {
        var played = new MatrixCase(path, call, fault, arrivals);
        try
        {
            await played.PlayAsync(count);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            played._broken.Add($"threw {e.GetType().Name}: {e.Message} "
                + $"{e.StackTrace?.Split('\n').FirstOrDefault(static l => l.Contains("Responder", StringComparison.Ordinal))?.Trim()}");
        }

        return [.. played._broken.Select(b => $"{played}: {b}")];
    }

    private async Task PlayAsync(Action<string> count)
    {
        if (IsAfterRelease(_arrivals))
        {
            await StrikeAfterReleaseAsync(await LateAsync((_call, _fault)), count);
            return;
        }

        await ArriveAsync(count);
        Settled();
        var released = await ReleaseAsync(count);
        if (released && _arrivals == Arrivals.RedeliveryAfterRelease) await RedeliverAfterReleaseAsync();
    }

    private void Seed()
    {
        _world.Home.EnsureTopic("alerts");
        _path.Seed(_world);
        _world.MapAccessKey("AKIARELEASE", "arn:aws:sts::123456789012:assumed-role/ReleaseRole/oncall");
        _before = _world.Snapshot(SnapshotParts.Iam);
    }

    /// <summary>Runs the delivery with the fault, whatever arrives at the same time, and Lambda's retry.</summary>
    private async Task ArriveAsync(Action<string> count)
    {
        // The order of simultaneous calls differs from case to case but is the same in every run.
        var turnstile = new Turnstile(Seed(ToString()));
        var faulty = new FunctionInstance(_world, s_now) { Turnstile = turnstile, Planned = (_call, _fault) };
        var first = faulty.RunAsync(_path.Delivery(FirstId, _log));
        var beside = _arrivals switch
        {
            Arrivals.TwoConcurrentDeliveries => Healthy(turnstile).RunAsync(_path.Delivery(FirstId, _log)),
            Arrivals.TwoEventsOnOnePrincipal => Healthy(turnstile).RunAsync(_path.Delivery(SecondId, _log)),
            _ => Task.FromResult<Response?>(null),
        };
        await PassAllAsync(turnstile, first, beside);

        if (faulty.WasHit) count("hit");
        var answer = await first;
        if (IsBesideThePath && answer is not null)
        {
            // The page wants to name the roles that the user assumed; whatever happens to that read, everything else continues.
            Check(answer.Failures.Count == 0, $"failed over a read that nothing depends on: {string.Join("; ", answer.Failures)}");
            // after a reset, the client's second attempt succeeds
            string[] words = [
                "Roles that the user took on keep working, and could not be looked up", "The user took on " + ContainmentPath.Assumed];
            Check(_world.Messages.Any(
                m => m.For("email").Contains(words[0], StringComparison.Ordinal)
                || (_fault is Fault.Reset or Fault.ResetAfterwards && m.For("email").Contains(words[1], StringComparison.Ordinal))),
                "the page says nothing of roles");
        }

        if (_arrivals == Arrivals.OneRedelivery && answer is { Failures.Count: 0 })
        {
            // Lambda is told that all is well and will not try again, so all must be well.
            count("answered well in spite of it");
            Check(_path.IsContained(_world), "answered well, and nothing is contained");
            Check(_world.Messages.Count > 0, "answered well, and nobody was paged");
            CheckRecords(1);
        }

        if (await beside is { Failures.Count: > 0 } failed)
            _broken.Add($"the healthy delivery failed: {string.Join("; ", failed.Failures)}");
        var again = await Healthy().RunAsync(_path.Delivery(FirstId, _log));
        Check(again!.Failures.Count == 0, $"the redelivery failed: {string.Join("; ", again.Failures)}");
    }

    private static int Seed(string text) => text.Aggregate(17, static (hash, c) => unchecked((hash * 31) + c));

    private static bool IsUnread(Response response) => response.Decision?.Facts is { } facts
        && (facts.Ledger.Failure ?? facts.Record.Failure ?? facts.SharedRecord.Failure) is not null;

    private static FunctionInstance Healthy(World world, Turnstile? turnstile) => new(world, s_now.AddSeconds(1)) { Turnstile = turnstile };

    private FunctionInstance Healthy(Turnstile? turnstile = null) => Healthy(_world, turnstile);

    private static async Task PassAllAsync(Turnstile turnstile, params Task[] running)
    {
        var idle = 0;
        while (running.Any(static t => !t.IsCompleted))
        {
            if (turnstile.Next()) idle = 0;
            else if (++idle < 1000) await Task.Yield();
            else if (idle < 11_000) await Task.Delay(1); // a continuation went to the thread pool, which is busy
            else throw new TimeoutException("nobody calls, and nobody has finished");
        }
    }

    /// <summary>
    /// After the redelivery, the principal is contained, at least one page was sent, and there is one record per incident.
    /// </summary>
    private void Settled()
    {
        Check(_path.IsContained(_world), "not contained in the end");
        Check(_world.Messages.Count > 0, "nobody was paged");
        CheckRecords(_arrivals == Arrivals.TwoEventsOnOnePrincipal && !_path.AlertsOnly ? 2 : 1);
        if (_path.Event is not null && _arrivals != Arrivals.TwoEventsOnOnePrincipal && !TargetWasUnknown)
            Check(_world.Messages.Select(static m => m.Attributes["dedupKey"].Value).Distinct().Count() == 1,
                "pages of one incident have several dedup keys");
    }

    private void CheckRecords(int expected)
    {
        var records = Parameters("/security/incidents/");
        var own = _path.AlertsOnly ? records.Count : records.Count(static r => IsOwn(r.Key));
        if (_path.Event is not null) Check(own == expected, $"{own} records instead of {expected}");
        if (_path.Event is not null && !TargetWasUnknown) Check(own == records.Count, "a shared record beside the incident's own");
        // A person who asks again starts a new incident, and the interrupted one stays open.
        var complete = records.Count(static r => IncidentText.ReadRecord(r.Value)!.Complete);
        Check(_path.Event is null ? complete > 0 : complete == records.Count, $"{complete} of {records.Count} records are complete");
    }

    /// <summary>
    /// The first delivery could only alert, since IAM did not say whom to contain. That finding has the shared record of its hour.
    /// </summary>
    private bool TargetWasUnknown => _path.AsksForHolders && (_call.Operation == "ListEntitiesForPolicy" || _fault == Fault.Deadline);

    /// <summary>
    /// Whether the fault hits a read that nothing depends on and that fails at once. If it hangs instead, it also takes the time of the
    /// claims beside it.
    /// </summary>
    private bool IsBesideThePath => _call.Operation == "LookupEvents"
        && _fault is (Fault.Refused or Fault.Throttled or Fault.ServerError or Fault.Reset or Fault.ResetAfterwards);

    private static bool IsOwn(string record) => record.EndsWith("/" + FirstId, StringComparison.Ordinal)
        || record.EndsWith("/" + SecondId, StringComparison.Ordinal);

    /// <summary>Releases the principal and checks that the state before is restored byte for byte.</summary>
    private async Task<bool> ReleaseAsync(Action<string> count, bool force = false)
    {
        if (_path.AlertsOnly)
        {
            _released = _world.Snapshot(SnapshotParts.Iam);
            Check(_before == _released, "an alert changed IAM");
            return true;
        }

        var oncall = new FunctionInstance(_world, s_now.AddMinutes(5), "AKIARELEASE");
        var releaser = new Releaser(
            new IamAccounts(oncall.Clients, new ResponderOptions(), "release", "aws", oncall.Clock), oncall.Clients.Ssm(),
            new ParameterNames("/security"), oncall.Clock);
        var record = Parameters("/security/incidents/")
            .First(r => (_path.Event is null || IsOwn(r.Key)) && (force || IncidentText.ReadRecord(r.Value)!.Complete)).Key;
        var plan = await releaser.PlanAsync(record, null, force, default);
        if (plan.State == ReleaseState.NeedsBoundary || plan.Notes.Any(static n => n.Contains("--prior-state", StringComparison.Ordinal)))
        {
            // The process ended before the state was written anywhere but in the log, so the release takes it from there.
            plan = await releaser.PlanAsync(record, null, LoggedPriorStates.Read(_text.ToString()), force: false, default);
            _isPaged = true;
            count("state before taken from the log");
        }

        if (plan.State == ReleaseState.NeedsBoundary)
        {
            var couldNotBeRead = _call.Operation.StartsWith("Get", StringComparison.Ordinal) && _call.Service == "iam";
            count("boundary before never readable");
            Check(couldNotBeRead, "the boundary before is unknown, and the log does not have it either");
            plan = await releaser.PlanAsync(record, ContainmentPath.Prior, LoggedPriorStates.Read(_text.ToString()), force: false, default);
        }

        // Without an entry, nothing that the responder wrote vouches for the release, and people are told of it.
        _isPaged |= !Parameters("/security/quarantines/").Keys.Any(static name => char.IsAsciiDigit(name[^1]));
        Check(plan.State == ReleaseState.Ready, $"cannot be released: {plan.State} {string.Join("; ", plan.Changes)}");
        if (plan.State != ReleaseState.Ready) return false;
        var result = await releaser.ReleaseAsync(plan, "arn:aws:iam::123456789012:role/ReleaseRole", null, default);
        Check(result.Failures.Count == 0, $"the release failed: {string.Join("; ", result.Failures)}");
        _released = _world.Snapshot(SnapshotParts.Iam);
        if (_before != _released && !force)
        {
            // The process detached the policy and was cut off before it wrote anything or set our boundary, so only the log knows of it.
            var missing = Difference();
            Check(missing == $"-\"{EventBuilder.Admin}\",", "the release did not restore the state before: " + missing);
            count("detached policy only in the log");
            _isPaged = true;
            plan = await releaser.PlanAsync(record, null, LoggedPriorStates.Read(_text.ToString()), force: true, default);
            await releaser.ReleaseAsync(plan, "arn:aws:iam::123456789012:role/ReleaseRole", null, default);
            _released = _world.Snapshot(SnapshotParts.Iam);
        }

        Check(_before == _released, "the release did not restore the state before: " + Difference());
        return true;
    }

    /// <summary>A process that receives a late copy after a successful containment and the release.</summary>
    private async Task<FunctionInstance> LateAsync((CallPoint Call, Fault Fault)? planned = null)
    {
        var first = await Healthy().RunAsync(_path.Delivery(FirstId, _log));
        Check(first!.Failures.Count == 0, $"the first delivery failed: {string.Join("; ", first.Failures)}");
        Check(await ReleaseAsync(static _ => { }), "the first release failed");
        var now = _arrivals == Arrivals.BlindLongAfterRelease ? s_now.AddMinutes(30) : s_late;
        var turnstile = planned is null ? null : new Turnstile(Seed(ToString()));
        return _arrivals == Arrivals.FaultAfterRelease
            ? new FunctionInstance(_world, now) { Turnstile = turnstile, Planned = planned }
            : new FunctionInstance(_world, now) { Turnstile = turnstile, Planned = planned, IsBlind = true };
    }

    /// <summary>
    /// The ledger tells that the principal was released. If it cannot be read, a young call is contained anyway, because SSM must not
    /// decide over containment; the page says so, and another release restores the state before. An old call is left to a later try.
    /// </summary>
    private async Task StrikeAfterReleaseAsync(FunctionInstance late, Action<string> count)
    {
        var pages = _world.Messages.Count;
        var delivery = late.RunAsync(_path.Delivery(FirstId, _log));
        await PassAllAsync(late.Turnstile!, delivery);
        if (late.WasHit) count("hit");
        var response = await delivery;
        // The time that passes during one call passes for all of them.
        var mayBeUnreadable = _arrivals != Arrivals.FaultAfterRelease || _fault is Fault.TimedOut or Fault.TimedOutAfterwards
            or Fault.Deadline
            || (_call.Operation is "GetParameters" or "GetParametersByPath" && _fault is Fault.Refused or Fault.Throttled);
        var isUnreadable = response is null ? _arrivals != Arrivals.FaultAfterRelease : IsUnread(response);
        Check(mayBeUnreadable || !isUnreadable, "the ledger could not be read, and nothing kept it from being read");
        if (!isUnreadable)
        {
            Check(_released == _world.Snapshot(SnapshotParts.Iam), "contained again, although the ledger could be read: " + Difference());
            // If IAM does not tell whom the call affects, a page about the event alone is sent.
            Check(pages == _world.Messages.Count || response?.Decision?.Facts.UnknownTargets.Count > 0,
                "paged again, although the ledger could be read");
        }
        else if (response is { Failures.Count: 0 } && _arrivals == Arrivals.BlindLongAfterRelease && !_path.AlertsOnly)
            _broken.Add("answered well, and nobody tries again");

        // The next try makes up for a killed process or a page that was not sent.
        var again = await new FunctionInstance(_world, late.Clock.GetUtcNow().AddMinutes(2)).RunAsync(_path.Delivery(FirstId, _log));
        Check(again!.Failures.Count == 0, $"the redelivery failed: {string.Join("; ", again.Failures)}");
        if (_released == _world.Snapshot(SnapshotParts.Iam))
        {
            count(isUnreadable ? "still released, the ledger unreadable" : "still released");
            return;
        }

        count("contained again, the ledger unreadable");
        Check(_arrivals != Arrivals.BlindLongAfterRelease, "an old call was contained without a ledger: " + Difference());
        Check(_world.Messages.Skip(pages)
            .Any(static m => m.For("email").Contains("release it once more", StringComparison.OrdinalIgnoreCase)),
            "contained again, and no page says so");
        await ReleaseAsync(count, force: true);
    }

    /// <summary>A late copy and all events that the release caused must leave the principal released and page nobody.</summary>
    private async Task RedeliverAfterReleaseAsync()
    {
        var pages = _world.Messages.Count;
        var caused = _world.Trail.ToArray();
        var late = new FunctionInstance(_world, s_late);
        if (_path.Event is not null) await late.RunAsync(_path.Delivery(FirstId, _log));
        var feeding = Healthy();
        var responder = _path.Responder(feeding, _log);
        foreach (var record in caused.Where(static r => r.Json.Contains("ReleaseRole", StringComparison.Ordinal)))
            await responder.RespondAsync(
                JsonDocument.Parse(record.ToEventBridgeEvent()).RootElement,
                new Invocation(EventBuilder.Account, "us-east-1", FunctionInstance.Remaining));
        Check(_released == _world.Snapshot(SnapshotParts.Iam), "contained again after the release");
        Check(_isPaged || pages == _world.Messages.Count, "paged again after the release");
    }

    private string Difference()
    {
        var now = _world.Snapshot(SnapshotParts.Iam).Split('\n');
        var before = _before.Split('\n');
        return string.Join(
            " / ", now.Except(before).Select(static l => "+" + l.Trim()).Concat(before.Except(now).Select(static l => "-" + l.Trim())));
    }

    private Dictionary<string, string> Parameters(string path) => _world.Home.Parameters.Values.SelectMany(static region => region)
        .Where(p => p.Key.StartsWith(path, StringComparison.Ordinal))
        .ToDictionary(static p => p.Key, static p => p.Value.Value, StringComparer.Ordinal);

    private void Check(bool holds, string otherwise)
    {
        if (!holds) _broken.Add(otherwise);
    }
}
