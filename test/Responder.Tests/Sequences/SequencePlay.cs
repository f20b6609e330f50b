using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using Responder.Aws;
using Responder.Detections;
using Responder.Facts;
using Responder.LocalAws;
using Responder.LocalAws.State;
using Responder.Operations.Release;
using Responder.Records;
using Responder.Reporting;
using Responder.Settings;
using Responder.Tests.FaultMatrix;
using static Responder.Tests.Sequences.Calls;

namespace Responder.Tests.Sequences;

/// <summary>A fault that is planted to show that an invariant can break.</summary>
internal enum Planted
{
    Nothing,

    /// <summary>The boundary of whoever was just contained is taken off again before anybody looks.</summary>
    NothingStands,

    /// <summary>Somebody who was given nothing is contained, too.</summary>
    BystanderContained,

    /// <summary>A release leaves a policy more than there was.</summary>
    ReleaseWidens,

    /// <summary>No page arrives.</summary>
    PagesLost,

    /// <summary>Every page arrives four times.</summary>
    PagesRepeated,

    /// <summary>Somebody who was given nothing has a place of the budget.</summary>
    PlaceSpent,
}

/// <summary>Plays one sequence in one order on a world of its own, and notes which invariants broke.</summary>
internal sealed partial class SequencePlay
{
    private const int MostOrders = 60;
    private const string Group = "admins";

    private static readonly DateTimeOffset s_start = EventBuilder.CalledAt;
    private static readonly TimeSpan s_young = TimeSpan.FromMinutes(15);

    private readonly Sequence _sequence;
    private readonly IReadOnlyList<int> _order;
    private readonly bool _twice;
    private readonly Planted _planted;
    private readonly FakeTimeProvider _clock = new(s_start);
    private readonly World _world;
    private readonly Account _home;
    private readonly HttpClient _attacker;
    private readonly StringWriter _log = new();
    private readonly List<string> _broken = [];
    private readonly Dictionary<string, string> _firstNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _granted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Held> _before = new(StringComparer.Ordinal);
    private readonly Dictionary<int, IReadOnlyList<string>> _events = [];
    private readonly Dictionary<string, Vocabulary.Severity> _paged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _released = new(StringComparer.Ordinal);
    private readonly HashSet<string> _finished = new(StringComparer.Ordinal);
    private bool _gaveUp;

    private SequencePlay(Sequence sequence, IReadOnlyList<int> order, bool twice, Planted planted)
    {
        (_sequence, _order, _twice, _planted) = (sequence, order, twice, planted);
        _world = new World(EventBuilder.Account, time: _clock) { IamReadLag = sequence.ReadLag };
        _home = sequence.Account == EventBuilder.Account ? _world.Home : _world.Account(sequence.Account);
        _world.Home.EnsureTopic("alerts");
        _home.Attach(_home.EnsureGroup(Group), EventBuilder.Admin);
        foreach (var name in sequence.Users)
        {
            var user = _home.EnsureUser(name);
            _firstNames[user.Id] = name;
            if (sequence.Boundary is { } boundary) _home.SetBoundary(user, boundary);
        }

        _firstNames[_home.EnsureUser("eve").Id] = "eve";
        _world.MapAccessKey("AKIAEVE", $"arn:aws:iam::{sequence.Account}:user/eve");
        _world.MapAccessKey("AKIARELEASE", "arn:aws:sts::123456789012:assumed-role/ReleaseRole/oncall");
        _attacker = new HttpClient(new LocalAwsHandler(_world));
    }

    /// <summary>How often the sequence is played.</summary>
    public static int PlaysOf(Sequence sequence) => OrdersOf(sequence).Count * 2;

    /// <summary>Plays the sequence in every order, its events delivered once, then twice.</summary>
    /// <returns>How many plays there were, and what broke.</returns>
    public static async Task<(int Plays, IReadOnlyList<string> Broken)> AllAsync(Sequence sequence, Planted planted = Planted.Nothing)
    {
        var orders = OrdersOf(sequence);
        var broken = new List<string>();
        foreach (var order in orders)
        {
            foreach (var twice in (bool[])[false, true])
                broken.AddRange(await new SequencePlay(sequence, order, twice, planted).PlayAsync());
        }

        return (orders.Count * 2, broken);
    }

    /// <summary>
    /// All orders in which the events can be delivered: a step is its index, the delivery of its event is the complement. Of too many, some
    /// that are spread evenly.
    /// </summary>
    private static List<IReadOnlyList<int>> OrdersOf(Sequence sequence)
    {
        var all = new List<IReadOnlyList<int>>();
        void Go(int next, int[] waiting, int[] sofar)
        {
            if (next == sequence.Steps.Count && waiting.Length == 0) all.Add(sofar);
            foreach (var event_ in waiting) Go(next, [.. waiting.Where(w => w != event_)], [.. sofar, ~event_]);
            if (next == sequence.Steps.Count) return;
            var isTold = sequence.Steps[next] is Act { IsDelivered: true } or Released;
            Go(next + 1, isTold ? [.. waiting, next] : waiting, [.. sofar, next]);
        }

        Go(0, [], []);
        return all.Count <= MostOrders ? all : [.. Enumerable.Range(0, MostOrders).Select(i => all[i * all.Count / MostOrders])];
    }

    private async Task<IReadOnlyList<string>> PlayAsync()
    {
        foreach (var token in _order)
        {
            if (token >= 0) await StepAsync(token);
            else await DeliverAllAsync(token, isAgain: false);
        }

        if (_twice)
        {
            foreach (var token in _order.Where(static t => t < 0))
                await DeliverAllAsync(token, isAgain: true);
        }

        CheckEnd();
        var order = string.Join(' ', _order.Select(static t => t < 0 ? $"d{~t}" : $"{t}"));
        return [.. _broken.Distinct().Select(line => $"{_sequence} | {order}{(_twice ? " | again" : "")} | {line}")];
    }

    private async Task StepAsync(int index)
    {
        switch (_sequence.Steps[index])
        {
            case Pass pass:
                _clock.Advance(pass.Time);
                break;
            case Released:
                var before = _world.Trail.Count;
                await ReleaseAsync();
                _events[index] = [.. TrailSince(before)];
                break;
            case Act act:
                _clock.Advance(TimeSpan.FromSeconds(1));
                await ActAsync(act, index);
                break;
        }
    }

    private async Task DeliverAllAsync(int token, bool isAgain)
    {
        foreach (var e in _events.GetValueOrDefault(~token) ?? [])
            await DeliverAsync(e, isAgain);
    }

    /// <summary>The events of IAM since a place in the trail: only these reach the function that contains.</summary>
    private IEnumerable<string> TrailSince(int place) => _world.Trail.Skip(place).Select(static record => record.ToEventBridgeEvent())
        .Where(static e => e.Contains("\"eventSource\":\"iam.amazonaws.com\"", StringComparison.Ordinal)
            && !IsRead(e));

    private static bool IsRead(string e) => e.Contains("\"readOnly\":true", StringComparison.Ordinal);

    private async Task ActAsync(Act act, int index)
    {
        var before = _world.Trail.Count;
        var holders = _home.Users.Values.Where(Holds).Select(static u => u.Id).ToHashSet(StringComparer.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "http://aws.invalid/")
        {
            Content = new FormUrlEncodedContent(
                [new("Action", act.Action), new("Version", "2010-05-08"),
                    .. act.Parameters.Select(static p => KeyValuePair.Create(p.Name, p.Value))]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "AWS4-HMAC-SHA256", $"Credential={act.AccessKey}/20260304/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _attacker.SendAsync(request);
        foreach (var user in _home.Users.Values.Where(u => !_firstNames.ContainsKey(u.Id)))
            _firstNames[user.Id] = _firstNames.ContainsValue(user.Name) ? user.Name + " made anew" : user.Name;
        // Many sequences have calls that fail in some orders, because a containment came before them.
        if (!answer.IsSuccessStatusCode || _world.Trail.Count == before) return;
        foreach (var user in _home.Users.Values.Where(Holds))
        {
            var isNamed = act.Action is "AttachUserPolicy" or "PutUserPolicy" or "AddUserToGroup"
                && act.Parameters.Any(p => p.Name == "UserName" && p.Value == user.Name);
            if (isNamed || !holders.Contains(user.Id)) _granted[user.Id] = _clock.Now;
        }

        _events[index] = [_world.Trail[before].ToEventBridgeEvent()];
    }

    private async Task DeliverAsync(string e, bool isAgain)
    {
        _clock.Advance(TimeSpan.FromSeconds(2));
        // Lambda tries a delivery that fails twice more, after one minute and after two.
        for (var attempt = 0; attempt <= 2; attempt++)
        {
            if (attempt > 0) _clock.Advance(TimeSpan.FromMinutes(attempt));
            if (await DeliverOnceAsync(e, isAgain)) return;
        }

        _gaveUp = true; // the dead-letter queue has it, and an alarm
    }

    private async Task<bool> DeliverOnceAsync(string text, bool isAgain)
    {
        var before = States();
        var open = OpenLedgers();
        var pages = _world.Messages.Count;
        var own = _sequence.ClockAhead == TimeSpan.Zero ? _clock : new FakeTimeProvider(_clock.Now + _sequence.ClockAhead);
        var instance = new FunctionInstance(_world, own);
        if (_sequence.Throttled is var (service, operation)) instance.Faults.On(service, operation).Throttle();
        var options = new ResponderOptions
        {
            AlertTopicArn = "arn:aws:sns:us-east-1:123456789012:alerts",
            ReleaseRoleArn = "arn:aws:iam::123456789012:role/ReleaseRole",
            MemberAccountIds = _home == _world.Home ? new HashSet<string>() : new HashSet<string> { _home.Id },
        };
        var responder = LiveResponder.Of(
            DetectionCatalog.Default, options, instance.Clients, new JsonLog(TextWriter.Synchronized(_log), own, "iam"), own,
            pauses: new Both(own, _clock));
        using var e = JsonDocument.Parse(text);
        var response = await responder.RespondAsync(
            e.RootElement, new Invocation(EventBuilder.Account, "us-east-1", FunctionInstance.Remaining));
        Sabotage(before);

        var id = e.RootElement.GetProperty("detail").GetProperty("eventID").GetString()!;
        var sent = Pages().Skip(_planted == Planted.PagesRepeated ? pages * 4 : pages).ToArray();
        CheckContained(sent);
        CheckNobodyElse(before, open);
        CheckPages(sent, id, response, isAgain);
        CheckBudget();
        if (response.Failures.Count == 0) _finished.Add(id);
        return response.Failures.Count == 0;
    }

    /// <summary>A person releases the first incident whose containment stands; one that asks him something is left to him.</summary>
    private async Task ReleaseAsync()
    {
        var oncall = new FunctionInstance(_world, _clock, "AKIARELEASE");
        var releaser = new Releaser(
            new IamAccounts(oncall.Clients, new ResponderOptions(), "release", "aws", _clock), oncall.Clients.Ssm(),
            new ParameterNames("/security"), _clock, pauses: new Both(_clock, _clock));
        foreach (var (name, text) in Parameters("/security/incidents/"))
        {
            if (!text.Contains("\"outcome\":\"contained\"", StringComparison.Ordinal)
                || text.Contains("\"release\":", StringComparison.Ordinal))
                continue;
            var before = States();
            var plan = await releaser.PlanAsync(name, null, force: false, default);
            if (plan.State != ReleaseState.Ready) continue;
            var result = await releaser.ReleaseAsync(plan, "oncall", null, default);
            if (result.Failures.Count > 0) _broken.Add($"the release failed: {string.Join("; ", result.Failures)}");
            if (plan.Current?.Id is { } id && plan.Steps.Count > 0)
            {
                if (_planted == Planted.ReleaseWidens) _home.Attach(UserOf(id)!, "arn:aws:iam::aws:policy/IAMFullAccess");
                CheckReleased(id, before[id]);
                _released.Add(id);
                _before.Remove(id);
            }

            return;
        }
    }

    /// <summary>Said contained: IAM holds the boundary on the id that the page names.</summary>
    private void CheckContained(IEnumerable<SnsMessage> sent)
    {
        foreach (var page in sent.Where(static m => m.Attributes["contained"].Value == "true"))
        {
            var id = UniqueId().Match(page.For("email")).Groups["id"].Value;
            if (UserOf(id) is not { } user) _broken.Add($"a page says contained and names no id that IAM knows: {page.Subject}");
            else if (user.BoundaryArn != EventBuilder.DenyAll)
                _broken.Add($"a page says contained, and {_firstNames[id]} has no boundary of ours");
        }
    }

    /// <summary>Nobody is contained who holds no grant, was given none in the last 15 minutes and had no open ledger.</summary>
    private void CheckNobodyElse(Dictionary<string, Held> before, IReadOnlySet<string> open)
    {
        foreach (var user in _home.Users.Values.Where(static u => u.BoundaryArn == EventBuilder.DenyAll))
        {
            if (before.TryGetValue(user.Id, out var held) && held.Boundary == EventBuilder.DenyAll) continue;
            var wasGiven = _granted.TryGetValue(user.Id, out var at) && _clock.Now - at < s_young + TimeSpan.FromMinutes(1);
            if (_sequence.HitsNamesake) wasGiven = true;
            if (held is null || (!held.IsAdministrator && !wasGiven && !open.Contains(user.Id)))
                _broken.Add($"{_firstNames[user.Id]} was contained without a grant");
            if (held is not null && !open.Contains(user.Id)) _before[user.Id] = held;
        }
    }

    /// <summary>At most three pages for a delivery; none for a copy of an event that was dealt with.</summary>
    private void CheckPages(SnsMessage[] sent, string id, Response response, bool isAgain)
    {
        if (sent.Length > 3) _broken.Add($"{sent.Length} pages for one delivery");
        // Who cannot read the record cannot know a copy: rather two pages than none. What is graver by now pages again.
        if (isAgain && _sequence.Throttled is not ("ssm", "GetParameters") && _finished.Contains(id)
            && sent.Length > 0 && response.Severity <= _paged.GetValueOrDefault(id)) _broken.Add(
                $"a copy of a finished event paged: {sent[0].Subject}: {response.Decision?.Because}");
        _paged[id] = response.Severity > _paged.GetValueOrDefault(id) ? response.Severity : _paged.GetValueOrDefault(id);
        var wasPaged = Pages().Any(m => m.For("email").Contains(id, StringComparison.Ordinal))
            || Parameters("/security/incidents/").Values.Any(r => r.Contains(id, StringComparison.Ordinal) && Pages().Count > 0);
        if (response.Severity >= Vocabulary.Severity.High && response.Outcome is not (Outcome.Trusted or Outcome.Duplicate) && !wasPaged)
            _broken.Add($"nobody was paged about {response.Event?.EventName}");
    }

    /// <summary>Every place of the budget belongs to somebody who was given administrator rights.</summary>
    private void CheckBudget()
    {
        if (Parameters("/security/budget/").GetValueOrDefault("/security/budget/containments") is not { } text) return;
        var budget = ContainmentBudget.Read(text, _clock.Now);
        var spent = budget.People.Concat(budget.Lesser).ToArray();
        if (spent.Length > _granted.Count + (_sequence.HitsNamesake ? 1 : 0))
            _broken.Add($"{spent.Length} places for {_granted.Count} who were given something");
        if (spent.Length != spent.Distinct(StringComparer.Ordinal).Count()) _broken.Add("a principal has two places");
    }

    /// <summary>
    /// Released: the boundary from before, the policies from before, and no policy that was on him neither then nor just now.
    /// </summary>
    private void CheckReleased(string id, Held contained)
    {
        if (!_before.TryGetValue(id, out var before)) return;
        var now = HeldBy(UserOf(id)!);
        if (now.Boundary != before.Boundary)
            _broken.Add($"released {_firstNames[id]} has the boundary {now.Boundary ?? "none"}, not {before.Boundary ?? "none"}");
        if (now.Policies.Except(before.Policies).Except(contained.Policies).FirstOrDefault() is { } more)
            _broken.Add($"released {_firstNames[id]} has {more}, which he did not have");
        if (before.Policies.Except(now.Policies).FirstOrDefault() is { } less)
            _broken.Add($"released {_firstNames[id]} lacks {less}, which he had");
    }

    private void CheckEnd()
    {
        foreach (var name in _sequence.Contained ?? [])
        {
            if (Named(name) is { } user && user.BoundaryArn != EventBuilder.DenyAll) _broken.Add($"{name} is not contained in the end");
        }

        foreach (var name in _sequence.Free)
        {
            if (Named(name) is { BoundaryArn: EventBuilder.DenyAll }) _broken.Add($"{name} is contained in the end");
        }

        if (!_sequence.IsAttack) return;
        foreach (var user in _home.Users.Values.Where(u => Holds(u) && u.BoundaryArn != EventBuilder.DenyAll && !_released.Contains(u.Id)))
        {
            // Whoever is free in the end was named to somebody: as not contained, or as a holder of the policy.
            var isTold = Pages().Any(m => m.Attributes["contained"].Value == "false"
                && (m.For("email").Contains(user.Id, StringComparison.Ordinal) || m.For("email")
                .Contains(user.Name, StringComparison.Ordinal)));
            if (!isTold && !_gaveUp) _broken.Add($"{_firstNames[user.Id]} holds administrator rights, is free, and no page says so");
        }
    }

    private void Sabotage(Dictionary<string, Held> before)
    {
        foreach (var user in _home.Users.Values)
        {
            var isNew = user.BoundaryArn == EventBuilder.DenyAll && before.GetValueOrDefault(user.Id)?.Boundary != EventBuilder.DenyAll;
            if (_planted == Planted.NothingStands && isNew) _home.SetBoundary(user, null);
            if (_planted == Planted.BystanderContained && user.Name == "eve") _home.SetBoundary(user, EventBuilder.DenyAll);
        }

        if (_planted == Planted.PlaceSpent)
        {
            var now = _clock.Now;
            var budget = ContainmentBudget.Read(null, now)!;
            foreach (var i in Enumerable.Range(0, 5)) budget = budget.With(new BudgetPlace(_home.Id, $"nobody-{i}", IsLesser: false));
            _world.Home.SetParameter("/security/budget/containments", budget.ToText());
        }
    }

    private IReadOnlyList<SnsMessage> Pages() => _planted switch
    {
        Planted.PagesLost => [],
        Planted.PagesRepeated => [.. _world.Messages.SelectMany(static m => Enumerable.Repeat(m, 4))],
        _ => _world.Messages,
    };

    private IamUser? Named(string firstName) => _home.Users.Values.FirstOrDefault(u => _firstNames.GetValueOrDefault(u.Id) == firstName);

    private IamUser? UserOf(string id) => _home.Users.Values.FirstOrDefault(u => u.Id == id);

    private Dictionary<string, Held> States() => _home.Users.Values.ToDictionary(static u => u.Id, HeldBy, StringComparer.Ordinal);

    private Held HeldBy(IamUser user) => new(user.BoundaryArn, [.. user.AttachedPolicies], Holds(user));

    private bool Holds(IamUser user) => user.AttachedPolicies.Contains(EventBuilder.Admin)
        || user.InlinePolicies.ContainsKey("all") || user.Groups.Contains(Group)
        || user.AttachedPolicies.Any(arn => _home.Policies.GetValueOrDefault(arn)?.Default.Document == All);

    private HashSet<string> OpenLedgers()
    {
        var all = Parameters("/security/quarantines/");
        return [
            .. all.Keys.Select(static name => string.Join('/', name.Split('/').Take(5))).Distinct()
                .Select(path => (Path: path, Book: LedgerBook.Read(path, all)))
                .SelectMany(static ledger => ledger.Book.Ids.OfType<string>().Where(id => ledger.Book.Of(id) is { Released: false })),
        ];
    }

    private SortedDictionary<string, string> Parameters(string path) =>
        new(_world.Home.Parameters.Values.SelectMany(static region => region)
        .Where(p => p.Key.StartsWith(path, StringComparison.Ordinal))
        .ToDictionary(static p => p.Key, static p => p.Value.Value, StringComparer.Ordinal), StringComparer.Ordinal);

    [GeneratedRegex(@"unique id:\s+(?<id>\S+)")]
    private static partial Regex UniqueId();

    private sealed record Held(string? Boundary, IReadOnlyList<string> Policies, bool IsAdministrator);

    /// <summary>Time that passes for the function passes for AWS, too.</summary>
    private sealed class Both(FakeTimeProvider own, FakeTimeProvider aws) : Pauses(own)
    {
        public override Task ForAsync(TimeSpan span, CancellationToken cancellationToken)
        {
            own.Advance(span);
            if (own != aws) aws.Advance(span);
            cancellationToken.ThrowIfCancellationRequested();
            return Task.CompletedTask;
        }
    }
}
